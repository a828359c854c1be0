"""What the shell does in a browser: progress, drop zone, theme, menus; and without JavaScript."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.models import Job, User
from themis.models import Profile
from themis.services.notifications import notify
from themis.tests.browser import Surfer
from themis.tests.factories import make_job

pytestmark = [pytest.mark.urls("themis.tests.urls")]


def test_progress_moves_by_itself_and_stops_when_done(alice: User, surfer: Surfer) -> None:
    job = make_job(alice, done=3, total=12, message="Page 3")
    page = surfer.open(reverse("themis:job", args=[job.pk]), user=alice)
    page.evaluate("document.body.addEventListener('jobFinished', event => window.finished = event.detail)")
    expect(page.get_by_text("3 / 12")).to_be_visible()
    Job.objects.filter(pk=job.pk).update(done=9, message="Page 9")
    expect(page.get_by_text("9 / 12")).to_be_visible(timeout=5000)
    expect(page.locator("[data-said]")).to_contain_text("75")
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, lease=None, result_url="/rfps/7/")
    expect(page.get_by_role("link", name="Open the result")).to_have_attribute(
        "href", "/rfps/7/", timeout=5000
    )
    assert page.evaluate("window.finished.state") == "done"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1500)
    assert asked == []


def test_cancel_keeps_the_focus_on_the_page_and_says_so(alice: User, surfer: Surfer) -> None:
    job = make_job(alice)
    page = surfer.open(reverse("themis:job", args=[job.pk]), user=alice)
    page.get_by_role("button", name="Cancel").focus()
    page.wait_for_timeout(1500)  # a poll replaced the button meanwhile
    assert page.evaluate("document.activeElement.id") == f"job-cancel-{job.pk}"
    page.keyboard.press("Enter")
    expect(page.get_by_text("Stopping after this step")).to_be_visible()
    job.refresh_from_db()
    assert job.cancel_requested_at is not None


def test_a_job_that_is_gone_is_not_asked_for_again(alice: User, surfer: Surfer) -> None:
    job = make_job(alice)
    page = surfer.open(reverse("themis:job", args=[job.pk]), user=alice)
    job.delete()
    expect(page.get_by_text("no longer there")).to_be_visible(timeout=5000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1500)
    assert asked == []
    surfer.problems[:] = [problem for problem in surfer.problems if "404" not in problem]


def test_the_theme_changes_at_once_and_stays(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/", user=alice)
    page.get_by_role("button", name="Menu of").click()
    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="Dark").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert Profile.objects.get(user=alice).theme == "dark"


def test_the_phone_navigation_opens_leads_and_closes(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/", user=alice, size="phone")
    link = page.get_by_role("link", name="Jobs", exact=True)
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Open navigation").click()
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Open navigation").click()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")


def test_the_tab_one_is_on_is_in_sight_on_a_phone(alice: User, surfer: Surfer) -> None:
    page = surfer.open(reverse("themis:api_keys"), user=alice, size="phone")
    tab = page.get_by_role("navigation", name="Your settings").get_by_role("link", name="API keys")
    expect(tab).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0
    page.goto(reverse("themis:profile"))
    expect(page.get_by_role("link", name="Preferences", exact=True)).to_be_in_viewport(ratio=1)


def test_a_form_that_came_back_begins_at_its_first_error(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=alice)
    page.locator('input[name="text"]').fill("This is kept.")
    page.get_by_role("button", name="Send").click()
    number = page.locator('input[name="number"]')
    expect(number).to_be_focused()
    expect(number).to_be_in_viewport()
    assert page.locator('input[name="text"]').input_value() == "This is kept."
    surfer.problems.clear()  # the browser notes the 422


def test_the_shortcuts_are_told_and_single_keys_can_be_switched_off(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/jobs/", user=alice)
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    page.keyboard.press("?")
    expect(help_).to_be_visible()
    help_.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    page.reload()
    page.keyboard.press("?")
    expect(help_).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search and commands")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Menu of").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(help_.get_by_role("checkbox")).not_to_be_checked()


def test_files_are_listed_removed_and_sent(alice: User, surfer: Surfer, tmp_path: Path) -> None:
    for name in ("one.pdf", "two.docx"):
        (tmp_path / name).write_bytes(b"x" * 1500)
    page = surfer.open("/gallery/", user=alice)
    field = page.locator('input[name="documents"]')
    field.set_input_files(tmp_path / "one.pdf")
    field.set_input_files(tmp_path / "two.docx")
    zone = page.locator("[data-drop-zone]").filter(has=field)
    expect(zone.locator("[data-files] li")).to_have_count(2)
    expect(zone).to_contain_text("1.5 KB")
    page.get_by_role("button", name="Remove one.pdf").click()
    assert field.evaluate("input => [...input.files].map(file => file.name)") == ["two.docx"]


def test_files_can_be_dropped(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=alice)
    field = page.locator('input[name="documents"]')
    transfer = page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['abc'], 'dropped.pdf')); return data; }"
    )
    zone = page.locator("[data-drop-zone]").filter(has=field)
    zone.locator("[data-area]").dispatch_event("drop", {"dataTransfer": transfer})
    assert field.evaluate("input => [...input.files].map(file => file.name)") == ["dropped.pdf"]
    expect(zone).to_contain_text("dropped.pdf")


def test_a_question_is_asked_before_what_cannot_be_undone(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/gallery/", user=alice)
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.get_by_role("button", name="Keep it").click()
    expect(dialog).to_be_hidden()
    assert page.url.endswith("/gallery/")


def test_a_server_that_does_not_answer_is_said(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/profile/", user=alice)
    page.route("**/profile/examples/**", lambda route: route.abort())
    page.select_option('select[name="date_style"]', "iso")
    expect(page.get_by_text("The server does not answer")).to_be_visible()
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("The server does not answer")).to_be_hidden()
    surfer.problems.clear()


def test_format_examples_follow_the_form(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/profile/", user=alice)
    page.select_option('select[name="number_locale"]', "de")
    expect(page.locator("#format-examples")).to_contain_text("1.234.567,89")


def test_everything_works_without_javascript(alice: User, surfer: Surfer, tmp_path: Path) -> None:
    notify(alice, text="Look at your jobs.", link="/jobs/")
    job = make_job(alice, state=Job.State.QUEUED)
    page = surfer.open("/notifications/", user=alice, scripts=False)
    page.get_by_role("button", name="Look at your jobs.").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
    page.goto(reverse("themis:job", args=[job.pk]))
    page.get_by_role("button", name="Cancel").click()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    page.get_by_role("button", name="Menu of").click()
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_sign_in_and_out_by_keyboard_alone(alice: User, surfer: Surfer) -> None:
    page = surfer.open("/jobs/")
    page.locator('input[name="login"]').focus()
    page.keyboard.type("alice@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_role("button", name="Menu of").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/login/**")
