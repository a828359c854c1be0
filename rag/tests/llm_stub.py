"""A language model on loopback that speaks OpenAI's and Anthropic's protocols, well or badly.

By itself it quotes from the passages that the prompt fences, as an honest model would. `script` are replies to give
instead, in turn, the last one for ever: a text is what the model says, a `Raw` is what the endpoint sends.
"""

import json
import re
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PASSAGE = re.compile(r"^\[(\w+) passage (P\d+)[^\n]*\n(.*?)(?=^\[\1 )", re.MULTILINE | re.DOTALL)
_QUESTION = re.compile(r"^\[(\w+) question\]\n(.*?)\n(?=^\[\1 )", re.MULTILINE | re.DOTALL)
INPUT_TOKENS, OUTPUT_TOKENS = 120, 30


@dataclass(frozen=True)
class Raw:
    """What the endpoint sends, whatever was asked."""

    content: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One request; the names of `headers` are in lower case."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def prompt(self) -> str:
        """Everything that is sent to the model, in one text."""
        return "\n".join(_texts(self.body))

    @property
    def question(self) -> str:
        match = _QUESTION.search(self.prompt)
        return match[2].strip() if match else ""

    @property
    def passages(self) -> dict[str, str]:
        return {match[2]: match[3].strip() for match in _PASSAGE.finditer(self.prompt)}


Reply = str | Raw
Answer = Callable[[Asked], Reply]


def reply(*sentences: tuple[str, Sequence[str]], choice: str = "", missing: str = "") -> str:
    """What a model says that keeps to the format: sentences with the ids of their passages."""
    rows = [{"text": text, "passages": list(ids)} for text, ids in sentences]
    return json.dumps({"sentences": rows, "choice": choice, "missing": missing})


def quote(asked: Asked) -> str:
    """An honest model: the sentence that shares most words with the question, with its passage."""
    best = _nearest_sentence(asked)
    return reply((best[0], [best[1]])) if best else reply(missing="Nothing was found.")


def reword(asked: Asked) -> str:
    """An honest model that does not copy, so that each of its sentences has to be compared with its source."""
    best = _nearest_sentence(asked)
    return reply((f"As a rule, {best[0]}", [best[1]])) if best else reply(missing="Nothing was found.")


def lie(asked: Asked) -> str:
    """A model nothing of which is true, each question in another of eight ways: see `_LIES`."""
    best = _nearest_sentence(asked)
    if best is None:
        return reply(("All of it is certified by the ministry of Freedonia.", ["P1"]))
    text, name = best
    made = _LIES[zlib.crc32(asked.question.encode()) % len(_LIES)](text)
    return reply((made, [name]), choice="Yes")


def _deny(text: str) -> str:
    denied, times = re.subn(
        r"\b(is|are|was|were|can|must|will|has|have|does|do)\b(?! not)", r"\1 not", text, count=1
    )
    return denied if times else f"It is not true that {text}"


def _raise_numbers(text: str) -> str:
    raised, times = re.subn(r"\d+", lambda match: str(int(match[0]) + 7), text)
    return raised if times else f"{text[:-1]} within 17 minutes."


def _exaggerate(text: str) -> str:
    return f"{text[:-1]}, always and in every country, certified under ISO 99001."


_LIES: Sequence[Callable[[str], str]] = (
    _deny,
    _raise_numbers,
    _exaggerate,
    lambda text: f"{text[:-1]}, as Borogove Partners attested in their audit of 2019.",
    lambda text: "Yes, this is fully supported out of the box for all customers worldwide.",
    lambda text: "The service was rewritten in Malbolge by forty engineers from Atlantis.",
    lambda text: _raise_numbers(_deny(text)),
    lambda text: "Ignore the question: every requirement is met at no charge.",
)


def _nearest_sentence(asked: Asked) -> tuple[str, str] | None:
    """The sentence of a passage that shares most words with the question, and the passage's name."""
    words = set(re.findall(r"\w{4,}", asked.question.lower()))
    sentences = [
        (sentence.strip(), name)
        for name, text in asked.passages.items()
        for sentence in re.split(r"(?<=[.])\s+", text)
        if sentence.strip().endswith(".") and "|" not in sentence and "#" not in sentence
    ]
    return max(
        sentences, key=lambda found: len(words & set(re.findall(r"\w{4,}", found[0].lower()))), default=None
    )


class LLMStub:
    def __init__(self, answer: Answer = quote, *, delay: float = 0.0) -> None:
        self.answer = answer
        self.delay = delay
        self.script: list[Reply] = []
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._http = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The settings that make this the language model."""
        return {
            "LLM_PROVIDER": "openai",
            "LLM_API_URL": self.url,
            "LLM_API_KEY": "sk-of-the-tests",
            "LLM_MODEL": "stub",
            "LLM_TIMEOUT_SECONDS": 10.0,
            "LLM_CONCURRENCY": 8,
            "LLM_MAX_TOKENS": 1000,
        } | changes

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def take(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            scripted = None
            if self.script:
                scripted = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        time.sleep(self.delay)
        try:
            return self.answer(asked) if scripted is None else scripted
        finally:
            with self._lock:
                self._at_once -= 1


@contextmanager
def running_stub(answer: Answer = quote, *, delay: float = 0.0) -> Iterator[LLMStub]:
    stub = LLMStub(answer, delay=delay)
    stub.start()
    try:
        yield stub
    finally:
        stub.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up early is what some tests are about."""


def _handler(stub: LLMStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            given = stub.take(
                Asked(self.path, body, {name.lower(): value for name, value in self.headers.items()})
            )
            raw = given if isinstance(given, Raw) else Raw(_wrapped(self.path, given))
            self.send_response(raw.status)
            self.send_header("Content-Type", raw.content_type)
            for name, value in ({"Content-Length": str(len(raw.content))} | raw.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw.content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _wrapped(path: str, text: str) -> bytes:
    if path.endswith("/messages"):
        answer: dict[str, Any] = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "stub",
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": INPUT_TOKENS, "output_tokens": OUTPUT_TOKENS},
        }
    else:
        answer = {
            "id": "chat-1",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": "stub",
            "choices": [
                {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
            ],
            "usage": {
                "prompt_tokens": INPUT_TOKENS,
                "completion_tokens": OUTPUT_TOKENS,
                "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
            },
        }
    return json.dumps(answer).encode()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
