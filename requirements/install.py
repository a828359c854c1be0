"""Bring `.venv` to a lock file: `python requirements/install.py local` (to run) or `dev` (to test).

Needs nothing but Python 3.11 to 3.13. uv, itself installed from a lock file, does the work in a
fraction of pip's time; where it cannot, pip does it. Every file is checked against the lock's hashes.
A stamp in `.venv` remembers what was installed, so that doing it again costs nothing; an environment
that was made for testing serves for running too.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = Path(os.environ.get("VENV") or HERE.parent / ".venv").absolute()
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
SETS = ("local", "dev")  # each contains the one before it
SUPPORTED = ((3, 11), (3, 13))

# pip's settings that uv knows under another name. uv reads no pip.conf, and a machine behind a mirror
# often has nothing else.
_SETTINGS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


class InstallError(Exception):
    """The message says what to do."""


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted not in SETS:
        say("Usage: python requirements/install.py local|dev")
        return 2
    try:
        install(wanted)
    except (InstallError, OSError) as error:
        say(str(error))
        return 1
    return 0


def install(wanted: str) -> None:
    """Install the set `wanted`, or the larger one that is there already. InstallError when that fails."""
    check_python()
    present = read_stamp()
    if PYTHON.exists():
        # An environment for testing stays one: taking the test tools out again would help nobody.
        if present.get("set") == "dev" or (VENV / "bin" / "pytest").exists():
            wanted = "dev"
        if present == stamp(wanted):
            return
    make_environment(moved=present.get("path", str(VENV)) != str(VENV))
    lock = HERE / f"{wanted}.lock"
    say(f"Installing {lock.relative_to(HERE.parent)} into {VENV.name}.")
    if not (
        install_uv() and run([VENV / "bin" / "uv", "pip", "sync", *uv_options(), lock], uv_environment())
    ):
        say("uv did not succeed; pip takes longer.")
        pip = [PYTHON, "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", "-r", lock]
        if not run(pip, dict(os.environ)):
            raise InstallError("The packages could not be installed; the lines above say why.")
    STAMP.write_text(json.dumps(stamp(wanted)))


def check_python() -> None:
    lowest, highest = SUPPORTED
    if not lowest <= sys.version_info[:2] <= highest:
        raise InstallError(
            f"This is Python {sys.version_info[0]}.{sys.version_info[1]}; Spelunker needs 3.11 to 3.13. "
            "Name another one: make PYTHON=python3.12 ..."
        )


def make_environment(*, moved: bool) -> None:
    """A virtual environment with pip; one of this Python that is there is kept, unless it was `moved`
    (its scripts name their old place). InstallError when this Python cannot make one."""
    if PYTHON.exists() and not moved and environment_version() == python_version():
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        raise InstallError(
            "This Python was packaged without what makes virtual environments. "
            "Install it (on Debian and Ubuntu: apt install python3-venv), then try again."
        ) from error
    if VENV.exists() and not (VENV / "pyvenv.cfg").exists():
        raise InstallError(f"{VENV} is in the way and is no virtual environment. Move it elsewhere.")
    shutil.rmtree(VENV, ignore_errors=True)
    if not run([sys.executable, "-m", "venv", VENV], dict(os.environ)):
        raise InstallError(f"No virtual environment could be made in {VENV}.")


def install_uv() -> bool:
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return run(
        [*pip, "--require-hashes", "--only-binary", ":all:", "-r", HERE / "installer.lock"], dict(os.environ)
    )


def uv_options() -> list[str]:
    # Compiled once here instead of in each of a dozen processes: whoever sets PYTHONDONTWRITEBYTECODE, as many
    # machines that run tests do, would have every start read a thousand libraries' sources.
    return ["--python", str(PYTHON), "--require-hashes", "--no-build", "--compile-bytecode", "--quiet"]


def uv_environment() -> dict[str, str]:
    """Our environment, with pip's settings translated. What is set for uv itself is left alone."""
    environment = dict(os.environ)
    if not any(name.startswith(("UV_INDEX", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX")) for name in environment):
        for name, value in pip_settings().items():
            environment.setdefault(_SETTINGS[name], value)
        # pip looks into all indexes for the best version; the hashes say which file is meant.
        environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    environment.setdefault("UV_HTTP_TIMEOUT", "120")
    # The cache may lie on another file system; that is no news to anybody.
    environment.setdefault("UV_LINK_MODE", os.environ.get("UV_LINK_MODE", "hardlink"))
    return environment


def pip_settings() -> dict[str, str]:
    """What pip's configuration files and PIP_ variables say of the settings that we translate."""
    result = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    found: dict[str, str] = {}
    for line in result.stdout.splitlines():
        key, _, value = line.partition("=")
        name = key.rpartition(".")[2]
        if name in _SETTINGS and (value := value.strip("'\"").replace("\\n", " ").strip()):
            # An environment variable is listed after the files, and wins.
            separator = "," if name == "find-links" else " "
            found[name] = separator.join(value.split()) if name != "cert" else value
    return found


def run(command: list[object], environment: dict[str, str]) -> bool:
    """Whether the command succeeded; what it prints is shown."""
    try:
        process = subprocess.run(
            [str(part) for part in command], env=environment, stdin=subprocess.DEVNULL, check=False
        )
    except OSError as error:
        say(str(error))
        return False
    return process.returncode == 0


def stamp(wanted: str) -> dict[str, object]:
    names = SETS[: SETS.index(wanted) + 1]
    digests = {name: hashlib.sha256((HERE / f"{name}.lock").read_bytes()).hexdigest() for name in names}
    return {"set": wanted, "python": python_version(), "path": str(VENV), "locks": digests}


def read_stamp() -> dict[str, object]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def environment_version() -> str:
    """The Python of the environment that is there, as `3.11`."""
    for line in (VENV / "pyvenv.cfg").read_text().splitlines():
        name, _, value = line.partition("=")
        if name.strip() == "version":
            return ".".join(value.strip().split(".")[:2])
    return ""


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def python_version() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


if __name__ == "__main__":
    sys.exit(main())
