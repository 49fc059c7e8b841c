"""deploy/cloudflare against what the provider knows of its resources, and against what the gateway expects of the zone.

`terraform plan` needs the provider's program and an account. Neither is here: so `schema.json` is read, which is made
of the provider's own schema.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import hcl2
import pytest

from gigsta_gateway.routes import ROUTES
from gigsta_gateway.settings import GatewaySettings

FOLDER = Path(__file__).parents[2] / "deploy" / "cloudflare"
SCHEMA = json.loads((FOLDER / "schema.json").read_text())
META = {"for_each", "count", "depends_on", "lifecycle", "provider"}
KINDS: dict[str, type | tuple[type, ...]] = {"string": str, "number": (int, float), "boolean": bool}

Fields = dict[str, Any]


def plain(value: Any) -> Any:
    """What hcl2 has parsed, without its marks; strings without their quotes."""
    if isinstance(value, dict):
        return {plain(k): plain(v) for k, v in value.items() if not k.startswith("__")}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, str) and value[:1] == value[-1:] == '"':
        return value[1:-1].replace('\\"', '"')
    return value


def parsed(kind: str) -> list[tuple[str, Any]]:
    """All blocks of a kind in all files, with the file's name."""
    found = []
    for path in sorted(FOLDER.glob("*.tf")):
        with path.open() as file:
            found += [(path.name, block) for block in plain(hcl2.load(file)).get(kind, [])]
    return found


def resources() -> Iterator[tuple[str, str, Fields]]:
    for _, block in parsed("resource"):
        for type_, named in block.items():
            for name, fields in named.items():
                yield type_, name, fields


def errors(fields: Fields, known: Fields, where: str) -> list[str]:
    """What the provider would not take."""
    found = [f"{where}.{name}: there is no such argument" for name in fields if name not in known]
    found += [f"{where}.{n}: is missing" for n, field in known.items() if field.get("required") and n not in fields]
    for name in fields.keys() & known.keys():
        found += wrong(fields[name], known[name], f"{where}.{name}")
    return found


def wrong(value: Any, field: Fields, where: str) -> list[str]:
    kind = field["type"]
    if kind == "any" or (isinstance(value, str) and value.startswith("${")):
        return []
    if isinstance(kind, list):
        if not isinstance(value, list):
            return [f"{where}: is a list"]
        return [e for n, one in enumerate(value) for e in wrong(one, {"type": kind[0]}, f"{where}[{n}]")]
    if isinstance(kind, dict):
        if not isinstance(value, dict):
            return [f"{where}: is an object"]
        if set(kind) == {"*"}:
            return [e for name, one in value.items() for e in wrong(one, {"type": kind["*"]}, f"{where}.{name}")]
        return errors(value, kind, where)
    if not isinstance(value, KINDS[kind]) or (kind == "number" and isinstance(value, bool)):
        return [f"{where}: is a {kind}"]
    if "values" in field and value not in field["values"]:
        return [f"{where}: {value} is none of {', '.join(field['values'])}"]
    return []


def all_errors() -> list[str]:
    found = []
    for type_, name, fields in resources():
        if type_ not in SCHEMA["resources"]:
            found.append(f"{type_}: there is no such resource")
            continue
        own = {field: value for field, value in fields.items() if field not in META}
        found += errors(own, SCHEMA["resources"][type_], f"{type_}.{name}")
    return found


def text() -> str:
    return "\n".join(path.read_text() for path in sorted(FOLDER.glob("*.tf")))


def test_every_argument_is_one_that_the_provider_knows() -> None:
    assert all_errors() == []
    assert {type_ for type_, _, _ in resources()} == set(SCHEMA["resources"]), "no more in the schema than is used"


def test_the_provider_is_that_of_the_schema() -> None:
    (wanted,) = [block["required_providers"] for _, block in parsed("terraform")]
    provider = wanted[0]["cloudflare"]
    assert provider["source"] == SCHEMA["provider"]
    major, minor = SCHEMA["version"].split(".")[:2]
    assert provider["version"] == f"~> {major}.{minor}"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "zones"}, "zones is none of"),
        ({"phase": None}, "phase: is missing"),
        ({"ruls": []}, "there is no such argument"),
        ({"rules": [{"expression": "true"}]}, "rules[0].action: is missing"),
        ({"rules": [{"expression": 1, "action": "block"}]}, "expression: is a string"),
    ],
)
def test_the_check_sees_what_is_wrong(change: Fields, says: str) -> None:
    fields = {"kind": "zone", "phase": "http_ratelimit", "name": "x", "rules": []} | change
    given = {name: value for name, value in fields.items() if value is not None}
    assert any(says in error for error in errors(given, SCHEMA["resources"]["cloudflare_ruleset"], "x"))


