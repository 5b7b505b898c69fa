"""Examples in the OpenAPI document."""

from drf_spectacular.utils import OpenApiExample

ROW = {
    "location": "WH-EAST",
    "product": "BK-R89B-58",
    "on_hand": "42",
    "reserved": "5",
    "counted_at": "2026-03-16T08:30:00+08:00",
}
RECEIPT = {
    "batch": 311,
    "taken": 1,
    "changed": 1,
    "unchanged": 0,
    "outdated": 0,
    "rejected": [
        {"row": 2, "field": "product", "rule": "unknown_code", "message": "No record has this code.", "value": "BK-X"},
    ],
    "absent": 0,
    "absent_levels": [],
    "not_reconciled": [],
}
STOCK = [
    OpenApiExample(
        "Two levels",
        {"reference": "2026-03-16 morning", "lines": [ROW, {**ROW, "product": "BK-X"}]},
        request_only=True,
    ),
    OpenApiExample("One taken, one refused", RECEIPT, response_only=True, status_codes=["201"]),
]
