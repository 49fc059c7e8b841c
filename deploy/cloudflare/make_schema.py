"""Writes schema.json anew: what the Cloudflare provider knows of the resources that are used here.

    npm pack @cdktf/provider-cloudflare && tar xzf cdktf-provider-cloudflare-*.tgz
    python3 deploy/cloudflare/make_schema.py package

That npm package is generated from the provider's own schema, which is not to be had without the provider: names and
types are read from its `index.js`, what is required and which values there are from its `index.d.ts`.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

RESOURCES = (
    "dns_record", "ruleset", "tiered_cache", "workers_route", "workers_script", "zone_dnssec", "zone_setting",
)  # fmt: skip
_FUNCTION = re.compile(r"^function (\w+)(?<!Hcl)ToTerraform\(struct\) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_RETURNED = re.compile(r"^    return \{\n(.*?)^    \}", re.MULTILINE | re.DOTALL)
_OWN = re.compile(r"synthesizeAttributes\(\) \{\s+return \{\n(.*?)^        \};", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^\s+(\w+): (.*?),?$", re.MULTILINE)
_SIMPLE = {"string": "string", "number": "number", "boolean": "boolean", "any": "any"}
_DECLARED = re.compile(r"/\*\*(.*?)\*/\s+readonly (\w+)(\??): ", re.DOTALL)


def main(package: Path) -> None:
    made: dict[str, Any] = {}
    version = ""
    for name in RESOURCES:
        folder = package / "lib" / name.replace("_", "-")
        code, declared = (folder / "index.js").read_text(), (folder / "index.d.ts").read_text()
        version = re.findall(r"providerVersion: '([\d.]+)'", code)[0]
        structs = {name: "".join(_RETURNED.findall(body)) for name, body in _FUNCTION.findall(code)}
        own = _OWN.search(code)
        assert own is not None
        made[f"cloudflare_{name}"] = _fields(own[1], structs, declared, name)
    schema = {"provider": "cloudflare/cloudflare", "version": version, "resources": made}
    Path(__file__).with_name("schema.json").write_text(json.dumps(schema, indent=1) + "\n")


def _fields(text: str, structs: dict[str, str], declared: str, owner: str) -> dict[str, Any]:
    interface = owner[0].upper() + owner[1:] if owner in structs else _camel(owner) + "Config"
    found = re.search(rf"^export interface {interface} .*?^\}}", declared, re.MULTILINE | re.DOTALL)
    facts = {_snake(one[2]): (one[3] != "?", one[1]) for one in _DECLARED.finditer(found[0])} if found else {}
    fields = {}
    for name, value in _FIELD.findall(text):
        required, words = facts.get(name, (False, ""))
        field: dict[str, Any] = {"type": _type(value, structs, declared)}
        if required:
            field["required"] = True
        values = re.search(r"Available values: (.*?)\.$", words, re.MULTILINE)
        if values:
            field["values"] = re.findall(r'"([^"]+)"', values[1])
        fields[name] = field
    return fields


def _type(value: str, structs: dict[str, str], declared: str) -> Any:
    if value.startswith("cdktf.listMapper("):
        return [_type(value.removeprefix("cdktf.listMapper("), structs, declared)]
    if value.startswith("cdktf.hashMapper("):
        inner = _type(value.removeprefix("cdktf.hashMapper("), structs, declared)
        return "any" if inner == "any" else {"*": inner}  # of any type at all
    name = re.match(r"(?:cdktf\.)?(\w+)ToTerraform", value)
    assert name is not None, value
    if name[1] in _SIMPLE:
        return _SIMPLE[name[1]]
    return _fields(structs[name[1]], structs, declared, name[1])


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
