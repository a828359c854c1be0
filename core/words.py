"""Sentences of code that must not know Django: the parsers in a process of their own, the workbook engine.

They stay English until an application hands over its translations, which `core.apps` does. `_` and `gettext_noop` are
what the extraction of messages looks for.
"""

from collections.abc import Callable

_Translate = Callable[[str], str]
_TranslatePlural = Callable[[str, str, int], str]
_FormatNumber = Callable[[float, int | None], str]


def _english(message: str) -> str:
    return message


def _english_plural(singular: str, plural: str, number: int) -> str:
    return singular if number == 1 else plural


def _english_number(number: float, digits: int | None) -> str:
    return f"{number:,}" if digits is None else f"{number:,.{digits}f}"


_translate: _Translate = _english
_translate_plural: _TranslatePlural = _english_plural
_format_number: _FormatNumber = _english_number


def use_translations(translate: _Translate, translate_plural: _TranslatePlural) -> None:
    """From now on sentences are in the language that is active where they are made."""
    global _translate, _translate_plural
    _translate, _translate_plural = translate, translate_plural


def use_number_format(format_number: _FormatNumber) -> None:
    """From now on numbers in sentences are as whoever reads them wants them."""
    global _format_number
    _format_number = format_number


def gettext(message: str) -> str:
    return _translate(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    return _translate_plural(singular, plural, number)


def format_number(value: float, digits: int | None = None) -> str:
    """With the reader's own separators; `digits` fixes the decimals."""
    return _format_number(value, digits)


def gettext_noop(message: str) -> str:
    """Marks a sentence that is made in one place and translated in another."""
    return message
