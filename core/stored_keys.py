"""Which columns name objects of the file store: each app says so of its models, and `storage_check` compares.

Whoever adds a column with a key registers it in `AppConfig.ready()`. An object that no registered column names is
taken for an orphan and deleted after a day, so a test walks the models for columns that were forgotten.
"""

from dataclasses import dataclass

from django.db.models import Model

# What is written and deleted at once, to try the store: it belongs to no row.
SCRATCH = "checks/"


@dataclass(frozen=True)
class StoredKeys:
    """The column `field` of `model` names objects under one of `prefixes`, which end with a slash.

    `size` is the column with their size in bytes, if there is one; with `several` the column is an array of keys.
    Where they are not `lasting`, a row may outlive its object.
    """

    model: type[Model]
    field: str
    prefixes: tuple[str, ...]
    size: str = ""
    several: bool = False
    lasting: bool = True


_registered: dict[tuple[str, str], StoredKeys] = {}


def register_stored_keys(
    model: type[Model],
    field: str,
    *prefixes: str,
    size: str = "",
    several: bool = False,
    lasting: bool = True,
) -> None:
    """Registering a column twice replaces what was said first."""
    _registered[model._meta.label, field] = StoredKeys(
        model, field, prefixes, size=size, several=several, lasting=lasting
    )


def stored_keys() -> list[StoredKeys]:
    return [_registered[key] for key in sorted(_registered)]


def stored_prefixes() -> list[str]:
    """What of the store is ours; whatever lies elsewhere in the bucket is somebody else's."""
    prefixes = {prefix for keys in stored_keys() for prefix in keys.prefixes} | {SCRATCH}
    return sorted(
        one for one in prefixes if not any(one != other and one.startswith(other) for other in prefixes)
    )
