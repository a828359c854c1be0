"""Each embedded service keeps its data, asks for credentials, and listens on loopback only."""

import contextlib
import os
import signal
import socket
import stat
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest
import redis
from botocore.config import Config
from botocore.exceptions import ClientError

from spelunker.embedded.broker import Broker
from spelunker.embedded.errors import EmbeddedError
from spelunker.embedded.objectstore import ObjectStore
from spelunker.embedded.occupancy import Occupancy
from spelunker.embedded.postgres import Postgres
from spelunker.embedded.process import stop_together
from spelunker.embedded.service import EmbeddedService
from spelunker.embedded.stack import ServiceStack
from spelunker.embedded.state import StateFolder

Start = Callable[..., EmbeddedService]


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    folder = StateFolder(tmp_path / "state")
    folder.prepare()
    return folder


@pytest.fixture
def start(state: StateFolder) -> Iterator[Start]:
    """Starts a service of this kind over the test's state folder; all are stopped at the end."""
    services: list[EmbeddedService] = []

    def start_service(kind: type[EmbeddedService], *, fresh_ports: bool = False) -> EmbeddedService:
        service = kind(state)
        services.append(service)
        service.prepare()
        service.start(fresh_ports=fresh_ports)
        service.wait_ready()
        return service

    yield start_service
    stop_together([service.process for service in services if service.process])


def stop(service: EmbeddedService) -> None:
    assert service.process is not None
    stop_together([service.process])


def crash(service: EmbeddedService) -> None:
    assert service.process is not None
    os.kill(service.process.pid, signal.SIGKILL)
    while service.process.running:
        time.sleep(0.01)


def s3(service: EmbeddedService, **keys: str) -> Any:
    variables = service.environment()
    return boto3.client(
        "s3",
        endpoint_url=variables["S3_ENDPOINT_URL"],
        aws_access_key_id=keys.get("access_key", variables["S3_ACCESS_KEY"]),
        aws_secret_access_key=keys.get("secret_key", variables["S3_SECRET_KEY"]),
        region_name=variables["S3_REGION_NAME"],
        config=Config(
            s3={"addressing_style": "path"}, signature_version="s3v4", retries={"total_max_attempts": 1}
        ),
    )


