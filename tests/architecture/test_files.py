import re
from pathlib import Path

from tests.architecture.repository import ROOT, files, named, texts

LONGEST = 400
OURS = {".py", ".html", ".css", ".js", ".sql", ".txt"}

# Written in parts, so that this file does not name what no file may name.
STRANGERS = re.compile(
    "|".join(
        [
            r"pypi\.(?:org|python)",
            r"python" + r"hosted\.org",
            r"registry\." + r"(?:npm|yarn)",
            r"npm" + r"mirror",
            r"(?<![\w.~-])/(?:work|root|home|Users)/" + r"\w",
            r"/opt/" + r"(?:pypi|wheels)",
            r"\.\./" + r"shared",
        ]
    )
)
DATA_DEFAULT = "tests/acceptance/"  # the folder with real data that a person may name by CHANNELHUB_DATA


def test_no_file_is_longer_than_four_hundred_lines():
    sizes = {
        named(path): len(path.read_text().splitlines())
        for path in files()
        if path.suffix in OURS and "migrations" not in path.parts and path.name != "requirements.lock"
    }

    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}


def test_every_folder_with_python_is_a_package():
    """import-linter does not see modules in a folder without ``__init__.py``."""
    guides = ROOT / "docs" / "guides"  # examples to copy, imported by nobody
    folders = {path.parent for path in files() if path.suffix == ".py"} - {ROOT, guides}

    assert [named(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_no_file_names_a_registry_or_a_path_of_one_machine():
    found = [
        f"{named(path)}:{number}: {line.strip()[:80]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if STRANGERS.search(line) and not named(path).startswith(DATA_DEFAULT)
    ]

    assert found == []


def test_python_lock_names_no_place_to_install_from():
    lines = (ROOT / "requirements.lock").read_text().splitlines()

    assert [line for line in lines if re.search(r"index|find-links|://", line) and "#" not in line] == []
    assert [line for line in lines if line.startswith("-")] == []


def test_every_python_package_is_pinned_by_hash():
    text = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^[A-Za-z0-9][^\n]*==", text, re.MULTILINE)

    assert len(pins) > 0
    assert len(re.findall(r"^[A-Za-z0-9][^\n]*\\\n    --hash=", text, re.MULTILINE)) == len(pins)


def test_front_end_lock_names_no_place_to_install_from():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_front_end_versions_are_exact():
    versions = re.findall(r'^    "[^"]+": "([^"]+)"', (ROOT / "package.json").read_text(), re.MULTILINE)

    assert len(versions) > 0
    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_no_third_party_file_is_committed():
    foreign = [named(path) for path in files() if re.search(r"\.min\.(js|css)$|\.(woff2?|ttf|otf)$", path.name)]

    assert foreign == []
    assert not any(part in {"node_modules", "staticfiles"} for path in files() for part in Path(named(path)).parts)
