import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.db.models import Q

from core.models import User
from core.permissions import ADMINISTRATOR

DEFAULT_EMAIL = "admin@spelunker.local"


class Command(BaseCommand):
    help = "Creates the first administrator when nobody can sign in yet, and prints the password once."

    def handle(self, *args: Any, **options: Any) -> None:
        active = User.objects.filter(is_active=True)
        if active.filter(Q(is_superuser=True) | Q(groups__name=ADMINISTRATOR)).exists():
            return
        email = settings.INITIAL_ADMIN_EMAIL or DEFAULT_EMAIL
        if User.objects.filter(email__iexact=email).exists():
            # Whoever took its rights away meant it; no start gives them back.
            self.stdout.write(
                f"{email} exists and is no active administrator, and nobody else is. To make a new one: "
                "manage.py createsuperuser"
            )
            return
        given = settings.INITIAL_ADMIN_PASSWORD
        password = given or secrets.token_urlsafe(12)
        administrator = User.objects.create_superuser(email, password, first_name="Administrator")
        administrator.groups.add(Group.objects.get(name=ADMINISTRATOR))
        self.stdout.write("")
        self.stdout.write(f"  Administrator: {email}")
        self.stdout.write(f"  Password:      {'as given' if given else password}")
        self.stdout.write("  It is shown this once; change it under Profile.")
        self.stdout.write("")
