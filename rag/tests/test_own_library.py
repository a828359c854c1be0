"""Search measured on the library's own approved answers: what counts, what is kept, who sees what."""

import io
import json
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import jobs
from core.models import Job, User
from rag import judgements
from rag.evaluation_report import compare, draw
from rag.judgements import Judgement, register_judgements
from rag.own_library import EVALUATION_JOB, evaluate_own_library, own_questions
from rag.search_settings import fingerprint_of, search_settings
from rag.services.embeddings import embed_document, embed_library_answer
from solution_library.models import Document, LibraryAnswer, RetrievalEvaluation, Solution
from solution_library.tests.factories import DocumentFactory, LibraryAnswerFactory, SolutionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_storage")]

PAGE = reverse("rag:evaluations")
SECRET = "Does Harbour Ltd's own project Nightjar keep copies of the database?"
QUERIES_MOST = 16


@pytest.fixture(autouse=True)
def found(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Judgement]]:
    """What the app above has to say; nothing at first."""
    rows: list[Judgement] = []
    monkeypatch.setattr(judgements, "_sources", {})
    register_judgements("tests", lambda limit: rows)
    return rows  # type: ignore[return-value]


@pytest.fixture
def solution() -> Solution:
    solution: Solution = SolutionFactory()
    return solution


def embedded(solution: Solution, text: str) -> Document:
    document: Document = DocumentFactory(solution=solution, content=f"# Guide\n\n{text}\n".encode())
    embed_document(document.pk)
    return document


def judged(
    answer: int, question: str, solution: Solution, *documents: Document, answers: tuple = ()
) -> Judgement:
    return Judgement(
        answer,
        question,
        (solution.pk,),
        frozenset(document.pk for document in documents),
        frozenset(row.pk for row in answers),
    )


@pytest.fixture
def library(solution: Solution, found: list[Judgement]) -> list[Document]:
    """Two documents; one question of the library, one that only an RFP asked."""
    backups = embedded(solution, "Every night a copy of the database goes to a second site.")
    access = embedded(solution, "Administrators sign in with a hardware key.")
    entry = LibraryAnswerFactory(
        solution=solution, question="How do administrators sign in?", origin_answer_id=7
    )
    embed_library_answer(entry.pk)
    found += [
        judged(7, "How would your administrators sign in?", solution, access),
        judged(8, SECRET, solution, backups),
    ]
    return [backups, access]


def test_a_library_question_stands_for_its_rfps_and_is_searched_without_itself(
    library: list[Document], solution: Solution
) -> None:
    first, second = own_questions()
    entry = LibraryAnswer.objects.get()
    assert (first.key, first.text) == (f"library:{entry.pk}", "How do administrators sign in?")
    assert first.left_out == {f"answer:{entry.pk}"}
    assert first.relevant == {f"document:{library[1].pk}"}
    assert (second.key, second.left_out) == ("rfp:8", frozenset())


def test_the_figures_are_kept_without_the_words_of_a_question(library: list[Document], alice: User) -> None:
    row = evaluate_own_library(started_by=alice)
    assert (row.question_count, row.ndcg, row.recall, row.mrr) == (2, 1, 1, 1)
    assert row.results["rfp:8"] == {"rank": 1, "ndcg": 1, "recall": 1, "mrr": 1}
    assert row.fingerprint == fingerprint_of(row.settings)
    assert search_settings().items() <= row.settings.items()
    assert "Nightjar" not in json.dumps(row.results)
    assert RetrievalEvaluation.objects.get() == row


def test_what_an_answer_cites_of_other_answers_counts_too(solution: Solution, found: list[Judgement]) -> None:
    other = LibraryAnswerFactory(solution=solution, question="Who may sign in as an administrator?")
    embed_library_answer(other.pk)
    found.append(judged(3, "Which persons can be administrators?", solution, answers=(other,)))
    row = evaluate_own_library()
    assert row.results["rfp:3"]["rank"] == 1


def test_questions_without_anything_to_find_are_left_out(solution: Solution, found: list[Judgement]) -> None:
    gone = embedded(solution, "A page that is gone.")
    Document.objects.filter(pk=gone.pk).update(retired_at=timezone.now())
    itself = LibraryAnswerFactory(solution=solution, question="Is it so?")
    found += [
        judged(1, "Gone?", solution, gone),
        judged(2, "is it  so?", solution, answers=(itself,)),
        Judgement(3, "Nowhere?", (), frozenset({gone.pk}), frozenset()),
    ]
    assert own_questions() == []
    with pytest.raises(CommandError, match="nothing to measure on yet"):
        call_command("evaluate_retrieval", "--own-library")


def test_repeated_questions_count_once(library: list[Document], solution: Solution, found: list) -> None:
    found.append(judged(9, SECRET.upper(), solution, library[0]))
    assert len(own_questions()) == 2


def test_the_command_prints_the_same_figures(library: list[Document]) -> None:
    output = io.StringIO()
    call_command("evaluate_retrieval", "--own-library", stdout=output)
    figures = json.loads(output.getvalue().splitlines()[-1])
    assert (figures["queries"], figures["nDCG@10"], figures["MRR@10"]) == (2, 1, 1)
    assert RetrievalEvaluation.objects.count() == 1
    for wrong in ([], ["folder", "--own-library"]):
        with pytest.raises(CommandError, match="folder of a labelled set"):
            call_command("evaluate_retrieval", *wrong)


