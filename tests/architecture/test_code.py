import ast

from django.apps import apps
from django.template.loader import get_template

from tests.architecture.repository import APPS, ROOT, files, named

LONGEST_FUNCTION = 40
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def modules(*layers):
    """The modules of these layers in every app, parsed."""
    for path in files():
        name = named(path)
        app = next((app for app in APPS if name.startswith(f"{app}/")), None)
        if app and path.suffix == ".py" and name.removeprefix(f"{app}/").split("/")[0].removesuffix(".py") in layers:
            yield name, ast.parse(path.read_text())


def test_every_service_and_rule_says_what_it_does():
    silent = [
        f"{name}:{function.lineno} {function.name}"
        for name, tree in modules("services", "rules")
        for function in tree.body
        if isinstance(function, FUNCTIONS) and not function.name.startswith("_") and not ast.get_docstring(function)
    ]

    assert silent == []


def test_every_model_says_what_a_row_means():
    """Django writes ``Name(field, field)`` where nobody wrote a docstring; pghistory's event models are made."""
    silent = [
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith(tuple(app.replace("/", ".") for app in APPS))
        if not hasattr(model, "pgh_tracked_model") and model.__doc__.startswith(f"{model.__name__}(")
    ]

    assert silent == []


def test_no_function_is_longer_than_forty_lines():
    """Tests may be: theirs are lists of cases."""
    long = [
        f"{named(path)}:{node.lineno} {node.name}: {length}"
        for path in files()
        if path.suffix == ".py" and not {"migrations", "tests"} & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, FUNCTIONS) and (length := node.end_lineno - node.lineno + 1) > LONGEST_FUNCTION
    ]

    assert long == []


def test_no_model_overrides_save_or_delete():
    """Set-based writes would pass them by; constraints and services hold the rules."""
    overridden = [
        f"{name}:{method.lineno} {model.name}.{method.name}"
        for name, tree in modules("models")
        for model in tree.body
        if isinstance(model, ast.ClassDef)
        for method in model.body
        if isinstance(method, FUNCTIONS) and method.name in {"save", "delete"}
    ]

    assert overridden == []


def test_every_template_compiles():
    templates = ROOT / "templates"
    for path in files():
        if path.is_relative_to(templates):
            get_template(path.relative_to(templates).as_posix())
