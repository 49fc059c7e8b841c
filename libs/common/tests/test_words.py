"""Folding words, and which are near each other."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigsta_common.words import LONGEST, MOST_INDEXED, distance, family, fold, forgiven, is_near, spellings, words_of


def test_words_are_folded() -> None:
    assert fold("Te reo Māori: CAFÉ, snake_case!") == ["te", "reo", "maori", "cafe", "snake", "case"]
    assert fold("Māori") == fold("MA\u0304ORI")
    assert fold("!!! ") == []


@given(st.text(max_size=30))
def test_folding_again_changes_nothing(text: str) -> None:
    words = fold(text)
    assert fold(" ".join(words)) == words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cleaner", "cleaning"), ("cleaners", "clean"), ("painter", "painting"), ("mower", "mowing"), ("mowing", "mow"),
        ("movers", "moving"), ("move", "moving"), ("trimmer", "trim"), ("trims", "trimming"), ("roofers", "roofing"),
        ("babysitter", "babysitting"), ("photographer", "photography"), ("decorator", "decorating"), ("tiler", "tiles"),
        ("tutors", "tutoring"), ("tutors", "tutor"), ("mentors", "mentoring"), ("doctor", "doctors"),
    ],
)  # fmt: skip
def test_a_word_has_other_forms(typed: str, meant: str) -> None:
    assert meant in family(typed)
    assert typed not in family(typed)


@pytest.mark.parametrize("word", ["lawn", "spring", "ring", "ers", "wed", "s", "", "moa"])
def test_what_is_no_form_of_anything_has_no_other(word: str) -> None:
    assert family(word) == []


@given(st.from_regex(r"[a-z0-9]{1,32}", fullmatch=True))
def test_other_forms_are_few(word: str) -> None:
    assert len(family(word)) <= 36


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("plumer", "plumber"), ("plummber", "plumber"), ("pulmber", "plumber"), ("plunber", "plumber"),
        ("electrican", "electrician"), ("gardner", "gardener"), ("photogrpaher", "photographer"),
        ("massauge", "massage"), ("cleanning", "cleaning"), ("maroi", "maori"),
    ],
)  # fmt: skip
def test_a_slip_is_forgiven(typed: str, meant: str) -> None:
    assert is_near(typed, meant)
    assert is_near(meant, typed)
    assert set(spellings(typed)) & set(spellings(meant))


@pytest.mark.parametrize(("one", "other"), [("cat", "cut"), ("lawn", "loan"), ("plumber", "lumberr"), ("dog", "dogs")])
def test_more_is_not(one: str, other: str) -> None:
    assert not is_near(one, other)


WORDS = st.text(alphabet="abc", min_size=1, max_size=11)


@given(WORDS, WORDS)
def test_near_words_always_have_a_spelling_in_common(one: str, other: str) -> None:
    if is_near(one, other):
        assert set(spellings(one)) & set(spellings(other))


@given(WORDS, WORDS)
def test_distance_is_the_same_both_ways_and_none_only_to_itself(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, other) <= max(len(one), len(other))


@given(WORDS, WORDS, st.integers(0, 3))
def test_what_is_too_far_is_not_measured(one: str, other: str, most: int) -> None:
    assert distance(one, other, most) == min(distance(one, other), most + 1)


def test_slips_that_were_made_are_counted() -> None:
    dice = random.Random(4)
    for _ in range(300):
        word = "".join(dice.choice(string.ascii_lowercase) for _ in range(10))
        typed = word
        for _ in range(forgiven(len(word))):
            place = dice.randrange(len(typed))
            typed = typed[:place] + dice.choice(["", "x", typed[place] + "y"]) + typed[place + 1 :]
        assert distance(typed, word) <= 2


def test_a_long_text_is_cut() -> None:
    assert words_of("Hedge hedge", None, "HĒDGE trimming") == ["hedge", "trimming"]
    assert len(words_of(" ".join(f"w{n}" for n in range(1_000)))) == MOST_INDEXED
    assert words_of("x" * 5_000) == ["x" * LONGEST]


def test_what_is_joined_by_a_hyphen_is_found_as_one_word_as_well() -> None:
    assert words_of("Home Wi-Fi tune-up") == ["home", "wi", "fi", "tune", "up", "wifi", "tuneup"]
    assert words_of("Te reo‑Māori - a start, -10 %, x--y") == [
        "te", "reo", "maori", "a", "start", "10", "x", "y", "reomaori",
    ]  # fmt: skip
