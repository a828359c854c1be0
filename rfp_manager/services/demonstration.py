"""Loading the demonstration: a vendor's library and a customer's RFP, through the same services as uploads."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from core.models import Organization, User
from core.storage import delete_objects
from rfp_manager.models import RFP
from rfp_manager.services.rfps import delete_rfp
from rfp_manager.services.uploads import add_information_document, add_question_workbook
from solution_library.models import Solution
from solution_library.services.documents import delete_document, upload_document
from themis.formatting import active

FOLDER = Path(__file__).resolve().parent.parent / "demo"


def read_plan() -> dict[str, Any]:
    """What the demonstration consists of, as rfp.json says."""
    plan: dict[str, Any] = json.loads((FOLDER / "rfp.json").read_text(encoding="utf-8"))
    return plan


def is_loaded() -> bool:
    """Whether the demonstration's RFP is there."""
    plan = read_plan()
    return RFP.objects.filter(
        reference=plan["rfp"]["reference"], customer__name=plan["customer"]["name"]
    ).exists()


def count_files() -> int:
    """How many files loading it uploads: what its progress counts."""
    plan = read_plan()
    library = sum(len(entry["documents"]) for entry in plan["solutions"])
    return library + len(plan["rfp"]["information_documents"]) + 1


def load_demonstration(owner: User, *, on_file: Callable[[], None] = lambda: None) -> RFP:
    """Create the demonstration content; embedding, summaries and detection are queued.

    `on_file` is called after each file; what it raises ends the loading.
    """
    plan = read_plan()
    vendor, _ = Organization.objects.get_or_create(
        name=plan["vendor"]["name"],
        kind=Organization.Kind.OWN,
        defaults={"website": plan["vendor"]["website"]},
    )
    solutions = {entry["slug"]: _load_solution(vendor, entry, owner, on_file) for entry in plan["solutions"]}
    customer = _load_customer(plan["customer"])
    entry = plan["rfp"]
    rfp = RFP.objects.create(
        title=entry["title"],
        reference=entry["reference"],
        customer=customer,
        owner=owner,
        due_at=_end_of_day(timezone.now() + timedelta(days=entry["due_in_days"])),
    )
    rfp.solutions.set(solutions[slug] for slug in entry["solutions_in_scope"])
    for document in entry["information_documents"]:
        with (FOLDER / document["path"]).open("rb") as file:
            add_information_document(rfp, upload=_upload(file, document["path"]), user=owner)
        on_file()
    with (FOLDER / entry["workbook"]).open("rb") as file:
        add_question_workbook(rfp, upload=_upload(file, entry["workbook"]), user=owner)
    on_file()
    return rfp


def remove_demonstration() -> None:
    """Delete what an earlier load created, with its files; other people's content is not touched."""
    plan = read_plan()
    for rfp in RFP.objects.filter(
        reference=plan["rfp"]["reference"], customer__name=plan["customer"]["name"]
    ):
        delete_rfp(rfp)
    names = [entry["name"] for entry in plan["solutions"]]
    for solution in Solution.objects.filter(vendor__name=plan["vendor"]["name"], name__in=names):
        for document in solution.documents.all():
            delete_document(document)
        if not solution.rfps.exists():
            solution.delete()
    for name in (plan["vendor"]["name"], plan["customer"]["name"]):
        for organization in Organization.objects.filter(name=name, solutions__isnull=True, rfps__isnull=True):
            key = organization.logo.name if organization.logo else ""
            organization.delete()
            if key:
                transaction.on_commit(lambda key=key: delete_objects([key]))  # type: ignore[misc]


def _end_of_day(moment: datetime) -> datetime:
    """Five o'clock of that day where its owner is; the moment of loading would be an odd time to be due."""
    return moment.astimezone(active().zone).replace(hour=17, minute=0, second=0, microsecond=0)


def _load_solution(
    vendor: Organization, entry: dict[str, Any], owner: User, on_file: Callable[[], None]
) -> Solution:
    solution, _ = Solution.objects.get_or_create(
        vendor=vendor, name=entry["name"], defaults={"description": entry["description"], "owner": owner}
    )
    for document in entry["documents"]:
        with (FOLDER / document["path"]).open("rb") as file:
            upload_document(
                solution=solution,
                upload=_upload(file, document["path"]),
                owner=owner,
                title=document["title"],
            )
        on_file()
    return solution


def _load_customer(entry: dict[str, Any]) -> Organization:
    customer, created = Organization.objects.get_or_create(
        name=entry["name"], kind=Organization.Kind.CUSTOMER, defaults={"website": entry["website"]}
    )
    logo = FOLDER / "rfp" / "logo.png"
    if created and logo.exists():
        with logo.open("rb") as file:
            customer.logo.save("logo.png", _upload(file, "logo.png"))
    return customer


def _upload(file: Any, path: str) -> UploadedFile:
    return UploadedFile(file=file, name=Path(path).name, size=Path(file.name).stat().st_size)
