"""Write the lock files anew: the newest versions that the ranges allow, for every Python, with hashes."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
UV = Path(sys.executable).parent / "uv"
OPTIONS = [
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--quiet",
]
# Each file may only add to the one before it, so that what is tested is what is run.
STEPS = {
    "production.lock": ["pyproject.toml"],
    "local.lock": ["pyproject.toml", "--extra", "local", "-c", "requirements/production.lock"],
    "dev.lock": [
        "requirements/dev.in",
        "pyproject.toml",
        "--extra",
        "local",
        "-c",
        "requirements/local.lock",
    ],
    "installer.lock": ["requirements/installer.in", "-c", "requirements/dev.lock"],
}


def main() -> None:
    # From other places than one index, names of files on this machine would get into the lock.
    environment = {name: value for name, value in os.environ.items() if name != "UV_FIND_LINKS"}
    for name, sources in STEPS.items():
        output = f"requirements/{name}"
        command = [str(UV), "pip", "compile", *OPTIONS, "--upgrade", *sources, "-o", output]
        subprocess.run(command, cwd=HERE.parent, env=environment, check=True)
        sys.stdout.write(f"{output}\n")


if __name__ == "__main__":
    main()
