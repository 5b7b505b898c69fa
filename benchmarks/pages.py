"""The most used pages and API lists on the ``large`` demo, through the web server with two processes, as people wait.

``slowest_page``: the worst p95 of all of them in ms; 500 is the mark. ``list_100``: the API's list of 100 sales lines,
by our view and by a plain ``ModelSerializer`` with the same fields over the same rows, in alternated pairs in this
process: the plain one's time over ours. ``--scale 1`` is ``large``; its database is kept for the next run.
"""

import http.client
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from benchmarks import harness
from benchmarks.harness import Result, say

MARK, TIMES_FASTER = 500.0, 2.0
WARM, ASKED, READERS = 4, 40, 2
LISTS = 60
MANAGER, DEALER, PASSWORD = "manager@channelhub.example", "dealer@channelhub.example", "channel-demo"
# Who asks, and for which page.
PAGES = (
    ("manager", "/admin/"),
    ("manager", "/admin/partners/partner/"),
    ("manager", "/admin/partners/partner/{partner}/change/"),
    ("manager", "/admin/pricing/salesline/"),
    ("manager", "/admin/pricing/rebateaccount/"),
    ("manager", "/admin/inventory/stocklevel/"),
    ("manager", "/admin/performance/finding/"),
    ("dealer", "/portal/"),
    ("dealer", "/portal/prices/"),
    ("dealer", "/portal/stock/"),
    ("dealer", "/portal/sales/"),
    ("dealer", "/portal/statements/"),
    ("erp", "/api/v1/partners/partners/"),
    ("erp", "/api/v1/partners/products/"),
    ("erp", "/api/v1/pricing/sales-lines/"),
    ("erp", "/api/v1/inventory/stock-levels/"),
)
Headers = dict[str, str]


def prepare(scale: float) -> None:
    """The demo of that size and its night, once."""
    from django.core.management import call_command
    from django.utils import timezone

    from partners.models import Partner
    from performance.rules.demo.scales import SCALES, Scale
    from performance.services.demo.seed import seed_demo

    if Partner.objects.exists():
        return
    large = SCALES["large"]
    size = Scale(
        "bench",
        max(60, int(large.partners * scale)),
        max(200, int(large.products * scale)),
        int(large.lines * scale),
    )
    begun = time.perf_counter()
    seed_demo(scale=size, seed=1, at=timezone.now(), say=say)
    say(f"seeded {size.lines:,} lines in {time.perf_counter() - begun:.0f} s")
    begun = time.perf_counter()
    call_command("nightly")
    say(f"the night took {time.perf_counter() - begun:.0f} s")
    _vacuum()


def _vacuum() -> None:
    from channelhub.lib import sql

    sql.run("VACUUM ANALYZE")


@contextmanager
def server() -> Iterator[int]:
    """The web server of ``make demo`` with its two processes; its port."""
    from performance.management.commands.demo import PROCESSES

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "API_REQUESTS_PER_MINUTE": "1000000"}
    command = PROCESSES["web"].format(host="127.0.0.1", port=port)
    process = subprocess.Popen(command, shell=True, cwd=harness.ROOT, env=environment, start_new_session=True)
    try:
        _wait_for(port, process)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the web server ended by itself")
        try:
            if Asker(port, {}).get("/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the web server does not answer")


class Asker:
    """One reader's connection, kept open as a browser does."""

    def __init__(self, port: int, headers: Headers) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Accept-Language": "en", **headers}

    def get(self, path: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        self.connection.request("GET", path, headers=self.headers)
        return self._answer()

    def post(self, path: str, fields: dict[str, str], headers: Headers) -> tuple[int, bytes, http.client.HTTPMessage]:
        sent = {**self.headers, **headers, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", path, urlencode(fields), sent)
        return self._answer()

    def _answer(self) -> tuple[int, bytes, http.client.HTTPMessage]:
        answer = self.connection.getresponse()
        return answer.status, answer.read(), answer.headers


def signed_in(port: int, email: str) -> Headers:
    """A person's session, by the form."""
    asker, path = Asker(port, {}), "/account/login/"
    _status, page, headers = asker.get(path)
    cookies = _cookies(headers)
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    fields = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token[1].decode() if token else ""}
    shown = {"Cookie": cookies, "Referer": f"http://127.0.0.1:{port}{path}"}
    status, _page, headers = asker.post(path, fields, shown)
    if status != 302:
        raise RuntimeError(f"{email} was not let in: {status}")
    return {"Cookie": f"{cookies}; {_cookies(headers)}"}


def _cookies(headers: http.client.HTTPMessage) -> str:
    return "; ".join(line.split(";")[0] for line in headers.get_all("Set-Cookie") or [])


def with_token(port: int) -> Headers:
    """A machine's token: of a client made for this run, because the demo tells its secret only once."""
    from django.conf import settings

    from partners.services.api_clients import create_client

    client, secret = create_client(name="Benchmark", partner=None, scopes=list(settings.API_SCOPES))
    fields = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}
    status, body, _headers = Asker(port, {}).post("/api/o/token/", fields, {})
    if status != 200:
        raise RuntimeError(f"no token: {status} {body[:200]!r}")
    return {"Authorization": f"Bearer {json.loads(body)['access_token']}", "Accept": "application/json"}


