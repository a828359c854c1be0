#!/usr/bin/env python
"""Django's command line. Commands that need services find or start the embedded ones themselves."""

import os
import sys

from spelunker.embedded.attach import services_for


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spelunker.settings")
    from django.core.management import execute_from_command_line  # settings are read after this line

    with services_for(sys.argv):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
