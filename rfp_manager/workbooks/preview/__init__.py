"""The sheet's own grid for looking at: what a browser needs to draw it, cut into blocks of rows.

A preview is one stored object, made once from a workbook and never changed. Drawing a stretch of a sheet
reads one block out of it; the workbook is not opened again.
"""

from rfp_manager.workbooks.preview.pages import BLOCK_ROWS, PreviewPages, write_preview

__all__ = ["BLOCK_ROWS", "PreviewPages", "write_preview"]
