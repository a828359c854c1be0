"""Zip packages (docx, xlsx) with fixed times, so that building twice gives the same file."""

import io
import re
import zipfile
from datetime import datetime

_MERGES = re.compile(rb"(?<=>)(?:<mergeCell ref=\"[^\"]*\" ?/>)+")
_MERGE = re.compile(rb"<mergeCell [^>]*>")
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def steady(package: bytes, *, written: datetime) -> bytes:
    """The same package with every entry's time, and the core properties' dates, set to `written`."""
    stamp = written.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>" + stamp + rb"\g<3>", content)
            elif name.startswith("xl/worksheets/"):
                # openpyxl keeps merged ranges in a set, so their order changes from run to run.
                content = _MERGES.sub(lambda found: b"".join(sorted(_MERGE.findall(found[0]))), content)
            entry = zipfile.ZipInfo(name, date_time=written.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return buffer.getvalue()
