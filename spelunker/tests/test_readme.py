"""What README and the other papers tell people to type and to set is there."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from spelunker.embedded.environment import CONNECTION_VARIABLES

ROOT = Path(__file__).resolve().parent.parent.parent
PAPERS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/ARCHITECTURE.md", "docs/webhooks.md"]
# Read where Django's settings are not loaded yet, or by docker-compose.yml.
BESIDE_SETTINGS = {"SPELUNKER_STATE", "DEMO", "PORT", "WEB_HOST"}


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def in_settings() -> set[str]:
    source = text_of("spelunker/settings.py")
    asked = re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z0-9_]+)"', source)
    return set(asked) | set(re.findall(r"^    ([A-Z0-9_]+)=\(", source, re.MULTILINE))


def in_example() -> set[str]:
    return set(re.findall(r"^(?:# )?([A-Z0-9_]+)=", text_of(".env.example"), re.MULTILINE))


def test_the_example_names_every_variable_and_no_other() -> None:
    for_compose = set(re.findall(r"\$\{(\w+)", text_of("docker-compose.yml")))
    assert in_settings() - {"DATABASE_URL"} <= in_example()
    assert in_example() == in_settings() | BESIDE_SETTINGS | for_compose
    assert set(CONNECTION_VARIABLES) <= in_example()


def test_each_variable_stands_in_the_example_once() -> None:
    names = re.findall(r"^(?:# )?([A-Z0-9_]+)=", text_of(".env.example"), re.MULTILINE)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("paper", PAPERS)
def test_commands_and_targets_that_a_paper_names_exist(paper: str) -> None:
    text = text_of(paper)
    commands = set(re.findall(r"manage\.py ([a-z_]+)", text))
    assert commands <= set(get_commands())
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    # In code only: prose makes other things.
    code = " ".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    assert set(re.findall(r"\bmake ([a-z-]+)", code)) <= targets


@pytest.mark.parametrize("paper", PAPERS)
def test_files_that_a_paper_names_exist(paper: str) -> None:
    rooms = r"(?:docs|benchmarks|requirements|core|themis|rag|rfp_manager|solution_library|spelunker|static)"
    for name in re.findall(rf"`?\b({rooms}/[\w/.-]+\.(?:py|md|sh|png|in|yml))\b", text_of(paper)):
        assert (ROOT / name).exists(), name
    for link in re.findall(r"\]\((?!https?:|#)([^)]+)\)", text_of(paper)):
        assert (ROOT / link).exists(), link


def test_variables_that_the_readme_names_can_be_set() -> None:
    code = " ".join(re.findall(r"```.*?```|`[^`\n]+`", text_of("README.md"), re.DOTALL))
    named = set(re.findall(r"\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?==|\b)", code))
    # What the reader's own shell holds, and file names of the examples.
    assert {
        name for name in named if not name.startswith(("SPELUNKER_KEY", "SPELUNKER_URL"))
    } <= in_example() | {"MINIO_ROOT_"}


def test_options_of_commands_that_the_readme_names_exist() -> None:
    for command, rest in re.findall(r"manage\.py ([a-z_]+)([^\n`]*)", text_of("README.md")):
        own = list(ROOT.glob(f"*/management/commands/{command}.py"))
        for option in re.findall(r"(--[a-z-]+)", rest) if own else ():
            assert f'"{option}"' in own[0].read_text(), f"{command} {option}"
