#!/usr/bin/env python3
"""Drafting with a language model on loopback that takes a second to answer, through the product's own job.

    python benchmarks/llm_drafting.py [--questions 300] [--seconds 1] [--concurrency 8] [--reworded]

Starts a stack of its own, loads the demonstration library, drafts that many questions and throws the stack away.
Prints one JSON line: seconds, the ideal (questions x seconds / concurrency), their `ratio`, and what searching alone
takes in a run before (`retrieval`), most of which goes on while replies are waited for. The bar: seconds are at most
1.2 times the ideal plus retrieval.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from spelunker.embedded.attach import services_for  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--reworded", action="store_true", help="the model copies no sentence as it stands")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spelunker.settings")
    with tempfile.TemporaryDirectory(prefix="spelunker-llm-") as folder:
        os.environ["SPELUNKER_STATE"] = folder
        with services_for(["manage.py", "load_demo"]):
            import django  # settings are read here, so the stack has to be there

            django.setup()
            evaluate(options.questions, options.seconds, options.concurrency, reworded=options.reworded)


def evaluate(count: int, delay: float, concurrency: int, *, reworded: bool) -> None:
    from django.test import override_settings

    from core import jobs
    from rag.services.language_model import get_llm_provider
    from rag.tests import llm_stub
    from rfp_manager.demo.trial import prepare_trial
    from rfp_manager.models import RFP, Answer
    from rfp_manager.services import question_drafts
    from rfp_manager.services.headless import command_line_user
    from rfp_manager.tests.factories import QuestionDocumentFactory, QuestionFactory, RFPFactory
    from solution_library.models import Solution

    user = command_line_user()
    trial = prepare_trial(user)
    texts = [question.text for questions in trial.sets.values() for question in questions]
    rfp: RFP = RFPFactory(owner=user)
    rfp.solutions.set(Solution.objects.all())
    document = QuestionDocumentFactory(rfp=rfp)
    for number in range(count):
        QuestionFactory(
            document=document, text=f"{texts[number % len(texts)]} (item {number})", answer_cells=[]
        )
    solutions = list(rfp.solutions.values_list("pk", flat=True))
    started = time.perf_counter()
    for question in rfp.questions.all():
        question_drafts.begin_question(question, solutions=solutions)
    retrieval = time.perf_counter() - started
    model = llm_stub.running_stub(llm_stub.reword if reworded else llm_stub.quote, delay=delay)
    with model as stub, override_settings(**stub.settings(LLM_CONCURRENCY=concurrency)):
        get_llm_provider()  # loading the client's code is paid once a process
        job = jobs.enqueue(
            "draft_answers",
            title="Drafting",
            key="benchmark",
            target=rfp,
            owner=user,
            params={"questions": question_drafts.questions_to_draft(rfp)},
        )
        started = time.perf_counter()
        jobs.finish_now(job)
        seconds = time.perf_counter() - started
        ideal = len(stub.asked) * delay / concurrency
        figures = {
            "questions": count,
            "asked": len(stub.asked),
            "most_at_once": stub.most_at_once,
            "written": Answer.objects.filter(question__rfp=rfp, origin="llm").exclude(text="").count(),
            "seconds": round(seconds, 1),
            "ideal": round(ideal, 1),
            "retrieval": round(retrieval, 1),
            "ratio": round(seconds / ideal, 2),
        }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
