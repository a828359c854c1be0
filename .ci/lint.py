"""`make lint`: every check that needs no service. Runs all of them, then says which failed."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
CSS_SOURCE, CSS_BUILT = "themis/styles/app.css", "static/css/app.css"

# What a server on the internet would have; no service listens there, and none is asked.
PRODUCTION = {
    "HTTPS": "1",
    "TRUSTED_PROXY_COUNT": "1",
    "DEBUG": "0",
    "ALLOWED_HOSTS": "spelunker.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://spelunker.example.com",
    "DATABASE_URL": "postgres://spelunker:unused@127.0.0.1:9/spelunker",
    "REDIS_URL": "redis://:unused@127.0.0.1:9/0",
    "S3_ENDPOINT_URL": "https://s3.example.com",
    "S3_ACCESS_KEY": "unused",
    "S3_SECRET_KEY": "unused",
}


def main() -> int:
    templates = [
        str(path) for path in sorted(ROOT.glob("**/templates/**/*.html")) if ".venv" not in path.parts
    ]
    production = PRODUCTION | {"SECRET_KEY": secrets.token_urlsafe(64)}
    checks: dict[str, tuple[list[str], dict[str, str]]] = {
        "ruff check": ([str(BIN / "ruff"), "check", "."], {}),
        "ruff format": ([str(BIN / "ruff"), "format", "--check", "."], {}),
        "djade": ([str(BIN / "djade"), "--check", "--target-version", "5.2", *templates], {}),
        "import-linter": ([str(BIN / "lint-imports")], {"PYTHONPATH": str(ROOT)}),
        "migrations": ([*MANAGE, "makemigrations", "--check", "--dry-run"], production),
        "check --deploy": ([*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], production),
        "messages": ([sys.executable, ".ci/messages.py", "check"], {}),
        "mypy": ([sys.executable, "-m", "mypy", "."], production),
    }
    failed = [
        name for name, (command, environment) in checks.items() if not passes(name, command, environment)
    ]
    if not css_is_current():
        failed.append("css")
    say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    """Run one check; its output is shown only when it fails."""
    started = time.monotonic()
    result = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "ok" if result.returncode == 0 else "FAILED"
    say(f"{name:<16} {verdict} ({time.monotonic() - started:.1f} s)")
    if result.returncode != 0:
        say(result.stdout)
    return result.returncode == 0


def css_is_current() -> bool:
    """Whether the committed style sheet is what its source gives now."""
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "app.css"
        command = [str(BIN / "tailwindcss"), "-i", CSS_SOURCE, "-o", str(built), "--minify"]
        if not passes("tailwindcss", command, {}):
            return False
        committed = ROOT / CSS_BUILT
        if committed.exists() and committed.read_bytes() == built.read_bytes():
            return True
    say(f"{CSS_BUILT} is not what {CSS_SOURCE} gives. Run `make css` and commit it.")
    return False


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
