"""Dates and times as people type them: in their own format, always in ISO 8601, in their time zone."""
