"""Rows as .csv and .xlsx, out and in: the same columns both ways, everything or nothing of a file."""
