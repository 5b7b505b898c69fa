"""The contracts a new installation begins with: words to be read by a lawyer before they are used."""

import json
from pathlib import Path
from typing import Any

TEMPLATES: list[dict[str, Any]] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
