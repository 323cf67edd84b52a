"""A fellow signs in on a phone: from the mail to the own home in two taps, and nothing to type."""

import pytest
from playwright.sync_api import expect

from tests.browser.visits import PHONE, address_of, read_mail

pytestmark = pytest.mark.browser
FELLOW = "Amara Okafor"
THUMB = 44
"""Pixels that a thumb meets at least."""
COUNT = """
for (const kind of ["pointerdown", "keydown", "input"]) {
  addEventListener(kind, (event) => event.isTrusted && window.counted(kind), { capture: true });
}
"""


@pytest.fixture
def phone(door):
    """A page on a phone, and what a person does to it: taps, keys, typing."""
    with door.open(viewport=PHONE, has_touch=True, is_mobile=True) as page:
        done = []
        page.context.expose_function("counted", lambda kind: done.append(kind))  # noqa: PLW0108 - Playwright sets an attribute on it, which a built-in method does not take
        page.context.add_init_script(COUNT)
        yield page, done


def ask_for_a_link(page):
    page.goto("/sign-in")
    page.get_by_label("address").fill(address_of(FELLOW))
    page.get_by_role("button", name="Mail me a link").tap()
    page.wait_for_url("**/sign-in/sent")
    read_mail(page, to=address_of(FELLOW), subject="Your link to sign in")
    expect(page.get_by_role("heading", name="Your link to sign in")).to_be_visible()


def out_of_reach(control):
    """What keeps a thumb from it without scrolling, on the first screen."""
    box = control.bounding_box()
    found = ["too low"] if box["height"] < THUMB or box["width"] < THUMB else []
    return found + (
        ["below the screen"] if box["y"] < 0 or box["y"] + box["height"] > PHONE["height"] else []
    )


def test_two_taps_lead_from_the_mail_to_the_home(phone):
    page, done = phone
    ask_for_a_link(page)
    done.clear()
    page.locator("main a[href*='/sign-in/']").tap()
    button = page.get_by_role("main").get_by_role("button", name="Sign in")
    expect(button).to_be_visible()
    assert out_of_reach(button) == []
    assert page.locator("main input:not([type=hidden]), main textarea, main select").count() == 0
    button.tap()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page).to_have_url("/fellow")
    assert done == ["pointerdown"] * 2


def test_a_button_that_is_small_or_far_down_and_a_third_tap_are_seen(phone):
    page, done = phone
    page.goto("/sign-in")
    button = page.get_by_role("button", name="Mail me a link")
    assert out_of_reach(button) == []
    done.clear()
    page.get_by_label("address").tap()
    page.keyboard.type("a")
    assert done == ["pointerdown", "keydown", "input"]
    button.evaluate("button => button.style.cssText = 'min-height: 0; height: 20px; padding: 0'")
    assert out_of_reach(button) == ["too low"]
    button.evaluate("button => button.style.cssText = 'position: absolute; top: 900px'")
    assert out_of_reach(button) == ["below the screen"]
