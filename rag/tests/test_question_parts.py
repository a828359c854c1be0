"""A question is taken apart where its form says that several things are asked, and nowhere else."""

import pytest

from rag.services.question_parts import split_parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Do you encrypt data at rest, and who holds the keys?",
            ["Do you encrypt data at rest", "who holds the keys?"],
        ),
        (
            "Who holds the keys, how often are they rotated and where are they stored?",
            ["Who holds the keys", "how often are they rotated", "where are they stored?"],
        ),
        (
            "Please describe:\na) your backups\nb) your restores; and\nc) retention",
            ["Please describe your backups", "Please describe your restores", "Please describe retention"],
        ),
        (
            "Please state the following: (i) your name, (ii) your address and (iii) the VAT number.",
            ["Please state your name", "Please state your address", "Please state the VAT number."],
        ),
        (
            "Do you hold ISO 27001? If so:\n1. Who is the certifier?\n2. What is the scope?\nPlease attach it.",
            ["Do you hold ISO 27001?", "Who is the certifier?", "What is the scope?", "Please attach it."],
        ),
        (
            "Are logs kept, and if so, how long are they kept?",
            ["Are logs kept", "how long are they kept?"],
        ),
        ("Werden Restores geübt, und wenn ja, wie oft?", ["Werden Restores geübt wie oft?"]),
        (
            "Which of these do you support?\n- SAML\n- OIDC",
            ["Which of these do you support: SAML", "Which of these do you support: OIDC"],
        ),
        (
            "Describe your hosting, backups and training.",
            ["Describe your hosting", "Describe your backups", "Describe your training."],
        ),
        (
            "Describe your backup, restore and recovery procedures.",
            [
                "Describe your backup procedures",
                "Describe your restore procedures",
                "Describe your recovery procedures.",
            ],
        ),
        (
            "Describe how data is collected, stored and deleted.",
            [
                "Describe how data is collected",
                "Describe how data is stored",
                "Describe how data is deleted.",
            ],
        ),
        (
            "Describe how you collect, store and delete data.",
            [
                "Describe how you collect data.",
                "Describe how you store data.",
                "Describe how you delete data.",
            ],
        ),
        (
            "Describe the roles of the customer, the supplier and the auditor.",
            [
                "Describe the roles of the customer",
                "Describe the roles of the supplier",
                "Describe the roles of the auditor.",
            ],
        ),
        (
            "Name the status of the findings of the last test and the firm that made it.",
            ["Name the status of the findings of the last test", "Name the firm that made it."],
        ),
        (
            "State the sites and whether a tenant can be moved.",
            ["State the sites", "State whether a tenant can be moved."],
        ),
        (
            "State your commitment and the service credits.",
            ["State your commitment", "State the service credits."],
        ),
        (
            "Beschreiben Sie Ihre Sicherung, Wiederherstellung und Aufbewahrung.",
            [
                "Beschreiben Sie Ihre Sicherung",
                "Beschreiben Sie Ihre Wiederherstellung",
                "Beschreiben Sie Ihre Aufbewahrung.",
            ],
        ),
    ],
)
def test_several_things_asked_are_several_parts(question: str, parts: list[str]) -> None:
    assert split_parts(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "Are users, groups and roles provisioned by SCIM?",
        "The solution shall support PDF, Word and Excel.",
        "Describe the Supplier's equality, diversity and inclusion policy.",
        "Describe your programme, including policies, training and audits.",
        "Describe the roles of the customer and the supplier.",
        "Describe the differences between users, groups and roles.",
        "State your recovery point objective (RPO) and recovery time objective (RTO).",
        "Is there a portal, where users can see invoices?",
        "When somebody leaves the company, how quickly are they shut out?",
        "1. Do you have a SOC 2 report?",
        "See section (a) of annex 3. Is it met?",
        "",
        "   \n  ",
        "and",
    ],
)
def test_one_thing_asked_is_one_part(question: str) -> None:
    assert len(split_parts(question)) == 1


def test_the_same_question_has_the_same_parts_and_none_is_lost() -> None:
    listed = "Describe:\n" + "\n".join(f"{number}. topic {number}" for number in range(1, 31))
    assert split_parts(listed) == split_parts(listed)
    assert len(split_parts(listed)) == 30
    assert len(split_parts("Describe a, " * 5_000 + "b and c.")) >= 1
