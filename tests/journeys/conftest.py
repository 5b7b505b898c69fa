import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from tests.factories.partners import PASSWORD
from tests.journeys import axe
from tests.journeys.reading import SIZES
from tests.reporting import NO_CHROMIUM

# Playwright's own loop runs in the test's thread; Django takes that for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

HERE = Path(__file__).parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# "make pictures" has the journeys write the guides' pictures: a manager's from a desk, a dealer's from a phone.
PICTURES = Path(settings.BASE_DIR) / "docs" / "guides" / "pictures" if os.environ.get("PICTURES") else None
PICTURED = {"manager": "desk", "dealer": "phone"}
SMALL_DESK = {"width": 1280, "height": 760}
LARGEST_PICTURE = 120 * 1024
HARMLESS = ("/favicon.ico",)  # Chromium asks by itself where a page names none


def pytest_collection_modifyitems(items):
    if CHROMIUM is None:
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium: nothing is downloaded. Root and containers have no sandbox of their own."""
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(scope="session")
def base_url(live_server):
    return live_server.url


def told(message):
    return f"{message.text} {message.location.get('url', '')}"


@pytest.fixture
def page(page):
    """A page on which no script failed, nothing was forbidden by the policy and nothing was missing."""
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: message.type == "error" and troubles.append(told(message)))
    yield page
    assert [trouble for trouble in troubles if not any(word in trouble for word in HARMLESS)] == []


@pytest.fixture
def sign_in(page):
    """Sign a person in as people do."""

    def by_form(user, password=PASSWORD):
        page.goto(reverse("account_login"))
        page.locator("input[name=login]").fill(user.email)
        page.locator("input[name=password]").fill(password)
        page.locator("form button[type=submit]").filter(has_text="Sign in").click()
        page.wait_for_load_state()

    return by_form


@pytest.fixture(params=SIZES)
def sized(request, page):
    """The page on a desk and on a phone."""
    page.set_viewport_size(SIZES[request.param])
    return page


@pytest.fixture
def look(page):
    """Look at the page at hand: axe finds nothing serious, nothing is wider than the screen; maybe take a picture."""
    found = {}

    def at_page(picture=""):
        page.wait_for_load_state()
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong = axe.serious(page) + ([("too wide", wider)] if wider else [])
        if wrong:
            found[page.url] = wrong
        if PICTURES and picture and page.viewport_size == SIZES[PICTURED[picture.partition("-")[0]]]:
            take(page, PICTURES / f"{picture}.png")

    yield at_page
    assert found == {}


def take(page, path):
    """A picture of what is on the screen, small enough to be kept with the source."""
    path.parent.mkdir(exist_ok=True)
    kept = page.viewport_size
    if kept["width"] > SMALL_DESK["width"]:
        page.set_viewport_size(SMALL_DESK)
        page.wait_for_timeout(300)  # charts draw themselves again
    page.screenshot(path=path, animations="disabled", caret="hide")
    page.set_viewport_size(kept)
    assert path.stat().st_size <= LARGEST_PICTURE
