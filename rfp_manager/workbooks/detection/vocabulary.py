"""Words that headings are made of, in the languages that questionnaires come in.

They are one weak hint among many: a sheet in a language that is missing here is found all the same, by its
dropdowns, its blank columns and the shape of its text.
"""

import re
import unicodedata
from functools import lru_cache

# Stems: matched at the beginning of a word, or anywhere in scripts that do not part words.
_STEMS = {
    "question": (
        "question requirement control criteri kriteri statement item ask feature function capability obligation "
        "pregunta requisito exigence exigenc frage anforderung prüf domanda quesit requisit pergunta vraag eis vereiste "
        "fråga krav spørsmål spørgsmål kysymys vaatimus pytani wymag otázk požadav kérdés követelm întrebar cerinț "
        "въпрос вопрос требован питанн вимог ερώτη απαίτη soru gereksin سؤال السؤال الأسئلة متطلب שאלה דריש پرسش सवाल प्रश्न "
        "câu_hỏi yêu_cầu pertanyaan คำถาม 質問 設問 要件 項目 要求 问题 問題 检查项 檢查 질문 요구 항목 check"
    ),
    "answer": (
        "answer response reply compli conform status result assessment fulfil "
        "respuesta cumpl réponse conformité statut antwort erfüll stellungnahme risposta esito resposta atend cumprimento "
        "antwoord voldoet svar vastau odpowied odpověď splň válasz megfelel răspuns conform отговор ответ відповід соответств "
        "απάντη συμμόρφωσ yanıt cevap uygun إجابة الإجابة الرد جواب תשוב מענה پاسخ उत्तर trả_lời jawaban คำตอบ 回答 回应 答え 応答 "
        "対応 状態 状況 适用 状态 狀態 符合 答复 답변 응답 상태 준수 yes/no y/n estado stato stav état valid "
        "umsetzung abdeckung realisierung coverage couverture cobertura copertura uppfyll oppfyll opfyld täytt atende offered proposed angeboten proposé ofrecid offert ofertad proposto aangeboden "
        "self-score self-assess self-rating selbstbewert selbsteinschätz auto-évaluation "
        "autoévaluation autoevaluación zelfbeoordel zelfscore autovalutazione autoavaliação"
    ),
    "supplier": (
        "supplier vendor bidder provider contractor tenderer offeror respondent bieter anbieter auftragnehmer lieferant "
        "soumissionnaire candidat titulaire prestataire fournisseur proveedor licitador ofertante adjudicatario "
        "inschrijver leverancier opdrachtnemer concorrente offerente fornitore proponente licitante contratada "
        "leverantör anbudsgivare leverandør tilbudsgiver tilbyder toimittaja oferent wykonawc dodavatel ajánlattev ofertant"
    ),
    "comment": (
        "comment remark note explan detail additional justif rationale description narrative notes clarif observation "
        "comentari observaci explica justifica nota aclara commentaire remarque précision kommentar bemerk anmerk erläuter "
        "hinweis begründ notiz commento osservazion spiegazion note giustific comentário observaç opmerking toelicht "
        "kommentti huomautus selite uwag komentarz wyjaśn poznám komentář megjegyz indokl observații explicaț коментар забележ "
        "комментар примеч поясн приміт σχόλι παρατήρ açıklama yorum ملاحظ تعليق التعليق الملاحظات הער הסבר توضیح टिप्पणी ghi_chú "
        "nhận_xét komentar keterangan หมายเหตุ ความคิดเห็น コメント 備考 説明 注釈 评论 備註 备注 说明 註解 評論 코멘트 의견 비고 설명"
    ),
    "evidence_link": (
        "url link hyperlink weblink attachment evidence proof document_ref page_ref page_no seitenangabe seitenverweis supporting_doc nachweis beleg preuve "
        "justificatif evidencia bewijs evidenza lien enlace anexo vínculo verknüpfung anlage anhang allegat collegament bijlage "
        "koppeling bilaga länk lenke vedlegg liite linkki załącznik odkaz příloha melléklet ссылк приложен вложен посилан رابط "
        "مرفق קישור נספח リンク 添付 链接 附件 連結 첨부 링크"
    ),
    "identifier": (
        "id ref réf no nr num number # № n° nº n. code key identifier nummer numéro numero número número kennung lfd index item "
        "номер رقم מספר 番号 编号 編號 번호 guid uid č. sl s.no"
    ),
    "guidance": (
        "guidance help instruction hint example tip explanation_of background rationale context more_info reference "
        "description optional training estimated orienta ayuda ejemplo instruc aide exemple conseil hilfe hinweis beispiel "
        "aiuto esempio guida ajuda exemplo hulp voorbeeld vägledning veiledning ohje pomoc przykład wskazów nápověd súgó "
        "ajutor подсказ пример указан βοήθεια yardım örnek تعليمات إرشاد مثال הנחי דוגמ ガイダンス 例 指南 示例 指引 안내 예시 도움"
    ),
    "help": (
        "guidance help instruction hint tip orientación ayuda instruc aide conseil hilfe hinweis ausfüllhinweis aiuto guida ajuda tool_tip tooltip acceptance "
        "hulp instructie vägledning veiledning vejledning ohje pomoc nápověd súgó útmutat îndrum подсказ указан تعليمات הנחי "
        "ガイダンス 指南 指引 안내"
    ),
    "section": (
        "section category domain area topic chapter group theme function family subject sección categoría dominio área tema "
        "catégorie domaine thème kategorie bereich thema kapitel categoria ambito capitolo seção domínio categorie hoofdstuk "
        "avsnitt kapittel luokka osio kategor obszar rozdzia oblast fejezet secțiun раздел категор область ενότητα bölüm قسم "
        "مجال פרק תחום 分類 カテゴリ 领域 类别 類別 章 분류 영역"
    ),
    "reviewer": (
        "reviewer assessor analyst auditor internal evaluator evaluation scoring rating puntuación puntuacion valoración evaluación "
        "évaluation notation bewertung wertung beoordeling valutazione punteggio avaliação pontuação poängsättning buyer's client's customer's procurement_team "
        "jury commission commissione comisión komisj authority purchaser agency_use office_use official_use acheteur opdrachtgever aanbesteder comprador "
        "contratante committente stazione_appaltante beställar zamawiając zadavatel ajánlatkér "
        "evaluador revisor évaluateur prüfer gutachter bewerter auftraggeber valutatore avaliador beoordelaar granskare "
        "oceniając hodnotitel értékelő evaluator рецензент проверяющ αξιολογητ değerlendiren المقيم المراجع הבודק "
        "評価者 审核 評審 평가자"
    ),
    "customer": (
        "priority weight severity score points max risk level criticality owner cost scale type mandatory must importance prioridad peso priorité poids priorität gewicht "
        "wichtigkeit punkte bewertung priorità punteggio prioridade pontu prioriteit prioritet vikt poeng приоритет вес оцен "
        "οδηγ öncelik puan أولوية وزن עדיפות משקל 優先 重要 重み 点数 评分 優先級 优先级 权重 우선 중요 점수 weging "
        "format frequency testing procedure tag version date author"
    ),
    "measure": (
        "page date cost price discount rabatt remise descuento sconto desconto korting effort day hour amount fee quantity seite datum kosten preis aufwand tage stunden menge "
        "coût prix tarif montant jours heures quantité fecha coste costo precio importe días horas cantidad página "
        "pagina prijs inspanning dagen uren aantal costo prezzo importo giorni ore quantità custo preço dias "
        "kostnad pris dagar timmar antal cena koszt dni цена стоимость дата 価格 金額 日数 费用 价格 天数 비용 가격"
    ),
    "company": (
        "company organisation organization business legal_name legal_entity trading_name parent_company incorporation founded "
        "registered_office registered_address registration_number vat duns tax_id turnover revenue employees headcount "
        "subsidiaries shareholders firma firmenname unternehmen rechtsform handelsregister handelsregisternummer ust-id ust-idnr "
        "ust-idnr. umsatz jahresumsatz mitarbeiter mitarbeiterzahl gründungsjahr hauptsitz raison_sociale société entreprise "
        "siège_social siret siren tva forme_juridique chiffre_d'affaires effectif capital_social empresa razón_social domicilio_social "
        "cif nif facturación empleados forma_jurídica bedrijfsnaam onderneming kvk kvk-nummer btw-nummer omzet medewerkers "
        "rechtsvorm vestigingsplaats azienda ragione_sociale sede_legale partita_iva codice_fiscale fatturato dipendenti "
        "razão_social cnpj nipc faturamento företag organisationsnummer omsättning anställda virksomhed cvr-nummer firmy nip "
        "regon společnost ičo cégnév adószám компания организация инн огрн şirket 会社名 従業員数 代表者 設立年月日 資本金 売上高 法人番号 "
        "公司名称 法定代表人 注册资本 员工人数 统一社会信用代码 회사명 대표자 사업자등록번호 자본금 종업원수 الشركة חברה"
    ),
    "form_field": (
        "name address street city town postcode post_code zip country phone telephone mobile fax e-mail email website contact "
        "job_title position anschrift adresse straße plz ort telefon ansprechpartner ansprechperson nom code_postal ville pays "
        "téléphone courriel interlocuteur nombre dirección domicilio ciudad país teléfono correo contacto naam adres plaats "
        "telefoon contactpersoon nome indirizzo telefono referente endereço telefone adress kontaktperson navn nazwa adres "
        "住所 電話 担当者 地址 电话 联系人 주소 전화 الاسم العنوان الهاتف שם כתובת טלפון"
    ),
    "reference": (
        "reference references referenz referenzen référence références referencia referencias referentie referenties "
        "referenza referenze"
    ),
    # What somebody did for others, several of which a form asks for.
    "engagement": (
        "reference contract project client customer engagement case_study fallstudie étude_de_cas caso_de_estudio referenz referenzprojekt projekt auftrag kunde référence contrat "
        "projet client marché referencia contrato proyecto cliente referência projeto referenza contratto progetto referentie "
        "opdracht project contract referens uppdrag referanse prosjekt kontrakt referencje umowa zakázka referenssi 実績 案件 项目业绩"
    ),
    # For whom it was done.
    "client": (
        "client customer contact referee auftraggeber kunde ansprechpartner ansprechperson donneur_d'ordre maître_d'ouvrage "
        "cliente contacto contratante mandante committente referente opdrachtgever contactpersoon beställare kund bestiller "
        "kontaktperson klient zamawiając zákazník kontakt asiakas 発注者 顧客 客户 业主 발주처 고객"
    ),
    "signature": "signature signed unterschrift handtekening assinatura underskrift podpis подпись 署名 签名 서명 توقيع חתימה",
    "log": (
        "version date author revision change release datum fecha auteur autor data versión versie versão änderung wijziging "
        "modific дата верси автор تاريخ إصدار תאריך 版 日付 日期 作者 版本 날짜 버전 changes"
    ),
    "likelihood": (
        "likelihood probability eintrittswahrscheinlichkeit wahrscheinlichkeit probabilité vraisemblance probabilidad probabilità "
        "probabilidade waarschijnlijkheid kans sannolikhet sannsynlighet sandsynlighed todennäköisyys prawdopodobieństwo pravděpodobnost"
    ),
    "impact": (
        "impact consequence severity auswirkung schadensausmaß schadenshöhe gravité conséquence impacto gravedad impatto gravità gravidade "
        "gevolg ernst konsekvens vaikutus skutek wpływ dopad"
    ),
    # Who tests something writes down what came of it.
    "test": (
        "expected_result actual_result expected_outcome actual_outcome tester tested_by test_step test_data erwartetes_ergebnis "
        "tatsächliches_ergebnis résultat_attendu résultat_obtenu resultado_esperado resultado_obtenido risultato_atteso "
        "resultado_obtido verwacht_resultaat"
    ),
    "option": (
        "yes no n/a na partial partially teilw tlw entf partly partiell fully full none y n si sí sì oui non ja nein nej nee não sim tak nie ano ne igen nem da "
        "да нет не ні так ναι όχι evet hayır نعم لا כן לא はい いいえ 是 否 部分 예 아니오 아니요 네 해당없음 不适用 不適用 該当なし 対象外 "
        "partiel parcial teilweise parziale gedeeltelijk delvis delvist osittain częściowo částečně részben частично частково kısmen "
        "جزئي חלקי compliant non-compliant comply pass fail planned implemented met unmet entspricht erfüllt agree disagree "
        "strongly neutral not nicht niet available standard custom customization customisation configuration configurable config roadmap future "
        "applicable true false ok cumple conforme kyllä ei không có ya tidak ใช่ ไม่"
    ),
    "tick": (
        "mark tick check cross x marque marcar cocher ankreuz kreuz crocett barrare assinal aankruis kryss rasti zaznacz "
        "zaškrt jelöl bifa отмет познач σημειώ işaret ضع علامة סמן チェック 選択 勾选 打勾 勾選 체크 표시 select"
    ),
}
_STEMS["reply"] = _STEMS["answer"]
# Whom a column names is whose answers it takes.
_STEMS["answer"] += " " + _STEMS["supplier"]
_WHOLE_WORDS = {"option", "identifier", "company", "form_field", "reference", "engagement"}
# Shorter words without their accents are other words.
PLAIN_LENGTH = 4


