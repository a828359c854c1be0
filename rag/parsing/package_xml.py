"""Reading the XML parts of an Office package, with nothing in them able to reach outside."""

import posixpath
import zipfile
from io import BytesIO
from typing import IO, Any

from lxml import etree

from core.words import gettext_noop
from rag.parsing.errors import ParsingError

_PARSER_OPTIONS = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OFFICE_DOCUMENT = "/officeDocument"
DAMAGED = gettext_noop(
    "This file is damaged. Open it in its program, save it again, and upload the new file."
)


class Package:
    """A zip of XML parts joined by relationships (docx, pptx, xlsx)."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except (zipfile.BadZipFile, ValueError) as error:
            raise ParsingError(DAMAGED) from error
        self._names = {name.lower(): name for name in self._zip.namelist()}

    def xml(self, part: str) -> Any | None:
        """The root element of a part, or None when the package has no such part."""
        name = self._names.get(part.lstrip("/").lower())
        if name is None:
            return None
        try:
            return etree.fromstring(self._zip.read(name), etree.XMLParser(**_PARSER_OPTIONS))
        except (
            etree.XMLSyntaxError,
            zipfile.BadZipFile,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise ParsingError(DAMAGED) from error

    def stream(self, part: str) -> IO[bytes]:
        """A part's bytes, unpacked as they are read. Raises KeyError when there is no such part."""
        return self._zip.open(self._names[part.lstrip("/").lower()])

    def relationships(self, part: str) -> dict[str, tuple[str, str]]:
        """Relationship id -> (type, target part) of a part; links that leave the package are left out."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, tuple[str, str]] = {}
        if root is None:
            return found
        for relationship in root.iter(_RELATIONSHIP):
            if relationship.get("TargetMode") == "External":
                continue
            target = posixpath.normpath(posixpath.join("/", folder, relationship.get("Target", "")))
            found[relationship.get("Id", "")] = (relationship.get("Type", ""), target.lstrip("/"))
        return found

    def main_part(self) -> str:
        """The part that the package says is the document itself."""
        for kind, target in self.relationships("").values():
            if kind.endswith(_OFFICE_DOCUMENT):
                return target
        raise ParsingError(DAMAGED)

    def related(self, part: str, kind: str) -> str | None:
        """The first part that `part` relates to by a relationship type ending in `/kind`."""
        for relationship_type, target in self.relationships(part).values():
            if relationship_type.endswith(f"/{kind}"):
                return target
        return None

    def core_title(self) -> str | None:
        """The title in the document's properties, if somebody set one."""
        root = self.xml("docProps/core.xml")
        if root is None:
            return None
        return root.findtext("{http://purl.org/dc/elements/1.1/}title") or None
