"""The guide's client, run as a reader would run it: against a server, with nothing but Python."""

import subprocess
import sys
from decimal import Decimal

import pytest
from django.conf import settings

from inventory.models import StockLevel
from pricing.models import SalesLine
from tests.factories.api import make_client
from tests.factories.partners import make_product
from tests.factories.stock import make_location

CLIENT = settings.BASE_DIR / "docs" / "guides" / "erp_client.py"


@pytest.fixture
def run(live_server, acme, tmp_path):
    client, secret = make_client()
    make_location("WH-EAST")
    make_product("A-100")
    environment = {
        "CHANNELHUB_URL": live_server.url,
        "CLIENT_ID": client.client_id,
        "CLIENT_SECRET": secret,
        "LOCATION": "WH-EAST",
        "PRODUCT": "A-100",
        "PARTNER": "acme",
        "MARK_FILE": str(tmp_path / "since"),
    }

    def run(**changed):
        return subprocess.run(
            [sys.executable, "-I", CLIENT], env={**environment, **changed}, capture_output=True, text=True, check=False
        )

    return run


def test_the_client_of_the_guide_does_what_the_guide_says(run):
    first, second = run(), run()

    assert (first.stdout.splitlines(), first.stderr) == (
        [
            "stock: taken 1 refused 0",
            "stock: on hand 120 of A-100 at WH-EAST",
            "sales: taken 1 unchanged 0 refused 0",
            "sales: taken 0 unchanged 1 refused 0",
            "postings: changed 0",
        ],
        "",
    )
    assert second.stdout.splitlines()[2:4] == ["sales: taken 0 unchanged 1 refused 0"] * 2
    assert (StockLevel.objects.get().on_hand, SalesLine.objects.count()) == (Decimal(120), 1)


def test_a_refusal_is_told_with_its_code(run):
    assert run(CLIENT_SECRET="wrong").stderr.startswith("401 invalid_client: ")
