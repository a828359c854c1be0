"""Each operation of the API: who may do it, and a request that does it.

`test_permissions` fails for an operation that is missing here, so a new route states its rule.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from rfp_manager.tests.workbooks import question_workbook


@dataclass(frozen=True)
class Rule:
    """Statuses for Alice (owner, library editor), Bob (contributor on the team), Dave (viewer on the
    team), Charlie (not on it), the administrator; 2 stands for any success."""

    alice: int
    bob: int
    dave: int
    charlie: int
    administrator: int = 2


EVERYBODY = Rule(alice=2, bob=2, dave=2, charlie=2)
LIBRARY_EDITORS = Rule(alice=2, bob=403, dave=403, charlie=403)
# Of library editors again, and in this world nothing was deleted that could come back.
NOTHING_DELETED = Rule(alice=404, bob=403, dave=403, charlie=403, administrator=404)
RFP_CREATORS = Rule(alice=2, bob=2, dave=403, charlie=403)
TEAM_READS = Rule(alice=2, bob=2, dave=2, charlie=404)
TEAM_WRITES = Rule(alice=2, bob=2, dave=403, charlie=404)
MANAGERS = Rule(alice=2, bob=403, dave=403, charlie=404)
ADMINISTRATORS = Rule(alice=403, bob=403, dave=403, charlie=403)
ALICE_AND_ADMINISTRATORS = Rule(alice=2, bob=404, dave=404, charlie=404)
# Of those who may: only Alice has done something that could be taken back.
OWN_STEP = Rule(alice=2, bob=409, dave=403, charlie=404, administrator=409)
ALICE_ALONE = Rule(alice=2, bob=404, dave=404, charlie=404, administrator=404)


@dataclass(frozen=True)
class Operation:
    """`body` and `files` may be functions of the ids in the test's world."""

    rule: Rule
    body: Callable[[dict[str, Any]], Any] | dict[str, Any] | None = None
    files: Callable[[], dict[str, Any]] | None = None
    query: dict[str, str] = field(default_factory=dict)


def _text_file() -> dict[str, Any]:
    return {"file": SimpleUploadedFile("note.txt", b"Bids are due by noon on 12 May 2027.")}


def _workbook_file() -> dict[str, Any]:
    return {"file": SimpleUploadedFile("asked.xlsx", question_workbook())}


def _first_question(ids: dict[str, Any]) -> dict[str, Any]:
    return {"questions": [ids["question_id"]]}


