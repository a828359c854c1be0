"""Files to text with structure. Knows neither Django nor the database; see `formats` for what is read."""

from rag.parsing.document import Block, ParsedDocument
from rag.parsing.errors import ParsingError
from rag.parsing.formats import SUPPORTED_EXTENSIONS, parse_document
from rag.parsing.isolation import parse_document_isolated
from rag.parsing.limits import DEFAULT_LIMITS, ParsingLimits

__all__ = [
    "DEFAULT_LIMITS",
    "SUPPORTED_EXTENSIONS",
    "Block",
    "ParsedDocument",
    "ParsingError",
    "ParsingLimits",
    "parse_document",
    "parse_document_isolated",
]
