"""How many rows the present transaction has written, whatever table they are in: for tests of who may write what."""

from collections.abc import Collection

from django.db import connection

# What a request notes about itself: who is signed in, which key was used, what was refused.
NOTED = frozenset({"django_session", "themis_apikey", "core_auditevent"})


def count_written(*, besides: Collection[str] = NOTED) -> int:
    """Rows inserted, changed and deleted so far; what was rolled back counts too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"
            " WHERE NOT relname = ANY(%s)",
            [list(besides)],
        )
        return int(cursor.fetchone()[0])
