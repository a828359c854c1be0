"""Affirmed in form, and no yes: what is only wished for, weighed or shown, and what is left to the customer."""

import re

_INTENDED = re.compile(
    r"(?<!who )(?<!that )(?<!you )(?<!users )(?<!customers )"
    r"\b(?:(?:want|wish|intend|plan|aim|hope|propose)s? to|would like to|"
    r"(?:being|currently|presently|still) (?:considered|evaluated|assessed|explored|discussed)|"
    r"(?:is|are) (?:considering|evaluating|exploring|discussing|thinking)|"
    r"under (?:evaluation|consideration|discussion|investigation)|(?:could|might) be (?:added|introduced|offered)|"
    r"prototypes?|proofs?[- ]of[- ]concept|shown at|"
    r"wir (?:möchten|wollen|beabsichtigen|planen|erwägen|prüfen|hoffen|überlegen)|"
    r"(?:möchten|wollen|beabsichtigen|planen|erwägen|prüfen|hoffen|überlegen) wir|"
    r"(?:wird|werden) (?:derzeit|aktuell|gerade|noch|momentan) (?:\w+ )?(?:geprüft|erwogen|diskutiert|bewertet)|"
    r"(?:streben wir|wir streben) [^,;.]{0,60}?\ban|"
    r"nous (?:souhaitons|envisageons|prévoyons|comptons|espérons)|à l['’]étude|envisagée?s?)\b",
    re.IGNORECASE,
)
_LEFT_TO_OTHERS = re.compile(
    r"\b(?:(?:left|up) to (?:the |each |every )?(?:customer|client|buyer|licensee|user)s?|"
    r"(?:the )?(?:sole )?(?:responsibility|duty|task|matter) (?:of|for|lies with|rests with|remains with) "
    r"(?:the |each )?(?:customer|client|buyer|licensee|user)s?|instead of being|"
    r"(?:the )?(?:customer|client|buyer|licensee)s? (?:is|are|remains?) (?:solely )?responsible|"
    r"(?:obliegt|obliegen) (?:dem|den) (?:kunden|auftraggebern?|anwendern?)|"
    r"(?:sache|aufgabe) (?:des|der) (?:kunden|auftraggebers?|anwenders?)|verantwortung (?:des|der|beim) kunden|"
    r"(?:à|de) la (?:charge|responsabilité) du client)\b",
    re.IGNORECASE,
)


def says_it_is_not_ours_yet(text: str, *, asked: str = "") -> bool:
    """Whether the text only wishes for it, weighs or has shown it, or leaves it to the customer; not where a wish, or
    whose task it is, is what is asked about."""
    return any(pattern.search(text) and not pattern.search(asked) for pattern in (_INTENDED, _LEFT_TO_OTHERS))
