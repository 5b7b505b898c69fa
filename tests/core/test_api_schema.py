"""The OpenAPI document: complete, without warnings, and readable without another host."""

import io
import json
import re

import pytest
from django.core.management import call_command
from django.test import Client

from channelhub.lib.errors import DomainError
from tests.factories.api import erp

SCHEMA = "/api/v1/schema/"
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(db):
    return Client().get(SCHEMA).json()


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS & set(item):
            yield path, method, item[method]


def test_the_document_is_made_without_a_warning_and_is_valid(capsys):
    call_command("spectacular", fail_on_warn=True, validate=True, stdout=io.StringIO())

    assert capsys.readouterr().err == ""


def test_it_is_openapi_3_1_and_open_to_everybody(document):
    assert document["openapi"] == "3.1.0"
    assert Client().get(SCHEMA, headers={"Accept": "application/yaml"}).content.startswith(b"openapi: 3.1.0")


def test_every_operation_says_how_to_be_let_in(document):
    schemes = document["components"]["securitySchemes"]

    assert {scheme["type"] for scheme in schemes.values()} == {"oauth2", "apiKey", "http"}
    assert schemes["oauth2"]["flows"]["clientCredentials"]["tokenUrl"] == "/api/o/token/"
    assert [path for path, _, operation in operations(document) if not operation.get("security")] == []


def test_every_refusal_is_documented_as_a_problem(document):
    for path, method, operation in operations(document):
        if path.startswith("/api/v1/"):
            assert {"401", "403", "406", "429"} <= set(operation["responses"]), (method, path)
        for status, response in operation["responses"].items():
            assert response["description"], (method, path, status)
            if status >= "400" and path.startswith("/api/v1/"):
                assert set(response["content"]) == {"application/problem+json"}, (method, path, status)


def test_writing_operations_say_what_headers_they_need(document):
    def headers_of(path, method):
        parameters = document["paths"][path][method]["parameters"]
        return {p["name"] for p in parameters if p["in"] == "header" and p.get("required")}

    assert headers_of("/api/v1/pricing/sales-lines/", "post") == {"Idempotency-Key"}
    assert headers_of("/api/v1/partners/partners/{id}/", "patch") == {"If-Match"}


def test_the_scopes_in_the_document_are_those_that_are_asked_for(document):
    operation = document["paths"]["/api/v1/pricing/sales-lines/"]["post"]

    assert {"oauth2": ["sales:write"]} in operation["security"]


def test_the_examples_are_good_requests(document, acme):
    content = document["paths"]["/api/v1/pricing/sales-lines/"]["post"]["requestBody"]["content"]
    [example] = content["application/json"]["examples"].values()

    answer = erp().post(
        "/api/v1/pricing/sales-lines/",
        json.dumps(example["value"]),
        content_type="application/json",
        headers={"Idempotency-Key": "example"},
    )

    assert answer.status_code == 200
    assert {r["rule"] for r in answer.json()["rejected"]} == {"unknown_code"}


def test_every_code_of_a_refusal_is_listed(document):
    def codes(kind):
        return {kind.code}.union(*(codes(child) for child in kind.__subclasses__()))

    listed = set(re.findall(r"^\| `(\w+)` \| \d{3} \|", document["info"]["description"], re.MULTILINE))

    assert codes(DomainError) - {"domain_error"} - listed == set()


@pytest.mark.django_db
def test_the_interactive_docs_load_nothing_from_another_host():
    page = Client().get("/api/v1/docs/").content.decode()

    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(sources) >= 3
    assert [source for source in sources if not source.startswith("/static/")] == []
    assert "/api/v1/schema/" in page


@pytest.mark.django_db
def test_the_docs_files_are_served():
    answer = Client().get("/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js")
    answer.close()

    assert answer.status_code == 200
