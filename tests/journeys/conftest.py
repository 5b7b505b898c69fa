import os
import shutil
from pathlib import Path

import pytest
from django.urls import reverse

from tests.factories.partners import PASSWORD
from tests.reporting import NO_CHROMIUM

# Playwright's own loop runs in the test's thread; Django takes that for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

HERE = Path(__file__).parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
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