OPERATIONS: dict[str, Operation] = {
    "get_me": Operation(EVERYBODY),
    "list_jobs": Operation(EVERYBODY),
    "get_job": Operation(ALICE_AND_ADMINISTRATORS),
    "cancel_job": Operation(ALICE_AND_ADMINISTRATORS),
    "retry_job": Operation(ALICE_AND_ADMINISTRATORS),
    "list_notifications": Operation(EVERYBODY),
    "read_notifications": Operation(EVERYBODY),
    "read_notification": Operation(ALICE_ALONE),
    "list_webhooks": Operation(ADMINISTRATORS),
    "create_webhook": Operation(
        ADMINISTRATORS,
        {"name": "Chat", "url": "https://chat.example.com/hook", "events": ["job.finished"]},
    ),
    "get_webhook": Operation(ADMINISTRATORS),
    "update_webhook": Operation(ADMINISTRATORS, {"name": "Renamed", "is_enabled": False}),
    "delete_webhook": Operation(ADMINISTRATORS),
    "rotate_webhook": Operation(ADMINISTRATORS),
    "send_webhook_test": Operation(ADMINISTRATORS),
    "list_webhook_deliveries": Operation(ADMINISTRATORS),
    "redeliver_webhook": Operation(ADMINISTRATORS),
    "list_organizations": Operation(EVERYBODY),
    "create_organization": Operation(LIBRARY_EDITORS, {"name": "New vendor"}),
    "get_organization": Operation(EVERYBODY),
    "update_organization": Operation(LIBRARY_EDITORS, {"name": "Renamed"}),
    "list_solutions": Operation(EVERYBODY),
    "create_solution": Operation(
        LIBRARY_EDITORS, lambda ids: {"vendor": ids["organization_id"], "name": "New solution"}
    ),
    "get_solution": Operation(EVERYBODY),
    "update_solution": Operation(LIBRARY_EDITORS, {"description": "A safe place for records."}),
    "list_sources": Operation(EVERYBODY),
    "create_source": Operation(
        LIBRARY_EDITORS,
        lambda ids: {
            "solution": ids["solution_id"],
            "name": "Help",
            "base_url": "https://help.example.com/",
            "include_patterns": ["/v2/*", "/v3/*"],
        },
    ),
    "get_source": Operation(EVERYBODY),
    "delete_documentation_source": Operation(LIBRARY_EDITORS),
    "restore_documentation_source": Operation(NOTHING_DELETED),
    "create_sync": Operation(LIBRARY_EDITORS),
    "list_syncs": Operation(EVERYBODY),
    "list_sync_entries": Operation(EVERYBODY),
    "list_documents": Operation(EVERYBODY),
    "create_document": Operation(LIBRARY_EDITORS, files=_text_file),
    "get_document": Operation(EVERYBODY),
    "update_document": Operation(LIBRARY_EDITORS, {"tags": ["security"]}),
    "download_document": Operation(EVERYBODY),
    "embed_document": Operation(LIBRARY_EDITORS),
    "delete_library_document": Operation(LIBRARY_EDITORS),
    "restore_library_document": Operation(NOTHING_DELETED),
    "restore_replaced_file": Operation(NOTHING_DELETED),
    "list_library_answers": Operation(EVERYBODY),
    "create_library_answer": Operation(
        LIBRARY_EDITORS,
        lambda ids: {
            "solution": ids["solution_id"],
            "question": "Do you make backups?",
            "answer": "Nightly.",
        },
    ),
    "get_library_answer": Operation(EVERYBODY),
    "delete_library_answer": Operation(LIBRARY_EDITORS),
    "restore_library_answer": Operation(NOTHING_DELETED),
    "search": Operation(EVERYBODY, query={"q": "backups"}),
    "get_passage": Operation(EVERYBODY),
    "ask": Operation(EVERYBODY, query={"q": "How often are backups made?"}),
    "list_rfps": Operation(EVERYBODY),
    "create_rfp": Operation(RFP_CREATORS, {"title": "New request", "customer_name": "City of Example"}),
    "get_rfp": Operation(TEAM_READS),
    "update_rfp": Operation(MANAGERS, {"reference": "2027-1"}),
    "delete_whole_rfp": Operation(MANAGERS),
    "list_team": Operation(TEAM_READS),
    "add_member": Operation(MANAGERS, lambda ids: {"user": ids["newcomer"], "role": "viewer"}),
    "change_member": Operation(MANAGERS, {"role": "viewer"}),
    "hand_rfp_over": Operation(MANAGERS),
    "remove_member": Operation(MANAGERS),
    "list_information": Operation(TEAM_READS),
    "create_information": Operation(TEAM_WRITES, files=_text_file),
    "get_information": Operation(TEAM_READS),
    "download_information": Operation(TEAM_READS),
    "delete_information": Operation(TEAM_WRITES),
    "get_summary": Operation(TEAM_READS),
    "get_brief": Operation(TEAM_READS),
    "list_date_offers": Operation(TEAM_READS),
    "take_offered_date": Operation(MANAGERS, {"field": "due_at", "moment": "2027-05-12T12:00:00Z"}),
    "get_bid": Operation(TEAM_READS),
    "create_assessment": Operation(TEAM_WRITES, {"criterion": "deadline", "score": 4, "version": 0}),
    "create_decision": Operation(TEAM_WRITES, {"decision": "go", "reason": "We fit."}),
    "drop_decided_rfp": Operation(MANAGERS),
    "take_up_dropped_rfp": Operation(MANAGERS),
    "list_workbooks": Operation(TEAM_READS),
    "create_workbook": Operation(TEAM_WRITES, files=_workbook_file),
    "get_workbook": Operation(TEAM_READS),
    "get_layout": Operation(TEAM_READS),
    "confirm_layout": Operation(TEAM_WRITES, {}),
    "download_workbook": Operation(TEAM_READS),
    "delete_workbook": Operation(TEAM_WRITES),
    "list_questions": Operation(TEAM_READS),
    "assign_questions": Operation(TEAM_WRITES, lambda ids: _first_question(ids) | {"assignee": ids["alice"]}),
    "set_due_dates": Operation(TEAM_WRITES, lambda ids: _first_question(ids) | {"due_on": "2027-05-01"}),
    "list_saved_views": Operation(TEAM_READS),
    "create_saved_view": Operation(TEAM_READS, {"name": "Open gaps", "filters": {"status": "gap"}}),
    "rename_saved_view": Operation(MANAGERS, {"name": "All gaps"}),
    "set_default_view": Operation(TEAM_READS),
    "drop_default_view": Operation(TEAM_READS),
    "delete_saved_view": Operation(MANAGERS),
    "submit_questions": Operation(TEAM_WRITES, _first_question),
    "approve_questions": Operation(MANAGERS, _first_question),
    "get_last_step": Operation(ALICE_ALONE),
    "undo_last_step": Operation(OWN_STEP, lambda ids: {"moment": ids["last_step"]}),
    "create_drafts": Operation(TEAM_WRITES, {}),
    "get_question": Operation(TEAM_READS),
    "get_answer": Operation(TEAM_READS),
    "put_answer": Operation(TEAM_WRITES, {"text": "Yes, with AES-256.", "choice": "Yes", "version": 1}),
    "get_further_cells": Operation(TEAM_READS),
    "put_further_cells": Operation(TEAM_WRITES, {"version": 0, "values": {}}),
    "submit_answer": Operation(TEAM_WRITES),
    "approve_answer": Operation(MANAGERS),
    "reopen_answer": Operation(TEAM_WRITES),
    "decline_question": Operation(TEAM_WRITES, {"reason": "Not ours to say"}),
    "list_exports": Operation(TEAM_READS),
    "create_export": Operation(TEAM_WRITES, lambda ids: {"document": ids["confirmed"]}),
    "get_export": Operation(TEAM_READS),
    "download_export": Operation(TEAM_WRITES),
}
