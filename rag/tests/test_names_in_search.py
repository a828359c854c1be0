"""The name of one thing, a part or an error, finds what says it, however alike other passages are."""

import pytest

from rag.services.embeddings import embed_document
from rag.services.search import find_passages
from solution_library.models import Solution
from solution_library.tests.factories import DocumentFactory, SolutionFactory

pytestmark = pytest.mark.django_db

PARTS = (
    ("41.207.9935", "Gear motor GMX-371/4. Article number 41.207.9935. 40 Nm at 230 revolutions a minute."),
    ("56.696.1950", "Hydraulic pump HPC-254/2. Article number 56.696.1950. Up to 648 bar."),
    ("F7041", "F7041: the oil is too hot. Let the pump cool down and look at the fan."),
)
NEAR = (
    "Articles of this catalogue are listed by their numbers.",
    "The article numbers of spare parts stand on the plate.",
    "An article number has eight digits and two points.",
    "Errors of the drive are shown on the panel with their meaning.",
    "What the codes of the panel mean is said in the manual.",
)


@pytest.fixture
def catalogue() -> Solution:
    solution = SolutionFactory()
    for text in (*NEAR, *(text for _, text in PARTS)):
        document = DocumentFactory(solution=solution, content=text.encode(), filename="sheet.txt")
        embed_document(document.pk)
    return solution


@pytest.mark.parametrize(("name", "text"), PARTS)
@pytest.mark.parametrize("question", ["{}", "article {}", "What does {} mean?"])
def test_what_has_the_name_comes_first(catalogue: Solution, name: str, text: str, question: str) -> None:
    found = find_passages(question.format(name)).passages
    assert found[0].text == text
