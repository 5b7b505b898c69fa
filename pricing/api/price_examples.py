"""Examples in the OpenAPI document."""

from drf_spectacular.utils import OpenApiExample

ROW = {
    "price_list": "LP-EAST",
    "product": "BK-R89B-58",
    "min_quantity": "1",
    "unit_price": "1199.00",
    "valid_from": "2026-04-01",
}
PRICES = [OpenApiExample("Two breaks", {"lines": [ROW, {**ROW, "min_quantity": "50", "unit_price": "1111.00"}]})]
QUESTION = {
    "partner": "acme",
    "currency": "CNY",
    "on": "2026-03-16",
    "ladder": True,
    "lines": [{"product": "BK-R89B-58", "quantity": "20"}],
}
ANSWER = {
    "partner": "acme",
    "on": "2026-03-16",
    "known_at": "2026-03-16T02:00:00.000000Z",
    "results": [
        {
            "product": "BK-R89B-58",
            "quantity": "20",
            "refusal": None,
            "message": "",
            "currency": "CNY",
            "price_list": "LP-EAST",
            "list_price": "1199",
            "unit_price": "1079.1",
            "amount": "21582",
            "promotion": "SPRING",
            "agreement": "",
            "line_discount": "0",
            "valid_until": "2026-03-31",
            "break_mode": "all_units",
            "next_break": {"quantity": "50", "more": "30", "unit_price": "999", "saves": "80.1"},
            "ladder": [
                {"quantity": "1", "unit_price": "1079.1", "promotion": "SPRING"},
                {"quantity": "50", "unit_price": "999", "promotion": "SPRING"},
            ],
            "steps": [
                {
                    "kind": "list",
                    "code": "LP-EAST",
                    "fired": True,
                    "reason": "",
                    "amount": "1199",
                    "values": {"min_quantity": "1", "valid_from": "2026-01-01", "break_mode": "all_units"},
                },
                {
                    "kind": "promotion",
                    "code": "SPRING",
                    "fired": True,
                    "reason": "",
                    "amount": "-119.9",
                    "values": {"effect": "percent_off", "value": "0.10"},
                },
            ],
        },
    ],
}
ANSWERS = [
    OpenApiExample("One line", QUESTION, request_only=True),
    OpenApiExample("Its price", ANSWER, response_only=True),
]
