"""Reading a workbook into cell grids from its own XML; calamine reads the values that the XML does not tell plainly."""

from rfp_manager.workbooks.reading.book import Book, open_book
from rfp_manager.workbooks.reading.grid import Grid
from rfp_manager.workbooks.reading.references import Area, column_letters, column_number

__all__ = ["Area", "Book", "Grid", "column_letters", "column_number", "open_book"]
