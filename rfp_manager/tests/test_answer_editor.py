"""The answer's editor: Markdown shown safely and saved by nobody, and how much of the limit is used."""

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from rfp_manager.models import RFP, Answer, Question
from rfp_manager.services.length_limits import asked_limit, length_of
from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, answered
from themis.markdown import render_markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Two **strong** words", "<p>Two <strong>strong</strong> words</p>"),
        ("One line\nand another", "<p>One line<br>\nand another</p>"),
        ("# Security", "<h4>Security</h4>"),
        ("    indented", "<p>indented</p>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
    ],
)
def test_markdown_becomes_html(text: str, html: str) -> None:
    assert render_markdown(text).strip() == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[here](javascript:alert(1))",
        "[here](data:text/html;base64,PHNjcmlwdD4=)",
        "![a picture](https://elsewhere.example/pixel.png)",
        '<a href="x" style="position:fixed">x</a>',
    ],
)
def test_nothing_dangerous_comes_through(text: str) -> None:
    html = render_markdown(text).lower()
    for sign in ("<script", "<img", 'href="javascript', 'href="data', '<a href="x"'):
        assert sign not in html, html


def test_a_link_lends_nobody_our_name() -> None:
    assert 'rel="noopener noreferrer nofollow"' in render_markdown("[site](https://example.com)")


@pytest.mark.parametrize(
    ("question", "limit"),
    [
        ("Describe your backups (max. 1,500 characters).", 1500),
        ("Describe your backups. Maximum of 500 characters", 500),
        ("Antworten Sie mit höchstens 800 Zeichen.", 800),
        ("In 2000 characters or less: who are you?", 2000),
        ("How many characters may a password have? At least 12 characters?", None),
        ("Do you keep logs for up to 90 days?", None),
        ("Limit: 999999 characters", None),
    ],
)
def test_the_limit_that_a_question_names_is_read(question: str, limit: int | None) -> None:
    assert asked_limit(question) == limit


def test_length_is_counted_as_excel_counts_it() -> None:
    length = length_of("a\r\n😀", question="Why?")
    assert (length.used, length.limit, length.asked) == (4, 32_767, False)


@pytest.fixture
def question(rfp: RFP) -> Question:
    text = "Describe your backups (max. 50 characters)."
    return QuestionFactory(document=QuestionDocumentFactory(rfp=rfp), text=text)


def url_of(question: Question, name: str = "question") -> str:
    return reverse(f"rfp_manager:{name}", args=[question.rfp_id, question.pk])


@pytest.mark.django_db
def test_the_page_says_how_much_of_the_limit_is_used(client: Client, bob: User, question: Question) -> None:
    answered(question, text="Every night.")
    client.force_login(bob)
    page = client.get(url_of(question))
    assert (page.context["length"].used, page.context["length"].limit) == (12, 50)
    assert "characters, as the question asks" in page.content.decode()


@pytest.mark.django_db
def test_a_preview_saves_nothing_and_is_safe(client: Client, bob: User, question: Question) -> None:
    client.force_login(bob)
    data = {"text": "**Every** night <script>x</script>", "version": 0}
    part = client.post(url_of(question, "answer_preview"), data, headers={"HX-Request": "true"})
    assert "<strong>Every</strong> night &lt;script&gt;" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert not Answer.objects.exists()


@pytest.mark.django_db
def test_without_scripts_the_words_stay_in_the_form(client: Client, bob: User, question: Question) -> None:
    client.force_login(bob)
    page = client.post(url_of(question, "answer_preview"), {"text": "**Every** night", "version": 0})
    assert page.context["form"]["text"].value() == "**Every** night"
    assert "<strong>Every</strong> night" in page.content.decode()
    assert not Answer.objects.exists()
