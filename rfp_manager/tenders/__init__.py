"""What a customer's documents ask for: pure functions over a parsed document, without Django or database."""
