"""Repeated questions: other words for the same are recognised, and another question never is."""

import time

import pytest

from rag.services.similarity import group_same_questions, normalised, same_question

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Is data encrypted at rest?", "  IS data\nencrypted at rest ?"),
        ("Do you encrypt customer data at rest?", "Is customer data encrypted at rest?"),
        ("Are you ISO 27001 certified?", "Do you hold an ISO 27001 certification?"),
        ("Do you support single sign-on via SAML?", "Does your solution support SAML single sign-on?"),
        (
            "Describe your incident response process.",
            "Please describe the incident response process you have in place.",
        ),
        ("How long are backups kept?", "How long do you keep backups?"),
        ("Do you have a business continuity plan?", "Is there a business continuity plan in place?"),
        ("Are up to 1,000 named users supported?", "Does the system support up to 1000 named users?"),
    ],
)
def test_the_same_in_other_words_is_one_question(one: str, other: str) -> None:
    assert same_question(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Are logs retained for 30 days?", "Are logs retained for 90 days?"),
        ("Are logs retained for 30 days?", "Are logs retained for 30 months?"),
        (
            "Keep logs for 30 days and backups for 90 days.",
            "Keep logs for 90 days and backups for 30 days.",
        ),
        ("Is data encrypted at rest?", "Is data encrypted in transit?"),
        ("Is data shared with third parties?", "Is data not shared with third parties?"),
        ("How do you notify customers of incidents?", "How do customers notify you of incidents?"),
        ("Can records be moved from the EU to the US?", "Can records be moved from the US to the EU?"),
        ("Do you hold a SOC 2 Type I report?", "Do you hold a SOC 2 Type II report?"),
        ("Is access reviewed quarterly?", "Is access reviewed annually?"),
        ("Is customer data encrypted at rest?", "Is customer data in backups encrypted at rest?"),
        ("Is TLS 1.2 supported for integrations?", "Is TLS 1.3 supported for integrations?"),
        ("Do you encrypt backups?", "How do you encrypt backups?"),
        ("Which authentication methods are supported?", "Which authorisation methods are supported?"),
        ("Is the response time < 2 seconds?", "Is the response time > 2 seconds?"),
        ("AC-02 (a)", "AC-02 (i)"),
        ("Deleted, a duplicate of 4.1.3", "Deleted, a duplicate of 4.3.1"),
        ("Was the audit finished on 1 May 2026?", "Was the audit finished on 5 January 2026?"),
    ],
)
def test_a_difference_that_changes_the_answer_keeps_them_apart(one: str, other: str) -> None:
    assert not same_question(one, other)


def test_groups_come_in_order_and_hold_every_member() -> None:
    texts = [
        "Is data encrypted at rest?",
        "Where is data stored?",
        "is data encrypted at rest",
        "Where is data stored ?",
        "Do you encrypt data at rest?",
        "",
        "",
    ]
    assert group_same_questions(texts) == [[0, 2, 4], [1, 3]]
    assert group_same_questions(texts) == group_same_questions(texts)


def test_text_in_other_scripts_is_compared_as_it_is() -> None:
    assert same_question("データは暗号化されていますか？", "データは暗号化されていますか")
    assert not same_question("データは暗号化されていますか？", "データは保存されていますか？")


def test_a_decimal_point_is_no_punctuation() -> None:
    assert normalised("at least 99.5 %") != normalised("at least 995 %")
    assert normalised("SAML 2.0.") == normalised("saml 2.0")


def test_a_thousand_questions_take_no_time_to_speak_of() -> None:
    subjects = [f"Is record {number} of the archive reviewed in year {number % 7}?" for number in range(500)]
    texts = [*subjects, *(text.upper() for text in subjects)]
    group_same_questions(texts[:2])  # the model is loaded
    start = time.perf_counter()
    groups = group_same_questions(texts)
    assert len(groups) == 500
    assert time.perf_counter() - start < 8