def test_every_reference_leads_somewhere() -> None:
    variables = {name for _, block in parsed("variable") for name in block}
    locals_ = {name for _, block in parsed("locals") for name in block}
    known = {f"{type_}.{name}" for type_, name, _ in resources()}
    assert set(re.findall(r"\bvar\.(\w+)", text())) == variables
    assert set(re.findall(r"\blocal\.(\w+)", text())) == locals_
    assert set(re.findall(r"\b(cloudflare_\w+\.\w+)\.", text())) <= known


def test_each_phase_has_one_ruleset_and_each_rule_a_name_of_its_own() -> None:
    rulesets = [fields for type_, _, fields in resources() if type_ == "cloudflare_ruleset"]
    phases = [fields["phase"] for fields in rulesets]
    assert len(phases) == len(set(phases))
    for fields in rulesets:
        rules = fields["rules"] if isinstance(fields["rules"], list) else list(rates().values())
        refs = [rule["ref"] for rule in rules]
        assert len(refs) == len(set(refs))


# What Cloudflare's plans permit: developers.cloudflare.com/waf/rate-limiting-rules, /waf/managed-rules


def rates() -> dict[str, Fields]:
    """The rules that count, by the name of their local."""
    return {
        name: value
        for _, block in parsed("locals")
        for name, value in block.items()
        if isinstance(value, dict) and "ratelimit" in value
    }


def variable(name: str) -> Fields:
    (found,) = [block[name] for _, block in parsed("variable") if name in block]
    return dict(found)


def test_the_rules_that_count_are_ones_that_the_provider_knows() -> None:
    (ruleset,) = [fields for _, name, fields in resources() if name == "rates"]
    own = ruleset | {"rules": list(rates().values())}
    assert errors(own, SCHEMA["resources"]["cloudflare_ruleset"], "rates") == []


def test_what_is_made_by_default_is_what_a_free_zone_may_have() -> None:
    assert variable("plan")["default"] == "free"
    rulesets = {name: fields for type_, name, fields in resources() if type_ == "cloudflare_ruleset"}
    assert rulesets["managed"]["count"] == "${local.paid ? 1 : 0}"
    assert rulesets["rates"]["rules"] == "${concat(local.business ? [local.writes] : [], [local.everything])}"
    everything = rates()["everything"]
    assert set(re.findall(r"\b(?:http|ip|cf)\.[\w.]+", everything["expression"])) == {"http.request.uri.path"}
    assert everything["ratelimit"]["characteristics"] == ["cf.colo.id", "ip.src"]
    assert everything["ratelimit"]["period"] == everything["ratelimit"]["mitigation_timeout"] == 10
    assert everything["ratelimit"]["requests_to_origin"] == "${local.business}"
    assert len(rulesets["custom"]["rules"]) <= 5


needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="there is no Terraform")


