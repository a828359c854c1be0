"""Sentences that ask without a question mark: "Please describe ...", "Beschreiben Sie ...", "Indique ..."."""

import re

from rfp_manager.workbooks.detection.text_shape import asks, is_statement, leading_identifier
from rfp_manager.workbooks.detection.vocabulary import mentions

# What is asked for is told; "complete", "fill in" and "return" are asked of the form itself.
_REQUEST = re.compile(
    r"(?:(?:please|kindly|briefly) )*(?:describe|explain|outline|state|list|name|give|specify|detail|identify"
    r"|summari[sz]e|set out|demonstrate|quantify|elaborate)\b"
    r"|(?:please|kindly) (?:provide|indicate|confirm|share|attach a|upload a)\b"
    r"|provide (?:a|an|details|evidence|examples?|the|your)\b|(?:how|what|which|who|where)\b"
    r"|(?:bitte )?(?:beschreiben|erläutern|nennen|schildern|stellen|benennen|erklären|geben|skizzieren|legen) sie\b"
    r"|wie\b|welche[rsn]?\b"
    r"|(?:veuillez |merci de )?(?:décri(?:re|vez)|préciser?z?|indique[rz]|présente[rz]|explique[rz]|détaille[rz])\b"
    r"|(?:veuillez |merci de )?(?:donne[rz]|liste[rz])\b"
    r"|(?:por favor,? )?(?:describ[ae]r?|indi(?:que|car)|expli(?:que|car)|detall[ea]r?|relacion[ea]|aport[ea]r?)\b"
    r"|especifi(?:que|car)\b|(?:descrev[ae]r?)\b"
    r"|(?:si prega di )?(?:descri(?:vere|va)|indicare|illustrare|specificare|elencare|fornire)\b"
    r"|(?:beschrijf|omschrijf|geef|licht toe|benoem|vermeld|noem)\b"
    r"|(?:proszę )?(?:opisać|podać|wskazać|opisz|podaj|wymienić)\b"
    r"|(?:beskriv|ange|redogör|redegør|angiv|oplys|angi|oppgi)\b|(?:popište|uveďte|vysvětlete)\b"
    r"|(?:kuvatkaa|kuvaa|kerro|ilmoita)\b|(?:descrieți|precizați|indicați|prezentați)\b"
    r"|(?:περιγράψτε|αναφέρετε|να (?:περιγραφ|αναφερθ|δοθ))\w*|(?:ismertesse|írja le|mutassa be|adja meg)\b"
    r"|(?:aprašykite|nurodykite|pateikite|opišite|navedite|opiši)\b"
    r"|(?:опишите|укажите|опишіть|опишете|посочете)\b|(?:يرجى وصف|اذكر|صف)\b",
    re.IGNORECASE,
)

_FOLLOW_UP = re.compile(
    r"if (?:yes|no|so|not|you (?:answered|have|cannot))\b|(?:wenn|falls) (?:ja|nein|nicht)\b"
    r"|si (?:oui|non)\b|dans l['’]affirmative\b|(?:en )?caso (?:afirmativo|negativo|contrario)\b"
    r"|em caso (?:afirmativo|negativo)\b|se (?:sim|não|sì|no)\b|in caso (?:affermativo|negativo)\b"
    r"|(?:indien|zo) (?:ja|nee|niet)\b|(?:om|hvis|jos|jeśli|pokud) (?:ja|nej|nei|kyllä|ei|tak|nie|ano|ne)\b"
    r"|(?:если|якщо) (?:да|нет|так|ні)\b|はいの場合|「はい」の場合|如果是|如是",
    re.IGNORECASE,
)


def requests(text: str) -> bool:
    """True where a text asks or tells to tell something, whatever number it begins with."""
    return asks(text) or _REQUEST.match(_bare(text)) is not None


def follows_up(text: str) -> bool:
    """ "If yes, please give details": belongs to the question above, and has an answer of its own."""
    return is_statement(text) and _FOLLOW_UP.match(text) is not None


def is_numbered(text: str) -> bool:
    """ "3. Text", "Question 3: text", "Frage 3 - text"."""
    return _bare(text) is not text


def _bare(text: str) -> str:
    numbered = leading_identifier(text)
    if numbered is not None:
        return numbered[1]
    name, _, rest = text.partition(":")
    if rest and len(name) < 24 and any(map(str.isdigit, name)) and mentions(name, "question"):
        return rest.lstrip()
    return text
