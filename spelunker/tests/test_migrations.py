"""What a new version did to the database can be taken back by the version before."""

from django.db.migrations.loader import MigrationLoader

OURS = ("core", "themis", "solution_library", "rag", "rfp_manager")


def test_every_migration_can_be_undone() -> None:
    loader = MigrationLoader(None)
    found = [(key, operation) for key, one in loader.disk_migrations.items() for operation in one.operations]
    ours = [(key, operation) for key, operation in found if key[0] in OURS]
    assert len({key for key, _ in ours}) > 40
    stuck = [f"{app} {name}: {operation}" for (app, name), operation in ours if not operation.reversible]
    assert not stuck, "\n".join(stuck)
