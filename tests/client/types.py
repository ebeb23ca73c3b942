"""The client's types, written from the OpenAPI document: `python -m tests.client.types` writes them anew."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.running import ROOT, environment

FILE = ROOT / "service/client/types.py"
_OPENAI = {
    "ChatRequest",
    "Choice",
    "Completion",
    "Message",
    "Model",
    "ModelList",
    "Part",
    "Reply",
    "StreamOptions",
    "Usage",
}
_DOCUMENT = "import json; from service.app import create_app; print(json.dumps(create_app().openapi()))"
_HEAD = '''"""What the API takes and gives, as dictionaries with types. Written from the OpenAPI document, not by hand:
`python -m tests.client.types`."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict
'''
_SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def document() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as data:
        said = subprocess.run(
            [sys.executable, "-c", _DOCUMENT],
            env=environment(Path(data)),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def source(document: dict[str, Any]) -> str:
    """The module's text: a class for each schema that isn't OpenAI's, for whose API there are other clients."""
    schemas = document["components"]["schemas"]
    names = sorted(name for name in schemas if name not in _OPENAI and not name.startswith("OpenAI"))
    return "\n\n".join([_HEAD.rstrip(), *(_class(name, schemas[name]) for name in names)]) + "\n"


def _class(name: str, schema: dict[str, Any]) -> str:
    lines = [f"class {name}(TypedDict):"]
    if described := schema.get("description"):
        lines += [f'    """{described.splitlines()[0]}"""', ""]
    sent = name.endswith("Request") or name in ("Filters", "Turn")
    required = set(schema.get("required", ())) if sent else set(schema["properties"])
    for field, about in schema["properties"].items():
        kind = _type(about)
        lines.append(f"    {field}: {kind if field in required else f'NotRequired[{kind}]'}")
    return "\n" + "\n".join(lines)


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return f"Literal[{json.dumps(schema['const'])}]"
    if "enum" in schema:
        return f"Literal[{', '.join(json.dumps(value) for value in schema['enum'])}]"
    if "anyOf" in schema:
        kinds = [_type(one) for one in schema["anyOf"]]
        return " | ".join(kind for kind in dict.fromkeys(kinds) if not (kind == "int" and "float" in kinds))
    if schema.get("type") == "array":
        return f"list[{_type(schema['items'])}]"
    if schema.get("type") == "object":
        return "dict[str, Any]"
    return _SIMPLE[schema["type"]]


def main() -> None:
    FILE.write_text(source(document()), "utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", FILE], check=True)


if __name__ == "__main__":
    main()
