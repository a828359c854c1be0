"""docker-compose.yml and the Dockerfile, checked as far as that goes without an engine."""

import importlib.util
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from spelunker.healthcheck import allowed_name, is_alive

ROOT = Path(__file__).resolve().parent.parent.parent
ONE_SHOT = {"prepare", "bucket", "minio-volume"}
OURS = {"web", "worker-general", "worker-scraping", "worker-embedding", "worker-drafting", "beat", "prepare"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def variables(text: str) -> dict[str, str]:
    """Every ${NAME...} of the text with what follows the name."""
    return dict(re.findall(r"\$\{(\w+)([^}]*)\}", text))


def dockerfile_user() -> str:
    return re.findall(r"^USER (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[-1]


def test_every_part_of_spelunker_is_a_service(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == OURS | ONE_SHOT | {"postgres", "redis", "minio"}


def test_what_stays_up_has_a_health_check_and_what_waits_waits_for_it(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert ("healthcheck" in service) == (name not in ONE_SHOT), name
        assert (service.get("restart") == "no") == (name in ONE_SHOT), name
        for other, wait in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
            assert wait["condition"] == wanted, f"{name} waits for {other}"


def test_every_variable_is_explained_in_the_example(compose: dict[str, Any]) -> None:
    example = (ROOT / ".env.example").read_text()
    explained = set(re.findall(r"^(?:# )?(\w+)=", example, re.MULTILINE))
    assert set(variables((ROOT / "docker-compose.yml").read_text())) <= explained


def test_every_secret_has_to_be_set_and_has_no_default() -> None:
    for name, rest in variables((ROOT / "docker-compose.yml").read_text()).items():
        if re.search(r"PASSWORD|SECRET|KEY|USER", name):
            assert rest.startswith(":?"), name


def test_nothing_runs_as_root_but_the_step_that_gives_a_volume_away(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        user = str(service.get("user") or (dockerfile_user() if name in OURS else "0"))
        assert (user.split(":")[0] == "0") == (name == "minio-volume"), name
        assert service["cap_drop"] == ["ALL"], name


def test_only_the_web_server_is_published_and_only_on_loopback(compose: dict[str, Any]) -> None:
    published = {
        name: service["ports"] for name, service in compose["services"].items() if "ports" in service
    }
    assert published == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis", "minio"):
        assert compose["services"][name]["networks"] == ["inside"]


def test_what_lies_in_memory_is_limited_where_uploads_lie(compose: dict[str, Any]) -> None:
    for name in OURS:
        assert compose["services"][name]["tmpfs"] == ["/tmp:size=2g"], name


def test_the_object_stores_root_stays_with_it(compose: dict[str, Any]) -> None:
    """The whole .env goes into our containers, so what is not theirs has to be taken out."""
    for name in OURS:
        environment = compose["services"][name]["environment"]
        assert environment["MINIO_ROOT_USER"] == environment["MINIO_ROOT_PASSWORD"] == "", name


def test_images_are_pinned_to_a_release(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        image = service["image"]
        assert re.search(r":\d+\.\d+\.\d+|:RELEASE\.\d{4}|^spelunker:local$", image), (name, image)
    assert re.search(r"python:3\.1[123]\.\d+-slim", (ROOT / "Dockerfile").read_text())


def test_data_lie_in_named_volumes(compose: dict[str, Any]) -> None:
    for name in ("postgres", "redis", "minio"):
        (volume,) = compose["services"][name]["volumes"]
        assert volume.split(":")[0] in compose["volumes"]


def test_every_queue_has_a_worker(compose: dict[str, Any]) -> None:
    queues = set()
    for name, service in compose["services"].items():
        if name.startswith("worker-"):
            queues |= set(service["command"][service["command"].index("-Q") + 1].split(","))
    assert queues == {"default", "exports", "scraping", "embedding", "llm"}


def test_the_images_commands_exist(compose: dict[str, Any]) -> None:
    programs = Path(sys.executable).parent
    for name in OURS - {"web"}:
        command = compose["services"][name]["command"]
        if command[0] == "python":
            assert importlib.util.find_spec(command[2]), name
        else:
            assert shutil.which(command[0], path=str(programs)), name
    listed = re.findall(r"^CMD (\[.*?\])", (ROOT / "Dockerfile").read_text(), re.MULTILINE | re.DOTALL)[-1]
    arguments = re.findall(r'"([^"]+)"', listed)
    assert arguments[0] == "gunicorn"
    result = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config", *arguments[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_everything_that_the_dockerfile_copies_is_there_and_not_ignored() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--)(\S+) ", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert set(copied) == kept
    for name in copied:
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize(
    ("allowed_hosts", "name"),
    [
        ("spelunker.example.com,localhost", "spelunker.example.com"),
        (".example.com", "example.com"),
        ("*", "localhost"),
        ("", "localhost"),
    ],
)
def test_the_health_check_asks_under_an_allowed_name(allowed_hosts: str, name: str) -> None:
    assert allowed_name(allowed_hosts) == name


class _PickyHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.headers["Host"] == "spelunker.example.com" else 400)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


def test_the_health_check_tells_a_living_server_from_none() -> None:
    with HTTPServer(("127.0.0.1", 0), _PickyHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port = server.server_address[1]
        try:
            assert is_alive(port, "spelunker.example.com")
            assert not is_alive(port, "127.0.0.1")
        finally:
            server.shutdown()
            thread.join()
    assert not is_alive(port, "spelunker.example.com")
