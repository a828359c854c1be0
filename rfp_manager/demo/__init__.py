"""The demonstration content: a fictitious vendor's library, a customer's RFP, and labels to measure by."""
