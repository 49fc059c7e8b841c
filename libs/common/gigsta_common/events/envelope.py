"""The envelope: CloudEvents 1.0, structured JSON."""

from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from gigsta_common import context
from gigsta_common.ids import new_id

TYPE_PREFIX = "nz.gigsta."


class EventData(BaseModel):
    """What an event says. Unknown fields are ignored: the publisher may be newer than we are."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    names: ClassVar[tuple[str, ...]]
    """The events of this shape, as routing keys; `booking.*` stands for every one of them."""
    version: ClassVar[int] = 1


class Envelope(BaseModel):
    """A CloudEvent. `sequence` counts the changes of its subject: whoever keeps the latest state compares it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    sequence: int
    traceparent: str | None = None
    requestid: str | None = None
    replay: bool = False
    """Told again from what its publisher holds, so that a read model can be made anew: see `gigsta_common.replay`."""
    data: dict[str, Any]

    def is_news_to(self, known: int) -> bool:
        """Whether it says more than what is known up to that sequence. A replayed one may also mend that."""
        return self.sequence > known or (self.replay and self.sequence == known)

    @property
    def name(self) -> str:
        """`booking.confirmed`, for the type `nz.gigsta.booking.confirmed.v1`: the routing key."""
        return self.type.removeprefix(TYPE_PREFIX).rpartition(".v")[0]

    @property
    def version(self) -> int:
        return int(self.type.rpartition(".v")[2])


def envelope(
    name: str,
    data: EventData,
    *,
    publisher: str,
    subject: str,
    sequence: int,
    time: datetime,
    event_id: str | None = None,
) -> Envelope:
    """Wrap `data` as the event `name` about `subject`, in the trace of the request being served.

    `event_id` is given where the same fact must always make the same event, however often it is computed.
    """
    if not any(fnmatchcase(name, pattern) for pattern in data.names):
        raise ValueError(f"{type(data).__name__} is not the shape of {name}")
    request = context.current()
    return Envelope(
        id=event_id or new_id(),
        source=f"/gigsta/{publisher}",
        type=f"{TYPE_PREFIX}{name}.v{data.version}",
        subject=subject,
        time=time,
        sequence=sequence,
        traceparent=request.traceparent if request else None,
        requestid=request.request_id if request else None,
        data=data.model_dump(mode="json"),
    )
