"""Whose column it is by its title: the supplier's to answer in, or for the customer's own people who judge answers."""

import re

from rfp_manager.workbooks.detection.vocabulary import mentions


def is_for_reviewer(title: str) -> bool:
    """True where the customer's own people write: "Evaluator's notes", "Score (internal)", "Points /5"."""
    if is_own(title):
        return False
    if _POINTS.search(title) or _BY_CUSTOMER.search(title) or scores_supplier(title):
        return True
    return mentions(title, "reviewer") and not mentions(title, "supplier")


def judges(title: str) -> bool:
    """True for "Bank assessment", "Prüfung durch die Fachabteilung": the title of a group of columns, not of the supplier's."""
    return _JUDGING.search(title) is not None and not is_own(title) and not mentions(title, "supplier")


def is_own(title: str) -> bool:
    """True for "Self-assessment", "Eigene Bewertung": the supplier judges itself."""
    return _SELF.search(title) is not None


def is_suppliers_reply(title: str) -> bool:
    """True for "Supplier response", "Antwort des Bieters": not for "Supplier" alone, which may name one."""
    return mentions(title, "supplier") and mentions(title, "reply") and not is_for_reviewer(title)


def scores_supplier(title: str) -> bool:
    """True for "Score Bidder A", or "Bidder A" alone: what a supplier is given, in a table that compares several."""
    return (_SCORE_OF.match(title) or _ONE_OF_SEVERAL.fullmatch(title)) is not None


_SELF = re.compile(r"\b(?:self|selbst|eigen|zelf|auto-?[ée]val|autoavalia|autovalut|egen)", re.IGNORECASE)
_JUDGING = re.compile(
    r"\b(?:assess|evaluat|review|approv|scor|beurteil|bewert|prüf|évalu|évaluation|notation|valoraci|evaluaci|valutaz|avalia|beoordel"
    r"|bedömning|vurdering|arvioin|ocen|hodnocen|értékel)",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:score|points?|note|punkte|punten|puntos|punti|pontos)\s*(?:/|\(?\s*(?:out of|von|sur|van|sobre|su)\b)\s*\d",
    re.IGNORECASE,
)
# "To be completed by Client", "Bank use only", "Institution's notes", "vom Auftraggeber auszufüllen", "Réservé à l'acheteur".
_BY_CUSTOMER = re.compile(
    r"\b(?:by|for|from) (?:the )?(?:client|customer|buyer|council|employer|procurement|contracting|awarding|panel)\b(?! service)"
    r"|\b(?:vom|durch den|für den) (?:kunden|ag|besteller)\b|\bpar (?:le client|l['’](?:administration|acheteur|mo[ae]))\b"
    r"|\b(?:institution|university|college|hospital|bank|council|agency|insurer|department|ministry|municipality)['’]s\b"
    r"|\b(?:institution|university|college|hospital|trust|bank|council|agency|insurer|department|ministry|municipality|client"
    r"|customer|buyer|purchaser|authority) (?:use|ratings?|scores?|comments?|remarks?|notes|review|assessment|evaluation|decision"
    r"|feedback|check|approval|validation|verification|acceptance|sign-?off)\b"
    r"|(?<!supplier)(?<!vendor)(?<!bidder)(?<!tenderer)(?<!contractor) use only\b"
    r"|\b(?:ifylls|fylls i|fylles ut|udfyldes) a[vf] (?!leverant|leverand|anbud|tilbud|bud)"
    r"|\b(?:reviewed|checked|approved|verified|validated|assessed|evaluated|audited|scored|signed off) (?:by|on)\b"
    r"|\b(?:legal|internal|security|technical|procurement|compliance|management) (?:review|approval|check|sign-?off|decision)\b"
    r"|\b(?:geprüft|freigegeben|bewertet) (?:von|am|durch)\b|\b(?:vérifié|validé|approuvé)e? (?:par|le)\b"
    r"|\b(?:revisado|aprobado|aprovado|verificado|validado) (?:por|em|el)\b|\b(?:verificato|approvato|validato) (?:da|il)\b"
    r"|\b(?:gecontroleerd|goedgekeurd|beoordeeld) (?:door|op)\b"
    r"|\breservado\b|\bréservé(?:e|s)?\b|\briservat[oaie]\b|\bvoorbehouden\b|\bpor el (?:cliente|órgano)\b|\bdoor (?:de )?klant\b",
    re.IGNORECASE,
)
# Who has a column for each of several suppliers compares them, and none of them is asked to write there.
_ONE_OF_SEVERAL = re.compile(
    r"(?:supplier|vendor|bidder|tenderer|offeror|provider|bieter|anbieter|lieferant|soumissionnaire|candidat|fournisseur"
    r"|prestataire|proveedor|licitador|ofertante|fornitore|concorrente|offerente|fornecedor|inschrijver|leverancier"
    r"|leverantör|leverandør|anbudsgivare|tilbudsgiver|oferent|wykonawca|dodavatel)"
    r"[\s.:#–-]*(?:no\.?|nr\.?|n°)?\s*(?:[A-H]|\d)",
    re.IGNORECASE,
)
# "Score Bidder A" is what the bidder is given; "Supplier's score" may be what the supplier gives itself.
_SCORE_OF = re.compile(
    r"(?:scores?|points?|marks?|rating|ranking|punkte|punten|punti|puntos|pontos|points|poäng|pisteet|punkty|body)"
    r"[\s:–(-]+(?:of |for |der |des |du |de |del |di |van )?(?:bidder|supplier|vendor|tenderer|offeror|bieter|anbieter|soumissionnaire|"
    r"candidat|licitador|concorrente|offerente|inschrijver|anbudsgivare|tilbudsgiver|oferent|wykonawc)"
    r"|(?:score|points?|marks?|note|punkte|punteggio|puntuación|punten|pontuação)\s+"
    r"(?:awarded|given|attribué|vergeben|erteilt|assegnat|otorgad|toegekend|atribuíd)",
    re.IGNORECASE,
)
