"""Clock, ids, request context, logs, HTTP client, background tasks."""

import asyncio
import contextvars
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import httpx2
import pytest

from gigsta_common import context, http, tasks
from gigsta_common import logging as our_logging
from gigsta_common.clock import ManualClock, SystemClock, to_millisecond
from gigsta_common.described import first_sentence
from gigsta_common.ids import new_id
from gigsta_common.testing.service import eventually


@pytest.mark.parametrize(
    ("docstring", "summary", "rest"),
    [
        ("Log in.", "Log in", ""),
        ("Log in. The token\n    is a cookie.\n\nIt expires.", "Log in", "The token\n    is a cookie.\n\nIt expires."),
        ("How many of e.g. ratings\nthere are: all.", "How many of e.g. ratings there are: all", ""),
        ("Ask `/me`. `PUT` it.", "Ask `/me`", "`PUT` it."),
    ],
)
def test_the_first_sentence_of_a_docstring(docstring: str, summary: str, rest: str) -> None:
    assert first_sentence(docstring) == (summary, rest)


class TestClock:
    def test_time_is_utc_to_the_millisecond(self) -> None:
        now = SystemClock().now()
        assert now.tzinfo is UTC
        assert now.microsecond % 1000 == 0

    def test_what_mongodb_would_cut_is_cut(self) -> None:
        moment = datetime(2026, 1, 1, 13, 0, 0, 123_999, tzinfo=timezone(timedelta(hours=13)))
        assert to_millisecond(moment) == datetime(2026, 1, 1, 0, 0, 0, 123_000, tzinfo=UTC)
        assert to_millisecond(moment).tzinfo is UTC

    def test_a_time_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no time zone"):
            ManualClock(datetime(2026, 1, 1))  # noqa: DTZ001

    def test_a_manual_clock_moves_when_told(self) -> None:
        clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
        assert clock.now() == clock.now()
        assert clock.advance(timedelta(days=1, microseconds=1)) == datetime(2026, 1, 2, tzinfo=UTC)
        clock.advance(timedelta(days=-2))
        assert clock.now() == datetime(2025, 12, 31, tzinfo=UTC)
        clock.set(datetime(2030, 1, 1, tzinfo=UTC))
        assert clock.now().year == 2030


def test_ids_are_distinct_and_in_order() -> None:
    ids = [new_id() for _ in range(2000)]
    assert len(set(ids)) == 2000
    assert [i[:13] for i in ids] == sorted(i[:13] for i in ids)


TRACE = "0af7651916cd43dd8448eb211c80319c"


class TestContext:
    def test_what_the_caller_sent_goes_on(self) -> None:
        entered = context.enter("request-0001", f"00-{TRACE}-b7ad6b7169203331-00")
        assert (entered.request_id, entered.trace_id) == ("request-0001", TRACE)
        assert entered.span_id != "b7ad6b7169203331"
        assert context.headers() == {"x-request-id": "request-0001", "traceparent": entered.traceparent}

    @pytest.mark.parametrize(
        "request_id",
        [None, "", "short", "x" * 65, "with space", "new\nline1", "d\u0661gits-1", "<script>1", "a;b;c;d;e"],
    )
    def test_a_bad_request_id_is_replaced(self, request_id: str | None) -> None:
        made = context.enter(request_id).request_id
        assert made != request_id
        assert len(made) == 36

    @pytest.mark.parametrize(
        "traceparent",
        [None, "", "00-1-2-3", f"00-{'0' * 32}-b7ad6b7169203331-01", f"ff-{TRACE}-b7ad6b7169203331-01", "x" * 5000],
    )
    def test_a_bad_trace_is_replaced(self, traceparent: str | None) -> None:
        made = context.enter("request-0001", traceparent)
        assert made.trace_id not in ("0" * 32, TRACE)
        assert len(made.trace_id) == 32

    async def test_requests_do_not_see_each_other(self) -> None:
        async def one(name: str) -> str:
            context.enter(name)
            await asyncio.sleep(0)
            current = context.current()
            assert current is not None
            return current.request_id

        names = [f"request-{n:04}" for n in range(20)]
        assert await asyncio.gather(*(one(name) for name in names)) == names


