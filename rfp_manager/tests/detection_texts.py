"""Questions and statements, in several languages, for workbooks that tests build."""

QUESTIONS = [
    "Do you encrypt customer data at rest in every data centre?",
    "Are backups restored for test at least once a year?",
    "Is multi-factor authentication required for all administrators?",
    "Describe how access rights are reviewed and how often this happens.",
    "Do you carry out background checks on employees before they start?",
    "Which independent reports about your controls can you share with us?",
    "Is there a documented process to handle security incidents?",
    "How quickly are critical vulnerabilities corrected in production?",
    "Do subcontractors have access to personal data of our customers?",
    "Are production and test environments kept apart from each other?",
    "Do you keep logs of administrative actions for twelve months?",
    "Is customer data deleted within thirty days after the contract ends?",
]
REQUIREMENTS = [
    "The solution must support single sign-on through a standard protocol.",
    "The supplier shall report security incidents within twenty-four hours.",
    "All data in transit must be protected with current cryptography.",
    "The system should export audit records in an open format.",
    "The supplier shall provide a service desk in the customer's time zone.",
    "The platform must allow role based access for at least five roles.",
    "User accounts must be locked after repeated failed log-ins.",
    "The supplier shall hold documentation for each released version.",
]
GERMAN = [
    "Werden personenbezogene Daten verschlüsselt gespeichert?",
    "Wie oft werden Zugriffsrechte überprüft und durch wen?",
    "Gibt es ein dokumentiertes Verfahren für Sicherheitsvorfälle?",
    "Werden Unterauftragnehmer vertraglich zur Geheimhaltung verpflichtet?",
    "Ist eine Mehr-Faktor-Anmeldung für Administratoren vorgeschrieben?",
    "Werden Datensicherungen regelmäßig zurückgespielt und geprüft?",
]
ARABIC = [
    "هل يتم تشفير بيانات العملاء أثناء التخزين؟",
    "هل توجد خطة موثقة للاستجابة للحوادث الأمنية؟",
    "كم مرة تتم مراجعة صلاحيات الوصول إلى الأنظمة؟",
    "هل يخضع الموظفون لفحص أمني قبل التعيين؟",
    "هل يتم اختبار النسخ الاحتياطية بشكل منتظم؟",
]
JAPANESE = [
    "顧客データは保存時に暗号化されていますか？",
    "アクセス権限の見直しはどのくらいの頻度で行われますか？",
    "セキュリティインシデント対応手順は文書化されていますか？",
    "管理者には多要素認証が必須ですか？",
    "バックアップの復元テストは毎年実施されていますか？",
]
HUNGARIAN = [
    "Titkosítják-e az ügyféladatokat tárolás közben minden adatközpontban?",
    "Milyen gyakran vizsgálják felül a hozzáférési jogosultságokat?",
    "Van-e dokumentált eljárás a biztonsági események kezelésére?",
    "Kötelező-e a többtényezős hitelesítés a rendszergazdáknak?",
    "Elkülönül-e egymástól a teszt- és az éles környezet?",
]