def measure(port: int, path: str, headers: Headers) -> list[float]:
    """How long each answer took, in ms, for two readers at once; refuses a page that does not answer 200."""
    taken: list[float] = []
    refused: list[int] = []

    def read(times: int) -> None:
        asker = Asker(port, headers)
        for number in range(WARM + times):
            begun = time.perf_counter()
            status = asker.get(path)[0]
            if status != 200:
                refused.append(status)
                return
            if number >= WARM:
                taken.append((time.perf_counter() - begun) * 1000)

    readers = [threading.Thread(target=read, args=(ASKED // READERS,)) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    if refused:
        raise RuntimeError(f"{path} answered {refused[0]}")
    return sorted(taken)


def pages() -> float:
    """The worst p95 in ms; prints the median and p95 of every page."""
    from django.urls import Resolver404, resolve

    from partners.models import Partner

    partner = Partner.objects.get(code="D-EAST").pk
    worst = 0.0
    with server() as port:
        known = {"manager": signed_in(port, MANAGER), "dealer": signed_in(port, DEALER), "erp": with_token(port)}
        print(f"{'page':<52}{'median ms':>12}{'p95 ms':>12}")
        for who, pattern in PAGES:
            path = pattern.format(partner=partner)
            try:
                resolve(path)
            except Resolver404:
                print(f"{who} {path}: no such page", flush=True)
                continue
            taken = measure(port, path, known[who])
            p95 = taken[int(len(taken) * 0.95) - 1]
            worst = max(worst, p95)
            print(f"{who + ' ' + path:<52}{statistics.median(taken):>12.1f}{p95:>12.1f}", flush=True)
    return worst


def list_100() -> tuple[float, float]:
    """Medians in seconds of our list of 100 sales lines and of the plain one."""
    from django.utils import timezone
    from rest_framework.test import APIRequestFactory, force_authenticate

    from channelhub.core.models import User
    from channelhub.core.services import acting
    from pricing.api.viewsets import SalesLineViewSet

    user = User.objects.get(email=MANAGER)
    user.acting = acting.of_session(user, {}, timezone.now())
    factory = APIRequestFactory()

    def asked(view: Callable) -> Callable[[], None]:
        def ask() -> None:
            request = factory.get("/api/v1/pricing/sales-lines/", {"page_size": 100})
            force_authenticate(request, user)
            response = view(request)
            response.render()
            rows = json.loads(response.content)["results"]
            if response.status_code != 200 or len(rows) != 100:
                raise RuntimeError(f"{response.status_code}: {len(rows)} rows")

        return ask

    more = {"throttle_classes": [], "permission_classes": []}
    ours = asked(SalesLineViewSet.as_view({"get": "list"}, **more))
    plain = asked(_plain().as_view({"get": "list"}, **more))
    times: dict[Callable, list[float]] = {ours: [], plain: []}
    for number in range(LISTS):
        for ask in (ours, plain) if number % 2 else (plain, ours):
            times[ask].append(harness.timed(ask))
    return statistics.median(times[ours][5:]), statistics.median(times[plain][5:])


def _plain() -> type:
    """The same rows and fields as anybody would write it: a ``ModelSerializer``, codes by ``SlugRelatedField``."""
    from rest_framework import serializers

    from channelhub.core.api.viewsets import ReadViewSet
    from pricing.api.viewsets import SalesLineViewSet
    from pricing.models import SalesLine

    def code(field: str = "code") -> serializers.SlugRelatedField:
        return serializers.SlugRelatedField(slug_field=field, read_only=True)

    class PlainLine(serializers.ModelSerializer):
        partner, other_partner, product_line = code(), code(), code()
        home_territory, sold_into, product = code(), code(), code("sku")
        kind = serializers.CharField(source="get_kind_display")

        class Meta:
            model = SalesLine
            exclude = ("content_hash", "feed")

    class PlainView(ReadViewSet):
        queryset, filterset_class = SalesLineViewSet.queryset, SalesLineViewSet.filterset_class
        changed_field, serializer_class = SalesLineViewSet.changed_field, PlainLine
        get_queryset = SalesLineViewSet.get_queryset

    return PlainView


def main() -> None:
    """Seed if need be, then pages through the server, then the lists."""
    options = harness.arguments(__doc__)
    with harness.database(f"pages{int(options.scale * 1000)}", keep=True):
        prepare(options.scale)
        worst = pages()
        ours, plain = list_100()
        harness.report(
            "pages",
            [
                Result.at_most("slowest_page", worst, MARK, 1.0),
                Result.times_faster("list_100", ours * 1000, plain * 1000, TIMES_FASTER),
            ],
        )


if __name__ == "__main__":
    sys.exit(main())