class TestLogs:
    @pytest.fixture
    def logger(self) -> Iterator[logging.Logger]:
        logger = logging.getLogger("some.part")
        yield logger
        logger.handlers, logger.propagate = [], True

    @staticmethod
    def configured(logger: logging.Logger) -> logging.Logger:
        """A logger that says what `configure` makes of it, while pytest's own handlers stay as they are."""
        root = logging.getLogger()
        before, level, root.handlers = root.handlers, root.level, []
        our_logging.configure("widgets", "info")
        logger.handlers, logger.propagate = root.handlers, False
        logger.setLevel(root.level)
        root.handlers = before
        root.setLevel(level)
        return logger

    def test_each_is_one_json_object_on_one_line(
        self, logger: logging.Logger, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.configured(logger)
        entered = context.enter("request-0001")
        logger.info("two\nlines of %s", "text", extra={"number": 5, "when": datetime(2026, 1, 1, tzinfo=UTC)})
        logger.debug("not shown")
        (line,) = capsys.readouterr().out.splitlines()
        said = json.loads(line)
        assert said["message"] == "two\nlines of text"
        assert (said["level"], said["service"], said["logger"]) == ("info", "widgets", "some.part")
        assert (said["request_id"], said["trace_id"]) == ("request-0001", entered.trace_id)
        assert (said["number"], said["when"]) == (5, "2026-01-01T00:00:00+00:00")
        assert datetime.fromisoformat(said["time"]).tzinfo is not None

    def test_an_exception_stays_on_its_line(self, logger: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
        self.configured(logger)
        try:
            raise KeyError("missing")
        except KeyError:
            logger.exception("failed")
        (line,) = capsys.readouterr().out.splitlines()
        assert "KeyError: 'missing'" in json.loads(line)["exception"]

    def test_what_json_cannot_say_is_said_somehow(
        self, logger: logging.Logger, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.configured(logger)
        odd = {"half": "\ud800", "large": 10**30, "keys": {1: 2, (3, 4): 5}, "object": object(), "bytes": b"\xff"}
        logger.info("odd \ud800", extra=odd)
        captured = capsys.readouterr()
        (line,) = captured.out.splitlines()
        assert json.loads(line)["large"] == 10**30
        assert captured.err == ""

    def test_extra_fields_do_not_replace_ours(self, logger: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
        self.configured(logger)
        context.enter("request-0001")
        logger.info("hello", extra={"level": "low", "service": "other", "request_id": "forged", "time": 0})
        said = json.loads(capsys.readouterr().out)
        assert (said["level"], said["service"], said["request_id"]) == ("info", "widgets", "request-0001")

    def test_outside_a_request_there_is_no_id(self) -> None:
        record = logging.makeLogRecord({"msg": "x", "levelname": "INFO"})
        line = contextvars.Context().run(our_logging.JsonFormatter("s").format, record)
        assert "request_id" not in json.loads(line)


async def test_http_calls_carry_the_request_and_its_trace_and_time_out() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(302, headers={"location": "http://elsewhere/"})

    async with http.client() as client:
        client._transport = httpx2.MockTransport(answer)
        entered = context.enter("request-0001")
        assert (await client.get("http://auth/x")).status_code == 302
        await client.get("http://auth/x", headers={"x-request-id": "my-own-id"})
        assert None not in (client.timeout.connect, client.timeout.read, client.timeout.write, client.timeout.pool)
    assert seen[0].headers["x-request-id"] == "request-0001"
    assert seen[0].headers["traceparent"] == entered.traceparent
    assert seen[1].headers["x-request-id"] == "my-own-id"


class TestTasks:
    async def test_ending_a_task_that_swallows_its_first_cancellation(self) -> None:
        swallowed = 0

        async def stubborn() -> None:
            nonlocal swallowed
            while True:
                try:
                    await asyncio.sleep(3600)
                except asyncio.CancelledError:
                    swallowed += 1
                    if swallowed == 3:
                        raise

        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        await tasks.end([task])
        assert task.cancelled()
        assert swallowed == 3

    async def test_ending_nothing(self) -> None:
        await tasks.end([])

    async def test_what_fails_is_begun_again(self, caplog: pytest.LogCaptureFixture) -> None:
        runs = 0

        async def run() -> None:
            nonlocal runs
            runs += 1
            if runs < 3:
                raise RuntimeError("no")
            await asyncio.Event().wait()

        task = asyncio.create_task(tasks.keep_running("the clock", run, pause=0))

        async def third() -> bool:
            return runs == 3

        await eventually(third)
        await tasks.end([task])
        assert caplog.text.count("the clock failed; beginning again") == 2
