"""Text that a spreadsheet program would run when it opens a .csv, made harmless."""

from core.formula_guard import guarded

__all__ = ["guarded"]
