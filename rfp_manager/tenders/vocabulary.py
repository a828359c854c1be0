"""The words by which sentences of a tender are told apart, in English, German and French.

`strong` words make a sentence one of the section's; `weak` ones only add to one that is. `heading` words over a
sentence or in the line that introduces its list do the same as a strong word in it.
"""

import re
from dataclasses import dataclass

from rfp_manager.tenders.points import Section


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words.split('~'))})", re.IGNORECASE)


@dataclass(frozen=True)
class Words:
    strong: re.Pattern[str]
    weak: re.Pattern[str]
    heading: re.Pattern[str]


WORDS: dict[Section, Words] = {
    Section.DEADLINES: Words(
        strong=_pattern(
            r"deadline~no later than~not later than~due (?:date|by|on)~closing (?:date|time)"
            r"~submi(?:t|ssion)~received by"
            r"~by (?:noon|midday|\d)~questions?\b.{0,60}\b(?:by|until|before)\b~at the latest"
            r"~clarification~go-live"
            r"~valid(?:ity)? (?:for|until)"
            r"~\w*frist(?:en)?\b~spätestens~bis zum~bis \d~abgabe~einreich\w+~stichtag~bindefrist"
            r"~einzureichen"
            r"~date limite~délais?\b~au plus tard~avant le~échéance~remise des~jusqu['’]au"
        ),
        weak=_pattern(r"tenders?\b~proposals?\b~bids?\b~angebote?\b~offres?\b"),
        heading=_pattern(
            r"timetable~timeline~time ?table~schedule~deadline~key dates~calendar~submission~termin"
            r"~zeitplan~frist"
            r"~calendrier~échéancier~délais?\b~dates?\b"
        ),
    ),
    Section.EVALUATION: Words(
        strong=_pattern(
            r"evaluat\w+~award criteri\w+~award(?:ed)?\b.{0,40}\b(?:criteri\w+|basis|score|tender)"
            r"~weight(?:ed|ing|ings|s)?\b"
            r"~scor(?:e|es|ed|ing)\b~most economically advantageous~max(?:imum)?\.? (?:of )?\d+ points"
            r"~pass/fail"
            r"~zuschlag\w*~wertung\w*~bewert\w+~gewicht(?:et|ung)\w*~punkte?\b"
            r"~critères?\b~pondér\w+~not(?:é|ée|ées|és|ation)\b~évalu\w+~attribu(?:é|tion)\w*"
        ),
        weak=_pattern(r"\d+(?:[.,]\d+)? ?%~per ?cent\b~percent~prozent~pour cent~points\b~price~quality~preis~prix"),
        heading=_pattern(r"evaluation~award~scoring~wertung~zuschlag~bewertung~critères?\b~attribution~jugement"),
    ),
    Section.RED_FLAGS: Words(
        strong=_pattern(
            r"liquidated damages~penalt\w+~service credits?\b~unlimited~without limit~indemnif\w+"
            r"~indemnit\w+~hold harmless"
            r"~disqualif\w+~exclusion\b~(?:be )?excluded from~reject(?:ed|ion)?\b"
            r"~terminat\w+ .{0,40}(?:convenience|any time)"
            r"~terminat(?:e|ion)\b~sole discretion~irrevocabl\w+~non-negotiable"
            r"~no (?:deviation|amendment|change)s?\b"
            r"~without (?:compensation|further payment)"
            r"~at (?:no|its own|their own) (?:additional )?(?:cost|charge|expense)"
            r"~source code~escrow~exclusive property~most[- ]favou?red~performance bond~bank guarantee"
            r"~right to audit"
            r"~vertragsstrafe\w*~pönale\w*~unbeschränkt\w*~unbegrenzt\w*~haftet\b~ausgeschlossen"
            r"~ausschluss\w*"
            r"~kündig\w+~unentgeltlich~kostenlos~schadensersatz\w*~nicht verhandelbar~bürgschaft"
            r"~pénalités?\b~illimitée?s?\b~indemnis\w+~exclus?(?:e|es|ion)?\b~rejet(?:é|ée|ées|és)?\b"
            r"~résili\w+~sans frais"
            r"~à ses frais~caution\b~garantie bancaire~non négociable"
        ),
        weak=_pattern(r"liabilit\w+~breach~late\b~fail(?:s|ure)?\b~haftung~verzug~retard~manquement~responsabilité"),
        heading=_pattern(r"liabilit~penalt~damages~terminat~haftung~vertragsstrafe~kündigung~pénalit~résiliation"),
    ),
    Section.ASKED: Words(
        strong=_pattern(
            r"seek(?:s|ing)?\b~invit(?:es|ed|ing)\b~intends? to"
            r"~wish(?:es)? to (?:procure|buy|purchase|replace|appoint|acquire)"
            r"~looking for~request for (?:proposals?|information|quotations?|tenders?)~is procuring"
            r"~to procure"
            r"~purpose of this~procurement of~provision of~appoint a\b~replacement of"
            r"~sucht\b~beabsichtigt~schreibt\b~gegenstand (?:der|des|dieser)~soll\w* beschafft"
            r"~zu beschaffen~zweck (?:der|dieser)"
            r"~recherche~souhaite~lance (?:une|un)~objet d[eu]~a pour objet~appel d['’]offres~acquérir"
            r"~consultation porte"
        ),
        weak=_pattern(r"solution~system\b~platform~service~supplier~provider~anbieter~lösung~plateforme~prestataire"),
        heading=_pattern(
            r"introduction~purpose~background~invitation~objective~overview~einleitung~gegenstand~ziel"
            r"~objet~contexte"
        ),
    ),
    Section.SCOPE: Words(
        strong=_pattern(
            r"scope~compris\w+~covers?\b~in(?:cludes?|cluding)\b~consists? of"
            r"~services? (?:to be|required)~deliverables?\b"
            r"~out of scope~lots?\b \d"
            r"~leistungsumfang~umfasst~umfang\b~lieferumfang~bestandteil~lose?\b \d"
            r"~périmètre~comprend~comprennent~prestations~étendue~livrables?\b~inclut"
        ),
        weak=_pattern(
            r"[\d.,’' ]+ (?:users?|staff|employees|sites?|locations?|seats?|devices?|records?|documents?|schools"
            r"|countries|benutzer\w*|nutzer\w*|mitarbeit\w+|standorte?n?|arbeitsplätze?n?|utilisateurs?|agents|sites|postes)\b"
        ),
        heading=_pattern(
            r"scope~services required~requirement overview~deliverables~leistungsumfang~umfang~périmètre"
            r"~prestations"
        ),
    ),
    Section.MANDATORY: Words(
        strong=_pattern(
            r"must\b~shall\b~mandatory~(?:is|are) required~required to~minimum requirements?~obligatory"
            r"~compulsory~essential\b"
            r"~muss\b~müssen~zwingend~verpflicht\w+~mindestanforderung\w*~nachzuweisen~vorzulegen"
            r"~sicherzustellen~pflicht\w*"
            r"~(?:ist|sind) .{0,60}\b\w*zu ?\w+en\b"
            r"~doit\b~doivent~obligatoire\w*~exig(?:é|ée|ées|és|ence)\w*~(?:est|sont) tenus?\b"
            r"~impérati\w+~devra\b~devront"
        ),
        weak=_pattern(r"iso[ /]?\w*~certif\w+~encrypt\w+~comply~complian\w+~gdpr~dsgvo~rgpd~zertifi\w+~conform\w+"),
        heading=_pattern(
            r"mandatory~minimum~requirements?\b~conditions of participation~mindestanforderung"
            r"~anforderung~eignung~exigences?\b"
        ),
    ),
}  # fmt: skip
