"""A person sets up an authenticator app and a security key, and signs in with each."""

import base64
import hashlib
import hmac
import struct
import time

from playwright.sync_api import Page, expect

from core.models import User
from themis.tests.accessibility import assert_good_in_every_look
from themis.tests.browser import Surfer

PASSWORD = "correct-horse-1"


def code_of(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238), sharing no code with us."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter, hashlib.sha1)
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Menu of").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login/**")


def plug_in_a_key(page: Page) -> None:
    """A security key that somebody touches whenever it blinks."""
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    debugger.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_an_app_and_a_key_are_set_up_and_open_the_door(alice: User, surfer: Surfer) -> None:
    alice.set_password(PASSWORD)
    alice.save()
    page = surfer.open("/accounts/login/")
    plug_in_a_key(page)
    sign_in(page)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Activate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm Access")
    assert_good_in_every_look(page, "confirm-access")
    page.get_by_role("link", name="Back without").click()
    expect(page.get_by_role("heading", name="Authenticator App")).to_be_visible()
    page.get_by_role("link", name="Activate").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()

    # The picture to be scanned is drawn, not only there.
    picture = page.locator("main img[src^='data:image/svg']")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 0
    assert picture.evaluate("image => image.getBoundingClientRect().width") >= 150
    assert_good_in_every_look(page, "totp")
    secret = page.get_by_label("Authenticator secret").text_content() or ""
    page.get_by_label("code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_role("heading", name="Recovery Codes", level=2)).to_be_visible()
    assert_good_in_every_look(page, "recovery-codes")

    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("No security keys yet")).to_be_visible()
    page.get_by_role("link", name="Add a security key").click()
    assert_good_in_every_look(page, "key-add")
    page.get_by_label("Name").fill("The key on my ring")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: "add" not in url)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("The key on my ring").first).to_be_visible()
    assert_good_in_every_look(page, "keys")
    page.goto("/accounts/2fa/")
    assert_good_in_every_look(page, "two-factor")

    sign_out(page)
    sign_in(page)
    assert_good_in_every_look(page, "second-factor")
    page.get_by_label("code").fill(code_of(secret))
    page.get_by_role("button", name="Sign In", exact=True).click()
    page.wait_for_url("**/")
    sign_out(page)
    sign_in(page)
    page.get_by_role("button", name="key").click()
    page.wait_for_url("**/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
