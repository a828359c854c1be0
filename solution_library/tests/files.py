"""Small uploads of every kind, made in memory."""

import zipfile
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(64)
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)


def text_upload(
    name: str = "backup policy.md", content: bytes = b"# Backups\n\nEvery night.\n"
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def office_bytes(folder: str = "word") -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<document/>")
    return buffer.getvalue()


def png_upload(
    name: str = "logo.png", *, size: tuple[int, int] = (40, 20), color: str = "teal"
) -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", size, color).save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/png")