def test_the_button_measures_in_the_background(client: Client, alice: User, library: list[Document]) -> None:
    client.force_login(alice)
    assert "Nothing measured yet" in client.get(PAGE).content.decode()
    assert client.post(reverse("rag:evaluation_start")).status_code == 302
    job = Job.objects.get(kind=EVALUATION_JOB)
    page = client.get(PAGE).content.decode()
    assert f'id="job-{job.pk}"' in page
    assert "Measure now" not in page
    jobs.execute(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.result_url.startswith(PAGE)) == (Job.State.DONE, 2, True)
    assert evaluate_own_library(job_id=job.pk) == RetrievalEvaluation.objects.get()


def test_without_approved_answers_the_job_says_what_to_do(client: Client, alice: User) -> None:
    client.force_login(alice)
    client.post(reverse("rag:evaluation_start"))
    job = Job.objects.get(kind=EVALUATION_JOB)
    jobs.execute(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "Approve drafted answers" in job.error
    page = client.get(PAGE).content.decode()
    assert "Approve drafted answers" in page
    assert "Measure now" in page


def measured(**ranks: int | None) -> RetrievalEvaluation:
    """A measurement with these ranks; a question's key has a dash for the colon."""
    results = {
        key.replace("_", ":"): {"rank": rank, "ndcg": 1 / rank if rank else 0, "recall": 1, "mrr": 1}
        for key, rank in ranks.items()
    }
    return RetrievalEvaluation.objects.create(
        embedding_model="m@1",
        fingerprint="0" * 12,
        settings={"fusion.FEEDBACK": 0.6},
        question_count=len(results),
        ndcg=0.5,
        recall=1,
        mrr=1,
        results=results,
    )


def test_two_measurements_are_compared_over_what_both_have() -> None:
    before = measured(rfp_1=1, rfp_2=None, rfp_3=4, rfp_4=2)
    after = measured(rfp_1=2, rfp_2=3, rfp_4=2, rfp_5=1)
    after.settings = {"fusion.FEEDBACK": 0.7}
    found = compare(before, after)
    assert found.shared == 3
    assert [(change.key, change.before, change.after) for change in found.worse] == [("rfp:1", 1, 2)]
    assert [(change.key, change.before, change.after) for change in found.better] == [("rfp:2", None, 3)]
    assert found.tuned == [("fusion.FEEDBACK", 0.6, 0.7)]
    assert found.figures[0].before == pytest.approx(0.5)
    assert found.figures[0].change == pytest.approx((0.5 + 1 / 3 - 1) / 3, abs=1e-5)


def test_the_drawing_is_oldest_left_and_best_on_top() -> None:
    rows = [measured(rfp_1=1), measured(rfp_1=1)]
    assert draw(rows[:1]) is None
    rows[0].ndcg, rows[1].ndcg = 1.0, 0.0  # the newest comes first
    drawing = draw(rows)
    assert drawing is not None
    assert drawing.lines[0].points == "40.0,212.0 624.0,16.0"


def test_the_page_shows_the_words_of_library_questions_only(client: Client, alice: User) -> None:
    entry = LibraryAnswerFactory(question="How do <b>administrators</b> sign in?")
    before = measured(**{f"library_{entry.pk}": 1, "rfp_8": 1, "library_99999999": 1})
    after = measured(**{f"library_{entry.pk}": 5, "rfp_8": None, "library_99999999": 3})
    client.force_login(alice)
    page = client.get(PAGE, {"before": before.pk, "after": after.pk}).content.decode()
    assert "How do &lt;b&gt;administrators&lt;/b&gt; sign in?" in page
    assert "2 questions of RFPs, whose words stay with their teams." in page
    assert "place 1" in page
    assert "<polyline" in page
    assert "style=" not in page.partition("<main")[2]
    for nonsense in ({"before": "x", "after": "9" * 30}, {"before": after.pk, "after": after.pk}):
        assert client.get(PAGE, nonsense).status_code == 200


def test_only_editors_see_and_start_it(client: Client, bob: User, charlie: User) -> None:
    for person in (bob, charlie):
        client.force_login(person)
        assert client.get(PAGE).status_code == 403
        assert client.post(reverse("rag:evaluation_start")).status_code == 403
        assert "Search quality" not in client.get(reverse("solution_library:home")).content.decode()
        assert not RetrievalEvaluation.objects.visible_to(person).exists()
    client.logout()
    assert client.get(PAGE).status_code == 302
    assert not Job.objects.exists()


@pytest.mark.parametrize("count", [2, 8])
def test_the_page_costs_the_same_queries(
    client: Client, alice: User, count: int, django_assert_max_num_queries
) -> None:
    entries = LibraryAnswerFactory.create_batch(5)
    for number in range(count):
        measured(**{f"library_{entry.pk}": number + 1 for entry in entries})
    client.force_login(alice)
    client.get(PAGE)
    with django_assert_max_num_queries(QUERIES_MOST):
        client.get(PAGE)
