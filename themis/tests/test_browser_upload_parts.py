"""Large files in a browser: sent in parts, paused, resumed, cancelled, and going on after the network was gone."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from core.models import PartialUpload, User
from themis.tests.accessibility import assert_accessible
from themis.tests.browser import Surfer, overflow

pytestmark = [pytest.mark.urls("themis.tests.urls")]
MEGABYTE = 1024 * 1024


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(range(256)) * (9 * MEGABYTE // 256))
    return path


def zone_of(page: Page) -> Locator:
    return page.locator("[data-drop-zone]").filter(has=page.locator('input[name="large_files"]'))


def test_a_large_file_is_sent_in_parts_and_named_in_the_form(
    administrator: User, surfer: Surfer, large: Path
) -> None:
    page = surfer.open("/gallery/", user=administrator)
    zone = zone_of(page)
    zone.locator('input[type="file"]').set_input_files(large)
    expect(zone).to_contain_text("complete", timeout=20000)
    upload = PartialUpload.objects.get()
    assert (upload.owner, upload.received, len(upload.part_keys)) == (administrator, large.stat().st_size, 3)
    assert zone.locator("[data-part]").input_value() == str(upload.pk)
    assert zone.locator('input[type="file"]').evaluate("input => input.files.length") == 0
    assert_accessible(page)
    with page.expect_response("**/uploads/**"):
        page.get_by_role("button", name="Remove large.bin").click()
    expect(zone.locator("[data-part]")).to_have_count(0)
    page.wait_for_timeout(200)
    assert not PartialUpload.objects.exists()


def test_a_paused_file_goes_on_where_it_was(administrator: User, surfer: Surfer, large: Path) -> None:
    page = surfer.open("/gallery/", user=administrator, size="phone", colours="dark")
    zone = zone_of(page)
    offsets: list[str] = []

    def hold(route: Route) -> None:
        offset = route.request.headers.get("upload-offset", "")
        if route.request.method == "PATCH":
            offsets.append(offset)
        if offset == str(4 * MEGABYTE) and offsets.count(offset) == 1:
            return  # never answered: the person loses patience
        route.continue_()

    page.route("**/uploads/*/", hold)
    zone.locator('input[type="file"]').set_input_files(large)
    expect(zone).to_contain_text("4.2 MB / 9.4 MB", timeout=20000)
    page.get_by_role("button", name="Pause large.bin").click()
    assert_accessible(page)
    assert overflow(page) == 0
    page.get_by_role("button", name="Resume large.bin").click()
    expect(zone).to_contain_text("complete", timeout=20000)
    assert offsets == ["0", str(4 * MEGABYTE), str(4 * MEGABYTE), str(8 * MEGABYTE)]


def test_after_the_network_was_gone_it_goes_on_by_itself(
    administrator: User, surfer: Surfer, large: Path
) -> None:
    page = surfer.open("/gallery/", user=administrator)
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "PATCH" and len(lost) < 2:
            lost.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/uploads/*/", lose)
    zone = zone_of(page)
    zone.locator('input[type="file"]').set_input_files(large)
    expect(zone).to_contain_text("complete", timeout=30000)
    assert len(lost) == 2
    surfer.problems.clear()


def test_the_form_waits_for_the_parts(administrator: User, surfer: Surfer, large: Path) -> None:
    page = surfer.open("/gallery/", user=administrator)
    gate: list[Route] = []
    page.route("**/uploads/*/", lambda route: gate.append(route) if not gate else route.continue_())
    zone = zone_of(page)
    zone.locator('input[type="file"]').set_input_files(large)
    page.get_by_role("button", name="Send").click()
    expect(zone.locator("[data-status]")).to_contain_text("as soon as the files are complete")
    for _ in range(200):
        if gate:
            break
        page.wait_for_timeout(50)
    with page.expect_request(
        lambda request: request.method == "POST" and request.url.endswith("/gallery/")
    ) as sent:
        gate[0].continue_()
    assert str(PartialUpload.objects.get().pk) in (sent.value.post_data_buffer or b"").decode(errors="ignore")
    surfer.problems.clear()  # the form of the gallery has other fields that are empty


def test_the_same_file_chosen_again_goes_on_after_the_page_was_closed(
    administrator: User, surfer: Surfer, large: Path
) -> None:
    page = surfer.open("/gallery/", user=administrator)
    held: list[Route] = []
    page.route(
        "**/uploads/*/",
        lambda route: (
            held.append(route) if route.request.headers.get("upload-offset") != "0" else route.continue_()
        ),
    )
    zone_of(page).locator('input[type="file"]').set_input_files(large)
    expect(zone_of(page)).to_contain_text("4.2 MB / 9.4 MB", timeout=20000)
    # A request that is still held when its page closes may be let through then, in part.
    while not held:
        page.wait_for_timeout(50)
    held[0].abort()
    # Closed and not reloaded: a page whose requests go through again would finish by itself first.
    window = page.context
    page.close()
    page = window.new_page()
    page.goto("/gallery/")
    zone_of(page).locator('input[type="file"]').set_input_files(large)
    expect(zone_of(page)).to_contain_text("complete", timeout=20000)
    assert len(PartialUpload.objects.get().part_keys) == 3
    surfer.problems[:] = [problem for problem in surfer.problems if "ERR_FAILED" not in problem]


def test_a_file_that_was_sent_whole_is_there_at_once_when_it_is_chosen_again(
    administrator: User, surfer: Surfer, large: Path
) -> None:
    page = surfer.open("/gallery/", user=administrator)
    zone_of(page).locator('input[type="file"]').set_input_files(large)
    expect(zone_of(page)).to_contain_text("complete", timeout=20000)
    page.reload()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if "/uploads/" in request.url else None)
    zone_of(page).locator('input[type="file"]').set_input_files(large)
    expect(zone_of(page)).to_contain_text("complete", timeout=20000)
    assert sent == ["HEAD"]
    assert PartialUpload.objects.count() == 1