def _compiled(concept: str) -> re.Pattern[str]:
    stems = {stem.replace("_", " ") for stem in _STEMS[concept].split()}
    # Capitals often come without their accents: ΑΠΑΝΤΗΣΗ, REPONSE.
    stems |= {_plain(stem) for stem in stems if len(stem) >= PLAIN_LENGTH and not _is_unspaced(stem)}
    ordered = sorted(stems, key=lambda stem: (-len(stem), stem))
    end = r"(?![^\W_])" if concept in _WHOLE_WORDS else ""
    spaced = "|".join(re.escape(stem) for stem in ordered if not _is_unspaced(stem))
    unspaced = "|".join(re.escape(stem) for stem in ordered if _is_unspaced(stem))
    return re.compile(rf"(?<![^\W_])(?:{spaced}){end}" + (f"|{unspaced}" if unspaced else ""), re.IGNORECASE)


def _plain(stem: str) -> str:
    parts = unicodedata.normalize("NFD", stem)
    return unicodedata.normalize("NFC", "".join(part for part in parts if not unicodedata.combining(part)))


def _is_unspaced(stem: str) -> bool:
    return any("\u0e00" <= character <= "\u0e7f" or character >= "\u3040" for character in stem)


_PATTERNS = {concept: _compiled(concept) for concept in _STEMS}


