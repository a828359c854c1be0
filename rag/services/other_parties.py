"""Whether a sentence tells of another company what a question asks of the vendor or its product.

"Our hosting provider holds ISO 22301" is no yes to "Are you certified to ISO 22301?", and nor is "AWS is certified to
ISO 27001". Whoever asks about the provider, or a data centre, is answered by it.
"""

import re

_ROLE = (
    r"(?:providers?|partners?|suppliers?|sub-?contractors?|sub-?processors?|resellers?|distributors?|operators?|"
    r"hosters?|carriers?|integrators?|insurers?|\w*anbieters?|\w*betreibers?|\w*partners?|\w*dienstleisters?|"
    r"\w*lieferant(?:en)?|\w*auftragnehmers?|\w*hosters?|hébergeurs?|prestataires?|partenaires?|fournisseurs?|"
    r"sous-traitants?)"
)
# "The provider" alone may be the vendor itself, in its terms; "our provider" and "the hosting provider" never are.
_PARTY = re.compile(
    r"^\W*(?:(?:one of |einer |l['’]un de )?(?:our|its|unsere?[rmsn]?|ihre?[rmn]?|notre|nos) (?:[\w-]+ ){0,3}?|"
    r"(?:(?:the|der|die|le|l['’]) )?(?:hosting|cloud|infrastructure|network|colocation|payment|print(?:ing)?|"
    r"data ?cent(?:re|er))[ -](?:service )?|(?:der |die )?(?:rechenzentrums|cloud|hosting|druck)-?(?=\w))"
    rf"{_ROLE}\b",
    re.IGNORECASE,
)
_ASKS_OF_PARTY = re.compile(
    rf"\b(?:{_ROLE}|third[- ]part(?:y|ies)|data ?cent(?:re|er)s?|hosting|hosted|clouds?|rechenzentr\w+|gehostet|"
    r"hébergement|centres? de données)\b",
    re.IGNORECASE,
)
# What a company has on paper, whoever's product it runs.
_ON_PAPER = re.compile(
    r"\b(?:certif\w+|accredit\w+|attest\w+|insur\w+|ISO|SOC|zertifi\w+|akkreditier\w+|testat\w*|versicher\w+|assur\w+)\b",
    re.IGNORECASE,
)
_NAME_HAS = re.compile(
    r"^\W*(?:(?:Die|The) (?:Firma|company|firm) )?(?P<name>[A-ZÄÖÜ][\w&.-]*(?: (?:[A-ZÄÖÜ&][\w&.-]*|und|and|of))*)"
    r"(?:, [^,]{3,60},)? (?:(?:itself|selbst|additionally|also|zusätzlich|auch) )?"
    r"(?P<verb>is|has|holds|maintains|carries|are|have|hold|ist|sind|hat|besitzt|hält|verfügt|est|possède|détient)\b"
)
_LEGAL_FORM = re.compile(r"\b(?:Ltd|Limited|Inc|Corp|LLC|LLP|PLC|GmbH|AG|SE|SAS?|B\.?V|N\.?V|Oy|AB|ApS|OÜ)\b")
_OURSELVES = re.compile(
    r"^(?:we|our|ours|it|this|that|these|those|they|all|both|each|every|the|an?|there|such|no|none|nobody|yes|"
    r"wir|unsere?[rsnm]?|es|sie|alle|beide|jede[rs]?|diese[rsnm]?|kein\w*|der|die|das|eine?r?|ja|nein|"
    r"nous|notre|nos|ils?|elles?|tous|toutes|oui|non)$",
    re.IGNORECASE,
)
# How nouns end that name what is done, and companies hardly ever are called.
_ACTIVITY = re.compile(r"(?:tion|sion|ment|ing|ance|ence|ity|ship|ness|ung|heit|keit|s)$", re.IGNORECASE)


def is_of_another_party(question: str, sentence: str, *, context: str = "") -> bool:
    """Whether the sentence's subject is a company that the question does not ask about.

    `context` are the headings of the sentence and the names of vendor and product, which are not another's.
    """
    if _ASKS_OF_PARTY.search(question):
        return False
    return bool(_PARTY.match(sentence)) or (
        bool(_ON_PAPER.search(question)) and _names_a_company(sentence, f"{question} {context}")
    )


def _names_a_company(sentence: str, known: str) -> bool:
    """Whether the sentence begins with the name of a company, none of whose words is known."""
    found = _NAME_HAS.match(sentence)
    if not found:
        return False
    words = [word for word in re.findall(r"[\w&.-]+", found["name"]) if word[:1].isupper()]
    if any(_OURSELVES.match(word) or word.casefold() in known.casefold() for word in words):
        return False
    if _LEGAL_FORM.search(found["name"]):
        return True
    ordinary = len(words) == 1 and bool(_ACTIVITY.search(words[0])) and not words[0].isupper()
    return not ordinary and found["verb"] not in ("are", "have", "hold", "sind")
