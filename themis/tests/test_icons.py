"""The icons that are vendored are those that a template or the code names: no more, no fewer."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from themis.templatetags.themis_components import ICON_FOLDER, icon

ROOT = Path(settings.BASE_DIR)
VENDORED = {path.stem for path in (ROOT / "static" / ICON_FOLDER).glob("*.svg")}
# A name stands between quotes, alone or in a list such as yesno takes.
WORDS = re.compile(r"(?<=[\"'])[a-z0-9,-]+(?=[\"'])")
ICONS_NAMED = re.compile(r"{% icon \"([a-z0-9-]+)\"")
ROOMS = ("core", "themis", "solution_library", "rag", "rfp_manager", "spelunker", "templates", "static/js")


def texts() -> list[str]:
    found = [
        path
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.suffix in {".py", ".html", ".js"} and "vendor" not in path.parts
    ]
    return [path.read_text(encoding="utf-8") for path in found]


def test_each_is_named_somewhere() -> None:
    named = {word for text in texts() for said in WORDS.findall(text) for word in said.split(",")}
    assert len(VENDORED) > 100
    assert VENDORED - named == set()


def test_each_that_a_template_names_is_there() -> None:
    assert {name for text in texts() for name in ICONS_NAMED.findall(text)} - VENDORED == set()


@pytest.mark.parametrize("name", sorted(VENDORED)[:3])
def test_it_is_drawn(name: str) -> None:
    assert "<svg" in icon(name)
