"""What names and lines may be made of."""

import unicodedata
from collections.abc import Callable

import pytest
from pydantic import TypeAdapter, ValidationError

from gigsta_common import text

HIDDEN = [f"Ana{char}Bea" for char in "\u202e\u2028\u2029\u200b\u00ad\x00\n\ufeff\u3164\U000e0041"]
LINKS = ["http://evil.example", "https://x", "www.evil", "see evil.com now", "evil.co.nz", "t.co", "me@evil.example"]
LIKE_LINKS = [
    "evil\u2024example",
    "evil\u3002com",
    "evil\uff61com",
    "ｅｖｉｌ．ｃｏｍ",
    "hxxp:evil",
    "tel:021",
    "10.0.0.1",
]


@pytest.mark.parametrize(
    "name",
    ["Ana", "Zoë Ngāti-Porou", "J.R. Smith", "O'Brien", "D’Arcy (Jo)", "李小龍", "Anna-Maria St. John", "Ana 2nd"],
)
def test_what_people_are_called(name: str) -> None:
    assert TypeAdapter(text.PersonName).validate_python(f" {name} ") == name


@pytest.mark.parametrize(
    "name", ["प्रिया शर्मा", "தமிழ் செல்வி", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "ශ්\u200dරී", "علی\u200cرضا", "מֹשֶׁה", "مُحَمَّد", "สมหญิง"]
)
def test_names_that_are_written_with_marks(name: str) -> None:
    assert TypeAdapter(text.PersonName).validate_python(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", ["Māui", "Zoë", "Nguyễn"])
def test_a_name_in_pieces_is_put_together(name: str) -> None:
    assert TypeAdapter(text.PersonName).validate_python(unicodedata.normalize("NFD", name)) == name


@pytest.mark.parametrize(
    "name", ["A\u200dna", "\u200dශ්රී", "Ana" + "\u0335" * 5, "\u0301Ana", "Ana \u0301", "ශ්\u200d", "👨\u200d👩"]
)
def test_marks_and_joiners_that_spell_nothing(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(text.PersonName).validate_python(name)


@pytest.mark.parametrize("name", [*HIDDEN, *LINKS, *LIKE_LINKS, "<b>Ana</b>", "Ana & Bea", "...", " ", "", "x" * 101])
def test_what_nobody_is_called(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(text.PersonName).validate_python(name)


@pytest.mark.parametrize(
    "name",
    [
        "Ana's Gardens",
        "Smith & Sons Ltd.",
        "24/7 Locks!",
        "No.1 Plumbing",
        "Café «Ô»",
        "A+ No. 1",
        "Tuition: maths",
        "Tea 9:30",
        "From $24.99",
        "Tea\u2026Time",
    ],
)
def test_what_a_business_is_called(name: str) -> None:
    assert TypeAdapter(text.TradingName).validate_python(name) == name


@pytest.mark.parametrize("name", [*HIDDEN, *LINKS, *LIKE_LINKS, "A", "--"])
def test_what_no_business_is_called(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(text.TradingName).validate_python(name)


@pytest.mark.parametrize(
    "name",
    [
        *("GigSta", "gigsta", "GIGSTA Support", "GigSta Official Support", "TeamGigSta", "gigstasupport"),
        *("Gig Sta", "G i g S t a", "Gig-Sta", "Gig.-Sta Support", "Gig StaSupport", "The Gig  Sta Team"),
        *("Gígstā", "ＧｉｇＳｔａ", "𝐆𝐢𝐠𝐒𝐭𝐚", "G1gSta", "GlgSta", "Gig5t4", "Gig$ta", "G!gSta"),
        *("GіgStа", "ԌІԌЅТА", "GιgSτα", "ɢɪɢꜱᴛᴀ"),
    ],
)
def test_nobody_is_called_as_the_platform_is(name: str) -> None:
    with pytest.raises(ValidationError, match="GigSta"):
        TypeAdapter(text.TradingName).validate_python(name)


@pytest.mark.parametrize("name", ["Gig Staff", "Gig Stage Hire", "Gig-Stands & Co", "Big Gigs Taupo", "Gig", "Staging"])
def test_what_only_sounds_like_it_is_a_name(name: str) -> None:
    assert TypeAdapter(text.TradingName).validate_python(name) == name


@pytest.mark.parametrize("name", ["Pаt Provider", "Αna", "Cafe Оmega", "Ana Вeа", "Paτ"])
def test_a_word_is_of_one_alphabet(name: str) -> None:
    with pytest.raises(ValidationError, match="alphabet"):
        TypeAdapter(text.PersonName).validate_python(name)


@pytest.mark.parametrize("name", ["Пётр Ильич", "Πάνος Smith", "李 Wei", "Ana Иванова", "山田2nd", "Tāwhiri-Матвей"])
def test_names_of_any_alphabet_do(name: str) -> None:
    assert TypeAdapter(text.PersonName).validate_python(name) == name


@pytest.mark.parametrize("number", ["+64 21 555 0100", "(09) 555-0100", "021.555.0100"])
def test_phone_numbers(number: str) -> None:
    assert TypeAdapter(text.PhoneNumber).validate_python(number) == number


@pytest.mark.parametrize("number", ["call me", "123", "+64 21 555 0100 ext", "1" * 40])
def test_what_is_no_phone_number_is_told_in_words(number: str) -> None:
    with pytest.raises(ValidationError, match=r"phone number|at most 32"):
        TypeAdapter(text.PhoneNumber).validate_python(number)


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (text.label, "Node.js lessons 👍", "!?"),
        (text.one_line, "", "a\u2028b"),
        (text.plain_lines, "1 Queen St\r\nAuckland", "1 Queen\u200b St"),
        (text.plain_lines, "1 Queen St", "1 Queen\u202e St"),
        (text.prose, "One.\r\n\tTwo: 👩\u200d🔧 👍", "a\u202eb"),
        (text.prose, "", "a\x07b"),
    ],
)
def test_other_lines_and_longer_text(check: Callable[[str], str], good: str, bad: str) -> None:
    assert check(good) == good
    with pytest.raises(ValueError, match=r"may not|must"):
        check(bad)


def test_a_form_stands_in_the_description_of_the_api() -> None:
    assert TypeAdapter(text.Slug).json_schema() == {
        "type": "string",
        "maxLength": 60,
        "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
    }
