"""`make messages`: brings the catalogues under locale/ to what the code says, and compiles them.

`python .ci/messages.py check` is the lint's part: it writes nothing and lists whatever a person would miss. Both need
Babel alone, which Spelunker needs anyway for dates, so that no machine has to have GNU gettext.
"""

import datetime as dt
import io
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "spelunker.test_settings"
django.setup()

from core.names import derived_names  # noqa: E402 - the models have to be loaded

LANGUAGES = ("de", "fr")
APPS = ("core", "themis", "solution_library", "rag", "rfp_manager", "spelunker")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Lines of a catalogue's head that say nothing, or something else each time.
PASSING = tuple(
    f'"{name}:'
    for name in (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Generated-By",
        "Last-Translator",
        "Language-Team",
        "Report-Msgid-Bugs-To",
    )
)
# What is filled in, and what a browser reads: a translation has to have the same.
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%(?:\.\d+)?[sdf]|%%|\{\w*(?:![rsa])?(?::[^{}]*)?\}")
TAG = re.compile(r"</?[a-z][^<>]*>")


def main() -> int:
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command == "update":
        return update()
    if command == "check":
        return check()
    say("Usage: python .ci/messages.py update|check")
    return 2


def update() -> int:
    """Add what is new, drop what is gone, keep every translation; nothing is guessed (no fuzzy entries)."""
    template = extracted()
    for language in LANGUAGES:
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = read(language) if path.exists() else new_catalogue(language)
        catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
        path.write_bytes(as_po(catalogue))
        path.with_suffix(".mo").write_bytes(as_mo(read(language)))
        empty = sum(1 for message in entries(catalogue) if not all(forms(message.string)))
        say(f"{language}: {len(catalogue)} messages, {empty} without a translation")
    return 0


def check() -> int:
    """What is wrong with the catalogues, a line each; 1 when there is anything."""
    template = extracted()
    problems = [problem for language in LANGUAGES for problem in problems_of(language, template)]
    problems += said_alike(*map(read, LANGUAGES))
    for problem in problems:
        say(problem)
    return 1 if problems else 0


def problems_of(language: str, template: Catalog) -> Iterator[str]:
    path = catalogue_path(language)
    if not path.exists():
        yield f"{language}: there is no catalogue. Run `make messages`."
        return
    catalogue = read(language)
    for wanted in entries(template):
        found = catalogue.get(wanted.id, wanted.context)
        flaw = "is not in the catalogue; run `make messages`" if found is None else flaw_of(found, catalogue)
        if flaw:
            places = ", ".join(sorted({place for place, _line in wanted.locations}))
            yield f"{language}: {forms(wanted.id)[0]!r} ({places}) {flaw}"
    for found in entries(catalogue):
        if template.get(found.id, found.context) is None:
            yield f"{language}: {forms(found.id)[0]!r} is no longer in the code; run `make messages`"
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != as_mo(catalogue):
        yield f"{language}: django.mo is not what django.po gives. Run `make messages` and commit both."


def said_alike(one: Catalog, other: Catalog) -> Iterator[str]:
    """Translations of several words that are the same in two languages: one of them stands in the wrong catalogue."""
    for message in entries(one):
        found = other.get(message.id, message.context)
        text = forms(message.string)
        if found and " " in text[0] and text != forms(message.id) and text == forms(found.string):
            yield f"{one.locale}, {other.locale}: {forms(message.id)[0]!r} has the same translation"


def flaw_of(message: Message, catalogue: Catalog) -> str:
    """What is wrong with a translation, as the end of a sentence; empty when nothing is."""
    sources, translations = forms(message.id), forms(message.string)
    if message.fuzzy:
        return "is marked fuzzy"
    if not all(translations):
        return "has no translation"
    if len(sources) > 1 and len(translations) != catalogue.num_plurals:
        return f"has {len(translations)} plural forms of {catalogue.num_plurals}"
    for pattern, what in ((PLACEHOLDER, "placeholders"), (TAG, "tags")):
        # A singular may say "one"; the last form is for all other numbers.
        fitting = [Counter(pattern.findall(source)) for source in sources]
        given = [Counter(pattern.findall(text)) for text in translations]
        if given[-1] != fitting[-1] or any(each not in fitting for each in given):
            return f"has other {what} in its translation"
    unwanted = [mark for mark in "\"'" if not any(mark in source for source in sources)]
    if any(mark in text for mark in unwanted for text in translations):
        return "has a straight quotation mark, which would end an attribute; write a typographic one"
    edges = [(source[:1].isspace(), source[-1:].isspace()) for source in (sources[0], *translations)]
    return "begins or ends with a space in one language only" if len(set(edges)) > 1 else ""


def extracted() -> Catalog:
    """Every marked message of the code, and the names of models and fields, with the files that they are in."""
    catalogue = Catalog(charset="utf-8")
    for path, source in sources():
        found = extract("python", io.BytesIO(source.encode()), KEYWORDS, ("Translators",))
        for _line, text, comments, context in found:
            name = path.relative_to(ROOT).as_posix()
            catalogue.add(text, locations=[(name, 0)], auto_comments=comments, context=context)
    for context, text, module in derived_names:
        catalogue.add(text, locations=[(f"{module.replace('.', '/')}.py", 0)], context=context)
    return catalogue


def sources() -> Iterator[tuple[Path, str]]:
    """Each file of the code as Python that calls gettext; lines keep their place."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "tests" not in path.parts and "migrations" not in path.parts:
                yield path, path.read_text()
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            python = templatize(path.read_text())
            # The tokenizer would take the markup's indentation for Python's.
            yield path, "\n".join(line.lstrip() for line in python.splitlines())


def catalogue_path(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def new_catalogue(language: str) -> Catalog:
    return Catalog(locale=language, project="Spelunker", version="1", header_comment="#", fuzzy=False)


def read(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language, ignore_obsolete=True, abort_invalid=True)


def entries(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """A message's text, or its texts where it has a plural."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue in the order of its messages, without line numbers and dates."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(PASSING)).encode()


def as_mo(catalogue: Catalog) -> bytes:
    """The same bytes for the same messages."""
    catalogue.creation_date = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # Babel would take the present time
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
