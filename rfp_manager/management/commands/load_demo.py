from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.exceptions import SpelunkerError
from core.models import Organization, User
from rfp_manager.models import RFP
from rfp_manager.services.demonstration import load_demonstration, remove_demonstration
from themis.services.setup import finish_setup


class Command(BaseCommand):
    help = "Loads the demonstration content afresh; what an earlier load created is deleted first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing when there is any organization or RFP yet."
        )

    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        if if_empty and (RFP.objects.exists() or Organization.objects.exists()):
            return
        owner = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        if owner is None:
            raise CommandError("There is no administrator yet. Run ensure_admin first.")
        try:
            remove_demonstration()
            rfp = load_demonstration(owner)
        except SpelunkerError as error:
            raise CommandError(str(error)) from error
        # Whoever asked for the demonstration wants to look around, not to be led through a setup.
        finish_setup()
        self.stdout.write(f"Demonstration loaded: RFP “{rfp.title}” for {rfp.customer}.")
