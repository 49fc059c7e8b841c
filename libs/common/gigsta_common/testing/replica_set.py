"""Three mongods of which any may be the primary: for tests of what happens when that changes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from pymongo.errors import PyMongoError

from gigsta_common.localservers.mongod import REPLICA_SET, Mongod
from gigsta_common.localservers.mongod_users import Client
from gigsta_common.localservers.process import Child
from gigsta_common.testing.waiting import until

MEMBERS = 3
ELECTION_MILLISECONDS = 1_000


class _Member(Mongod):
    def _become_primary(self, child: Child) -> None:
        """Not alone: the set is made when all are there."""


class ReplicaSet:
    """`url` names every member."""

    def __init__(self, hosts: list[str], client: Client) -> None:
        self.url = f"mongodb://{','.join(hosts)}/?replicaSet={REPLICA_SET}"
        self._client = client

    def step_down(self) -> None:
        """Takes the primary its place, and returns when another member has it."""
        before = until(self._primary, "there is a primary")

        def another() -> bool:
            now = self._primary()
            if now == before:
                with suppress(PyMongoError):  # it hangs up, or says that nobody has caught up yet
                    self._client.admin.command("replSetStepDown", 10, secondaryCatchUpPeriodSecs=5)
            return now not in (None, before)

        until(another, "another member is the primary")

    def _primary(self) -> str | None:
        with suppress(PyMongoError):
            answer = self._client.admin.command("hello")
            return str(answer["me"]) if answer["isWritablePrimary"] else None
        return None


@contextmanager
def replica_set() -> Iterator[ReplicaSet]:
    """Running, and gone afterwards with all its data."""
    with ExitStack() as running:
        hosts = [f"127.0.0.1:{running.enter_context(_Member()).port}" for _ in range(MEMBERS)]
        members = [{"_id": number, "host": host} for number, host in enumerate(hosts)]
        settings = {"electionTimeoutMillis": ELECTION_MILLISECONDS}
        with Client(hosts[0], directConnection=True, timeoutMS=20_000) as first:
            first.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members, "settings": settings})
        client = running.enter_context(Client(hosts, replicaSet=REPLICA_SET, timeoutMS=5_000, heartbeatFrequencyMS=500))
        yield ReplicaSet(hosts, client)
