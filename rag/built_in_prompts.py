"""What the language model is told by default, for administrators to read before they add a style of their own.

rag knows its own prompt; an app above registers what it asks for in `AppConfig.ready()`. No prompt is changed here.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True)
class BuiltInPrompt:
    """`style` names the field of LanguageModelSettings whose text goes with the prompt."""

    style: str
    label: "_StrOrPromise"
    text: str


_prompts: dict[str, BuiltInPrompt] = {}


def register_built_in_prompt(prompt: BuiltInPrompt) -> None:
    """One for each style; registering a second replaces the first."""
    _prompts[prompt.style] = prompt


def built_in_prompts() -> list[BuiltInPrompt]:
    return list(_prompts.values())