def listening_addresses(pid: int) -> set[str]:
    """Of /proc: the addresses (hexadecimal) on which any process listens on a port of this service."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed while we look
            target = str(descriptor.readlink())
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                found.add(fields[1].split(":")[0])
    return found


def test_postgres_has_the_extensions_and_keeps_rows_over_a_crash(start: Start) -> None:
    service = start(Postgres)
    with psycopg.connect(service.environment()["DATABASE_URL"]) as connection:
        for extension in ("vector", "pg_trgm", "unaccent"):
            connection.execute(f"CREATE EXTENSION {extension}")
        connection.execute("CREATE TABLE passage (embedding halfvec(3))")
        connection.execute("CREATE INDEX ON passage USING hnsw (embedding halfvec_cosine_ops)")
        connection.execute("INSERT INTO passage VALUES ('[1,2,3]')")
    port = service.port
    crash(service)
    service = start(Postgres)
    assert service.port == port
    with psycopg.connect(service.environment()["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT count(*) FROM passage").fetchone() == (1,)


def test_postgres_refuses_a_wrong_password(start: Start, state: StateFolder) -> None:
    service = start(Postgres)
    address = service.environment()["DATABASE_URL"].replace(state.secret("database_password"), "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address)


def test_a_lost_password_is_explained(start: Start, state: StateFolder) -> None:
    stop(start(Postgres))
    (state.path / "secrets.json").unlink()
    with pytest.raises(EmbeddedError, match="made with another password"):
        start(Postgres)


def test_an_interrupted_first_start_leaves_no_half_cluster(start: Start, state: StateFolder) -> None:
    (state.path / "postgres.unfinished").mkdir()
    (state.path / "postgres.unfinished" / "PG_VERSION").write_text("18\n")
    start(Postgres)
    assert not (state.path / "postgres.unfinished").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_never_runs_postgres_as_itself_and_remembers_how(start: Start, state: StateFolder) -> None:
    stop(start(Postgres))
    way = state.recall("postgres_runs_as")
    assert way in {"namespace", "nobody"}
    assert Postgres(state)._way_to_run() == way


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_root_without_user_namespaces_runs_postgres_as_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spelunker.embedded.postgres._namespaces_work", lambda: False)
    import tempfile  # pytest's own folder is closed to nobody

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        state = StateFolder(Path(folder) / "state")
        state.prepare()
        service = Postgres(state)
        try:
            service.prepare()
        except EmbeddedError as error:
            # The installed Postgres may lie in a folder that nobody cannot enter; then the sentence counts.
            assert "ordinary user" in str(error)
            return
        service.start()
        try:
            service.wait_ready()
            assert service.process is not None
            assert Path(f"/proc/{service.process.pid}").stat().st_uid == 65_534
            assert state.recall("postgres_runs_as") == "nobody"
        finally:
            stop(service)


def test_the_broker_keeps_messages_over_a_crash(start: Start) -> None:
    service = start(Broker)
    client = redis.Redis.from_url(service.environment()["REDIS_URL"])
    client.lpush("default", "message")
    client.execute_command("WAITAOF", 1, 0, 5000)
    client.close()
    crash(service)
    client = redis.Redis.from_url(start(Broker).environment()["REDIS_URL"])
    assert client.lrange("default", 0, -1) == [b"message"]
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    client.close()


def test_the_broker_wants_its_password_and_does_not_show_it(start: Start, state: StateFolder) -> None:
    service = start(Broker)
    client = redis.Redis(port=service.port)
    with pytest.raises(redis.AuthenticationError):
        client.ping()
    client.close()
    assert service.process is not None
    command_line = Path(f"/proc/{service.process.pid}/cmdline")
    assert (
        not command_line.exists() or state.secret("broker_password").encode() not in command_line.read_bytes()
    )
    assert stat.S_IMODE((state.path / "broker" / "valkey.conf").stat().st_mode) == 0o600


def test_objects_survive_a_crash_and_other_ports(start: Start) -> None:
    service = start(ObjectStore)
    s3(service).put_object(
        Bucket=service.environment()["S3_BUCKET_NAME"], Key="documents/a.txt", Body=b"text"
    )
    crash(service)
    again = start(ObjectStore, fresh_ports=True)
    assert again.environment()["S3_ENDPOINT_URL"] != service.environment()["S3_ENDPOINT_URL"]
    bucket = again.environment()["S3_BUCKET_NAME"]
    assert s3(again).get_object(Bucket=bucket, Key="documents/a.txt")["Body"].read() == b"text"
    s3(again).put_object(Bucket=bucket, Key="documents/b.txt", Body=b"more")
    assert s3(again).get_object(Bucket=bucket, Key="documents/b.txt")["Body"].read() == b"more"


def test_the_object_store_refuses_wrong_keys_and_makes_no_bucket_unasked(start: Start) -> None:
    service = start(ObjectStore)
    bucket = service.environment()["S3_BUCKET_NAME"]
    with pytest.raises(ClientError, match=r"403|Forbidden|SignatureDoesNotMatch"):
        s3(service, secret_key="guess").put_object(Bucket=bucket, Key="a", Body=b"")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3(service).put_object(Bucket="another", Key="a", Body=b"")


def test_nobody_reads_files_past_the_object_stores_door(start: Start) -> None:
    service = start(ObjectStore)
    assert isinstance(service, ObjectStore)
    s3(service).put_object(Bucket=service.bucket, Key="secret.txt", Body=b"confidential")
    unsigned = f"{service.endpoint}/{service.bucket}/secret.txt"
    behind = f"http://127.0.0.1:{service.ports['filer.port']}/buckets/{service.bucket}/secret.txt"
    for address in (unsigned, behind):
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(address, timeout=5)
        assert refusal.value.code in {401, 403}
        refusal.value.close()


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs /proc")
@pytest.mark.parametrize("kind", [Broker, ObjectStore, Postgres])
def test_a_service_listens_on_loopback_only(start: Start, kind: type[EmbeddedService]) -> None:
    service = start(kind)
    assert service.process is not None
    assert listening_addresses(service.process.pid) == {"0100007F"}


def test_a_service_whose_port_was_snatched_takes_another(
    state: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    occupancy = Occupancy(state)
    occupancy.acquire("test")
    stack = ServiceStack(state, occupancy, ["broker"])
    with socket.create_server(("127.0.0.1", 0)) as snatcher:
        taken = snatcher.getsockname()[1]
        state.remember("ports", {"broker": taken})
        # It was free when we looked.
        monkeypatch.setattr(
            "spelunker.embedded.ports.is_free", lambda port, host="": port != taken or not looked
        )
        looked: list[bool] = []
        choose = Broker.choose_ports

        def choose_then_look(service: EmbeddedService, *, fresh: bool) -> None:
            choose(service, fresh=fresh)
            looked.append(True)

        monkeypatch.setattr(Broker, "choose_ports", choose_then_look)
        try:
            environment = stack.start()
            assert str(taken) not in environment["REDIS_URL"]
            assert len(looked) == 2
        finally:
            stack.stop()
            occupancy.release()


def test_a_service_that_cannot_start_shows_its_last_words(state: StateFolder) -> None:
    service = Broker(state)
    service.prepare()
    state.path.joinpath("broker", "appendonlydir").write_text("in the way")
    service.start()
    with pytest.raises(EmbeddedError, match=r"(?s)The embedded broker ended at once .*append-only"):
        service.wait_ready()
