"""Everyday words for one thing, which a question has otherwise than a document: staff and employees, login and sign-in.

Each of them is written as one and the same mark before texts are compared word by word. What is shown, searched or
embedded keeps its words. Only what means the same to whoever asks is brought together, in English, German and French.
"""

import re
from functools import lru_cache

# Longer expressions first: "user interface" is no "interface", "single sign-on" no "sign-on".
_SAME = (
    r"single sign[- ]?on|sso",
    r"(?:multi|two|2)[- ]?factor(?:[- ](?:authentication|login|sign-?in))?|mfa|2fa|second factors?|"
    r"(?:zwei|mehr|multi)[- ]?faktor\w*(?:-authenti\w+)?|zweite[rnms]? faktor|double authentification|"
    r"authentification (?:forte|à deux facteurs)|deuxième facteur",
    r"(?:user |graphical )interfaces?|gui|(?:benutzer|bedien)?oberflächen?|interfaces? utilisateurs?",
    r"recovery time objectives?|rto|wieder(?:herstellungs|anlauf)zeit(?:en)?",
    r"recovery point objectives?|rpo|maximale[rn]? datenverlust\w*",
    r"software bills? of materials|sbom|(?:software-?)?stücklisten?(?: der software)?",
    r"data processing agreements?|av-vertr[aä]g\w*|avv|auftragsverarbeitungsvertr[aä]g\w*|"
    r"vertr[aä]ge?s? zur auftragsverarbeitung|accords? de traitement des données",
    r"penetration test\w*|pen[- ]?tests?|penetrationstests?|tests? d['’]intrusion",
    r"byok|bring your own keys?|customer[- ]managed (?:encryption )?keys?|"
    r"(?:manag|us|provid)\w* (?:their|our|its|his) own (?:encryption )?keys?|eigene[nrs]? schlüssel(?:n)?",
    r"software as a service|saas",
    r"on[- ]prem(?:ises?)?|self[- ]hosted|"
    r"(?:customer(?:['’]s|s['’])?|your) own (?:servers?|data ?cent(?:re|er)s?|premises)|servern? des kunden",
    r"on[- ]site|at (?:the |your )?customer['’]s (?:site|premises)|vor[- ]ort|sur site|sur place",
    r"24 ?[/x×] ?7|(?:a)?round the clock|24 hours (?:a|per) day|rund um die uhr|24 h(?:eures)? sur 24|24h/24",
    r"offline|without (?:an? |the )?(?:internet |network |data )?connection|ohne (?:\w+)?verbindung|hors ligne|"
    r"sans connexion",
    r"available (?=[^.;]{0,24}\d[\d.,]* ?%)|uptime|availability|verfügbarkeit|disponibilité",
    r"european union|eu|europäische[nr]? union|union européenne",
    r"log[- ]?ins?|log[- ]ons?|sign[- ]ins?(?! person)|anmeldung(?:en)?|anmelden|anmeldet|einlogg\w+|connexions?",
    r"passwords?|(?:pass|kenn)w(?:ort(?:s|es)?|örtern?)|mots? de passe",
    r"vulnerabilit\w+|security (?:hole|flaw|gap|weakness)(?:e?s)?|schwachstellen?|sicherheitslücken?|vulnérabilit\w+",
    r"malware|virus(?:es)?|malicious (?:code|software)|schadsoftware|schadcode|viren",
    r"back(?:ed)?[- ]?ups?|(?:daten)?sicherung(?:en)?|sicherungskopien?|sauvegard(?:es?|er|ée?s?)",
    r"employees?|staff|personnel|workforce|mitarbeiter(?:n|s|in|innen)?|mitarbeitende[nr]?|beschäftigten?|angestellten?|salariés?|collaborateurs?",
    r"background (?:checks?|screenings?)|screened|vett(?:ed|ing)|zuverlässigkeitsüberprüfung\w*",
    r"api|programming interfaces?|programmierschnittstellen?|interfaces? de programmation",
    r"connectors?|interfaces?|integrat(?:ions?|es?|ed|ing)|plug-?ins?|adapters?|schnittstellen?|anbindung(?:en)?|konnektor(?:en)?|"
    r"kopplung(?:en)?|angebunden|integrier\w+|connecteurs?|intégr\w+",
    r"sub-?processors?|unterauftrag(?:nehmer|sverarbeiter)\w*|sous-traitants?",
    r"data ?cent(?:re|er)s?|rechenzentr(?:um|ums|en)|centres? de données",
    r"e-?mails?|courriels?",
    r"mandatory|compulsory|obligatory|enforc(?:e|ed|eable)|verpflichtend|obligatorisch|erzw(?:ingen|ungen)|obligatoires?",
    r"postpon(?:e|ed|es|ing)|defer(?:red|s|ring)?|verschieben|verschoben|aufschieben|aufgeschoben|reporter|reportée?s?",
    r"security (?:fix(?:es)?|patch(?:es)?|updates?)|sicherheits(?:updates?|patch(?:es)?)|correctifs? de sécurité",
    r"fail-?overs?|failing over",
    r"fixed|patched|remedied|behoben|beseitigt|corrigée?s?",
    r"(?:tele)?phone support|support by (?:tele)?phone|hotline|telefonische[rn]? support|assistance téléphonique",
    r"notif(?:y|ies|ied)|informed|inform|told|benachrichtig\w+|informier\w+|unterrichtet",
    r"retain(?:ed|s)?|kept|keep|stored?|aufbewahrt|aufzubewahren|aufbewahren|gespeichert|speichern|conservée?s?",
    r"restor(?:e|es|ed|able|ation)|recover(?:ed|able)|wiederherst(?:ellen|ellbar)|wiederhergestellt|restaur(?:er|ée?s?)",
    r"delet\w+|eras(?:e|ed|ure)|gelöscht\w*|löschen|löschung|supprim\w+|effac\w+",
    r"independent(?:ly)?|third[- ]part(?:y|ies)|external(?:ly)?|unabhängige?[nrms]?|externe?[nrms]?|indépendante?s?",
    r"nutzern?|benutzern?|anwendern?|utilisateurs?",
)
_ANY = re.compile(
    r"\b(?:" + "|".join(f"(?P<g{number}>{words})" for number, words in enumerate(_SAME)) + r")\b",
    re.IGNORECASE,
)
# No word of any language, so that no stemmer changes it; five letters, which is what words are cut to.
_MARKS = {f"g{number}": f"zq{chr(97 + number // 26)}{chr(97 + number % 26)}x" for number in range(len(_SAME))}


@lru_cache(maxsize=20_000)
def fold_everyday_words(text: str) -> str:
    """The text with each of these expressions written as its mark."""
    return _ANY.sub(lambda match: f" {_MARKS[match.lastgroup or '']} ", text)


def marks_of(text: str) -> dict[str, str]:
    """Each mark that the folded text has, and what stands in the text for it."""
    return {_MARKS[match.lastgroup or ""]: match.group() for match in _ANY.finditer(text)}
