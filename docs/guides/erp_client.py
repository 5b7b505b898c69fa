#!/usr/bin/env python3
"""A small client of the ChannelHub API, with nothing but Python: copy it and make it yours.

    CHANNELHUB_URL=http://127.0.0.1:8000 CLIENT_ID=… CLIENT_SECRET=… python3 erp_client.py

It reports stock, reads it back, enters sold lines twice (the second time changes nothing), and reads the rebate
postings that changed since it last asked.
"""

import json
import os
import sys
import uuid
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen


class ChannelHub:
    """One client of one installation. Every refusal raises with its code and what to do about it."""

    def __init__(self, url, client_id, secret):
        self.url = url.rstrip("/")
        basic = b64encode(f"{client_id}:{secret}".encode()).decode()
        form = urlencode({"grant_type": "client_credentials"}).encode()
        answer = self._send("POST", "/api/o/token/", form, {"Authorization": f"Basic {basic}"})
        self.headers = {"Authorization": f"Bearer {answer['access_token']}"}

    def _send(self, method, path, body=None, headers=()):
        address = path if path.startswith("http") else self.url + path
        request = Request(address, data=body, headers=dict(headers), method=method)
        try:
            with urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except HTTPError as error:
            problem = json.load(error)
            code = problem.get("code") or problem.get("error")
            raise SystemExit(
                f"{error.code} {code}: {problem.get('detail', '')} {problem.get('instance', '')}"
            ) from None

    def post(self, path, body):
        """Send what writes. The key makes it safe to repeat: keep it with the message until you have an answer."""
        headers = {**self.headers, "Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        return self._send("POST", path, json.dumps(body).encode(), headers)

    def pages(self, path, **filters):
        """Every row of a list, page by page, and where to begin the next time."""
        address, since = f"{path}?{urlencode(filters)}", None
        rows = []
        while address:
            page = self._send("GET", address, headers=self.headers)
            rows += page["results"]
            address, since = page["next"], since or page["next_since"]
        return rows, since


def main():
    hub = ChannelHub(os.environ["CHANNELHUB_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
    location, product, partner = os.environ["LOCATION"], os.environ["PRODUCT"], os.environ["PARTNER"]
    now = datetime.now(UTC)

    receipt = hub.post(
        "/api/v1/inventory/stock-levels/",
        {"lines": [{"location": location, "product": product, "on_hand": "120", "counted_at": now.isoformat()}]},
    )
    print("stock: taken", receipt["taken"], "refused", len(receipt["rejected"]))
    levels, _ = hub.pages("/api/v1/inventory/stock-levels/", location=location, product=product)
    print("stock: on hand", levels[0]["on_hand"], "of", levels[0]["product"], "at", levels[0]["location"])

    line = {
        "external_id": "SO-1-1",
        "kind": "sell_in",
        "partner": partner,
        "product": product,
        "booked_on": now.date().isoformat(),
        "quantity": "2",
        "currency": "CNY",
        "net_amount": "4199.80",
    }
    for _ in range(2):
        receipt = hub.post("/api/v1/pricing/sales-lines/", {"lines": [line]})
        print("sales: taken", receipt["taken"], "unchanged", receipt["unchanged"], "refused", len(receipt["rejected"]))

    mark = Path(os.environ.get("MARK_FILE", "postings.since"))
    since = {"updated_since": mark.read_text()} if mark.exists() else {}
    postings, next_since = hub.pages("/api/v1/pricing/rebate-postings/", **since)
    print("postings: changed", len(postings))
    mark.write_text(next_since)  # only now that they are stored on your side


if __name__ == "__main__":
    sys.exit(main())
