"""`python -m spelunker.embedded.prepare`: everything between running services and a running Spelunker.

One process for all steps, because loading Django takes longer than most of them.
"""

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("ensure_admin")


if __name__ == "__main__":
    main()
