"""Whether what is there is what the old documents say: read back, counted, and summed up on both sides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import bson

from gigsta_cli.legacy.made import Made, Target
from gigsta_common.mongo import Database, Document


@dataclass
class Comparison:
    """Of one kind. What somebody has changed here since is counted, and is neither right nor wrong."""

    old: int = 0
    broken: int = 0
    equal: int = 0
    changed: int = 0
    wrong: list[str] = field(default_factory=list)
    expected_sum: Any = field(default_factory=sha256)
    found_sum: Any = field(default_factory=sha256)

    @property
    def sums(self) -> tuple[str, str]:
        return self.expected_sum.hexdigest(), self.found_sum.hexdigest()

    @property
    def well(self) -> bool:
        return not self.wrong and self.sums[0] == self.sums[1] and self.equal + self.changed + self.broken == self.old

    async def add(self, databases: Mapping[str, Database], made: list[Made]) -> None:
        found: dict[tuple[str, str], dict[str, Document]] = {}
        for service, collection in {(t.service, t.collection) for one in made for t in one.targets}:
            ids = [t.document["_id"] for one in made for t in one.targets if t.collection == collection]
            rows = databases[service][collection].find({"_id": {"$in": ids}})
            found[service, collection] = {row["_id"]: row async for row in rows}
        for one in made:
            states = [self._compare(target, found[target.service, target.collection], one) for target in one.targets]
            self.changed += "changed" in states
            self.equal += all(state == "equal" for state in states)

    def _compare(self, target: Target, there: dict[str, Document], made: Made) -> str:
        expected, name = target.document, f"{target.service}.{target.collection}"
        found = there.get(expected["_id"])
        if found is None:
            self.wrong.append(f"{made.old_id}: {name} has no {expected['_id']}")
            return "missing"
        counter = "version" if "version" in expected else "sequence"
        if found.get(counter, 0) > expected[counter]:
            return "changed"
        fields = sorted(set(expected) - target.changes)
        said, is_ = (bson.encode({n: one[n] for n in fields if n in one}) for one in (expected, found))
        self.expected_sum.update(said)
        self.found_sum.update(is_)
        if made.password and "password_hash" in target.changes and not found["password_hash"]:
            self.wrong.append(f"{made.old_id}: {name} {expected['_id']} has lost its password")
            return "different"
        if said != is_:
            odd = [n for n in fields if bson.encode({n: expected.get(n)}) != bson.encode({n: found.get(n)})]
            self.wrong.append(f"{made.old_id}: {name} {expected['_id']} differs in {', '.join(odd)}")
            return "different"
        return "equal"
