"""Which components the environment (or `.env`) already gives, and which are ours to start."""

import os
from collections.abc import Mapping
from pathlib import Path

import environ

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent
DEFAULT_STATE = "var"

# All that tells a process where the components are; also what is written down for `manage.py`.
CONNECTION_VARIABLES = (
    "DATABASE_URL",
    "REDIS_URL",
    "S3_ACCESS_KEY",
    "S3_SECRET_KEY",
    "S3_BUCKET_NAME",
    "S3_ENDPOINT_URL",
    "S3_USE_SSL",
    "S3_VERIFY_SSL",
    "S3_DEFAULT_ACL",
    "S3_REGION_NAME",
    "SECRET_KEY",
)


def load_dotenv() -> None:
    """Read `.env` as the settings do: what the environment already says is kept."""
    path = PROJECT_ROOT / ".env"
    if path.exists():
        environ.Env.read_env(path)


def missing_components(environment: Mapping[str, str]) -> list[str]:
    """Names of the components that nothing in `environment` points at."""
    given = {
        "postgres": bool(environment.get("DATABASE_URL")),
        "broker": bool(environment.get("REDIS_URL")),
        # An address that is empty on purpose means Amazon's own.
        "objectstore": bool(environment.get("S3_ENDPOINT_URL"))
        or ("S3_ENDPOINT_URL" in environment and bool(environment.get("S3_ACCESS_KEY"))),
    }
    return [name for name, is_given in given.items() if not is_given]


def connection_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of `environment` that says where the components are."""
    return {name: environment[name] for name in CONNECTION_VARIABLES if environment.get(name)}


def state_path() -> Path:
    """The state folder that SPELUNKER_STATE names; a relative name counts from the project's root."""
    return (PROJECT_ROOT / (os.environ.get("SPELUNKER_STATE") or DEFAULT_STATE)).absolute()