@lru_cache(maxsize=16_384)
def mentions(text: str, concept: str) -> bool:
    """True where a heading holds a word of the concept."""
    return bool(text) and _PATTERNS[concept].search(text) is not None


def word_of(text: str, concept: str) -> str | None:
    """The first word of the concept that a text holds, in small letters."""
    match = _PATTERNS[concept].search(text)
    return match[0].casefold() if match else None


@lru_cache(maxsize=16_384)
def is_option(text: str) -> bool:
    """True where a whole text is a usual option: "Yes", "N/A", "Partially"."""
    text = text.strip(" .()*:").casefold()
    return 0 < len(text) <= 40 and _PATTERNS["option"].match(text) is not None and len(text.split()) <= 3


_EXAMPLE = re.compile(
    r"(?:example|sample|ex\.|e\.g|beispiel|bsp|z\. ?b|p\. ?ej\.|bijv\.|exemple|ejemplo|esempio|exemplo|voorbeeld|exempel|eksempel|esimerkki|"
    r"przykład|příklad|példa|exemplu|пример|приклад|παράδειγμα|örnek|مثال|דוגמה|דוגמא|उदाहरण|contoh|ตัวอย่าง|例|예시|示例)"
    r"(?P<more>.*)",
    re.IGNORECASE | re.DOTALL,
)

_EXAMPLE_WORD = re.compile(
    r"\b(?:examples?|beispiele?|exemples?|ejemplos?|esempi[o]?|exemplos?|voorbeeld|exempel|eksempel|esimerkki|przykład|příklad|пример)\b"
    r"|記入例|回答例|示例|예시",
    re.IGNORECASE,
)


def is_example(text: str) -> bool:
    """True for what marks a row as an example: "Example", "Beispiel 1:", "Exemple : avez-vous ... ?"."""
    match = _EXAMPLE.match(text.strip(" ([<"))
    if match is None:
        return False
    more = match["more"].lstrip(" .")
    return not more.strip(" .:#)]>0123456789") or more[0] in ":：" or more.lstrip("0123456789 ")[:1] in ":："


def announces_example(text: str) -> bool:
    """True for the sentence before what shows how to answer: "An example is given below."."""
    return _EXAMPLE_WORD.search(text) is not None