def terraform(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
    command = [str(shutil.which("terraform")), *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@needs_terraform
def test_it_is_written_as_terraform_writes_it() -> None:
    done = terraform(FOLDER, "fmt", "-check", "-diff")
    assert done.returncode == 0, done.stdout


@needs_terraform
@pytest.mark.parametrize(
    ("plan", "refs", "cached_too"),
    [("free", ["everything"], True), ("pro", ["everything"], True), ("business", ["writes", "everything"], False)],
)
def test_terraform_works_out_what_a_plan_may_have(plan: str, refs: list[str], cached_too: bool, tmp_path: Path) -> None:
    """Without the provider, which takes an account: the variables, what follows from them, and the rules."""
    waf = (FOLDER / "waf.tf").read_text()
    [rules] = re.findall(r"^  rules = (concat.*)$", waf, re.MULTILINE)
    blocks = re.findall(r"^locals \{.*?^\}$", waf, re.MULTILINE | re.DOTALL)
    (tmp_path / "main.tf").write_text("\n".join([*blocks, f'output "rules" {{ value = {rules} }}']))
    shutil.copy(FOLDER / "variables.tf", tmp_path)
    told = {"zone_id": "z", "account_id": "a", "origin_secret": "s" * 32, "plan": plan}
    (tmp_path / "terraform.tfvars.json").write_text(json.dumps(told))
    for words in (["init", "-input=false"], ["apply", "-input=false", "-auto-approve"]):
        done = terraform(tmp_path, *words)
        assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(terraform(tmp_path, "output", "-json", "rules").stdout)
    assert [rule["ref"] for rule in found] == refs
    assert found[-1]["ratelimit"]["requests_to_origin"] is not cached_too


def test_cloudflares_own_rules_are_called_by_the_names_they_have() -> None:
    (managed,) = [fields for _, name, fields in resources() if name == "managed"]
    assert {rule["ref"]: rule["action_parameters"]["id"] for rule in managed["rules"]} == {
        "managed": "efb7b8c949ac4650a09736fc376e9aee",
        "owasp": "4814384a9e5d4991b9815dcfc25d2f1f",
    }


def test_no_mail_of_ours_is_refused_before_somebody_says_who_may_send_it() -> None:
    assert variable("mail_records")["default"] == []
    (mail,) = [fields for type_, name, fields in resources() if (type_, name) == ("cloudflare_dns_record", "mail")]
    assert mail["name"] == '${each.value.name == "@" ? var.domain : "${each.value.name}.${var.domain}"}'
    assert mail["priority"] == "${each.value.priority}"
    assert mail["proxied"] is False


def test_what_is_kept_is_what_the_gateway_calls_shared() -> None:
    (shared,) = [block["shared"] for _, block in parsed("locals") if "shared" in block]
    assert sorted(shared) == sorted(route.prefix for route in ROUTES if route.shared)


def test_nothing_of_the_api_is_kept_but_by_the_rule_after_it() -> None:
    (cache,) = [fields for _, name, fields in resources() if name == "cache"]
    nothing, public = cache["rules"]
    assert nothing["action_parameters"] == {"cache": False}
    assert nothing["expression"] == 'starts_with(http.request.uri.path, "/api/")'
    assert 'http.request.method in {"GET" "HEAD"}' in public["expression"]
    assert "${local.depends_on_no_header}" in public["expression"]
    assert public["action_parameters"]["edge_ttl"] == {"mode": "bypass_by_default"}
    for header in ("authorization", "origin", "booking-key"):
        assert f'"{header}"' in (FOLDER / "cache.tf").read_text()


def test_the_secret_is_set_over_whatever_a_client_sent_and_is_nobodys_to_read() -> None:
    (secret,) = [fields for _, name, fields in resources() if name == "origin_secret"]
    header = secret["rules"][0]["action_parameters"]["headers"]["X-GigSta-Origin-Secret"]
    assert header == {"operation": "set", "value": "${var.origin_secret}"}
    (variable,) = [block["origin_secret"] for _, block in parsed("variable") if "origin_secret" in block]
    assert variable["sensitive"] is True
    assert "default" not in variable
    assert "behind_cloudflare" in GatewaySettings.model_fields


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js")
def test_the_worker_asks_the_gateway_the_same_and_leaves_redirects_to_the_browser() -> None:
    script = """
      globalThis.fetch = async (asked, more) => [asked.url, asked.method, asked.headers.get('authorization'),
        asked.headers.get('x-real-ip'), more]
      import(process.argv[1]).then(async ({ default: worker }) => {
        const asked = new Request('https://gigsta.nz/api/v1/geo?q=a%20b', {
          method: 'DELETE',
          headers: { authorization: 'Bearer x', 'cf-connecting-ip': '203.0.113.9', 'x-real-ip': '6.6.6.6' },
        })
        console.log(JSON.stringify(await worker.fetch(asked, { API_HOST: 'api.gigsta.nz' })))
      })
    """
    # As a module, which Cloudflare takes it for; a file of that name would need a package.json beside it.
    worker = "data:text/javascript," + quote((FOLDER / "api.js").read_text())
    command = [str(shutil.which("node")), "-e", script, worker]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    url, method, authorization, address, more = json.loads(done.stdout)
    assert (url, method) == ("https://api.gigsta.nz/api/v1/geo?q=a%20b", "DELETE")
    assert (authorization, address) == ("Bearer x", "203.0.113.9")
    assert more == {"redirect": "manual"}
