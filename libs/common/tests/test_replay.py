"""Sources of facts, put together."""

from collections.abc import Sequence

from gigsta_common.events import UserSummarised
from gigsta_common.replay import Fact, Together


class Source:
    def __init__(self, **sequences: int) -> None:
        self._facts = [
            Fact("user.summarised", UserSummarised(user_id=subject), subject, sequence)
            for subject, sequence in sorted(sequences.items())
        ]

    async def after(self, subject: str, limit: int) -> list[Fact]:
        return [fact for fact in self._facts if fact.subject > subject][:limit]

    async def of(self, subjects: Sequence[str]) -> list[Fact]:
        return [fact for fact in self._facts if fact.subject in subjects]


def said(facts: list[Fact]) -> list[tuple[str, int]]:
    return [(fact.subject, fact.sequence) for fact in facts]


async def test_pages_go_through_both_in_order_and_leave_nobody_out() -> None:
    both = Together(Source(a=1, c=1, d=1, e=1), Source(b=2, d=2, f=2))
    for limit in (1, 2, 3, 10):
        found, last = list[tuple[str, int]](), ""
        while page := await both.after(last, limit):
            assert len(page) <= limit
            found += said(page)
            last = page[-1].subject
        assert found == [("a", 1), ("b", 2), ("c", 1), ("d", 2), ("e", 1), ("f", 2)]


async def test_of_who_has_gone_from_one_to_the_other_the_later_word_counts() -> None:
    both = Together(Source(a=3, b=1), Source(a=5))
    assert said(await both.of(["a", "b", "z"])) == [("a", 5), ("b", 1)]
