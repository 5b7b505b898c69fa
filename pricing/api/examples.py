"""Examples in the OpenAPI document."""

from drf_spectacular.utils import OpenApiExample

LINE = {
    "external_id": "SO-1001-1",
    "kind": "sell_out",
    "partner": "acme",
    "product": "BK-R89B-58",
    "document": "SO-1001",
    "document_line": "1",
    "booked_on": "2026-03-16",
    "quantity": "2",
    "currency": "CNY",
    "net_amount": "4199.80",
    "sold_into": "CN-SH",
}
RECEIPT = {
    "batch": 4711,
    "taken": 1,
    "unchanged": 0,
    "rejected": [
        {"row": 2, "field": "product", "rule": "unknown_code", "message": "No record has this code.", "value": "BK-X"},
    ],
}
SALES = [
    OpenApiExample(
        "Two lines",
        {"reference": "2026-03-16", "lines": [LINE, {**LINE, "external_id": "SO-1001-2", "product": "BK-X"}]},
        request_only=True,
    ),
    OpenApiExample("One taken, one refused", RECEIPT, response_only=True, status_codes=["201"]),
]
