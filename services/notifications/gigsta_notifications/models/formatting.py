"""Times and money as people read them."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SYMBOLS = {"NZD": "NZ$", "AUD": "A$", "USD": "US$", "GBP": "£", "EUR": "€"}
_DECIMALS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}
"""Of the currencies that do not have two (ISO 4217)."""
_NO_QUOTES = str.maketrans(dict.fromkeys('“”„‟«»"', "'"))
_LINKED = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2})")


def money(amount: int, currency: str) -> str:
    """`NZ$1,085.00` for 108500 cents; a currency without a familiar sign follows the number."""
    decimals = _DECIMALS.get(currency, 2)
    number = f"{abs(amount) / 10**decimals:,.{decimals}f}"
    sign = "-" if amount < 0 else ""
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency}"


def when(moment: datetime, timezone: str) -> str:
    """`Tuesday 3 March 2026, 9:00 am NZDT`, in the named zone; in UTC where there is no such zone."""
    local = moment.astimezone(_zone(timezone))
    hour, half = local.hour % 12 or 12, "am" if local.hour < 12 else "pm"
    return f"{local:%A} {local.day} {local:%B} {local.year}, {hour}:{local:%M} {half} {_abbreviation(local)}"


def same_clock(moment: datetime, timezone: str, other: str) -> bool:
    """Whether the clocks on the walls of two zones show the same at that moment."""
    return moment.astimezone(_zone(timezone)).utcoffset() == moment.astimezone(_zone(other)).utcoffset()


def duration(span: timedelta) -> str:
    """`24 hours`, `30 minutes`, `2 days`: to the nearest whole unit that is not tiny."""
    minutes = max(round(span.total_seconds() / 60), 1)
    if minutes < 120:
        return _count(minutes, "minute")
    hours = round(minutes / 60)
    return _count(hours, "hour") if hours < 48 else _count(round(hours / 24), "day")


def one_line(text: str, limit: int = 200) -> str:
    """Fit for a subject or a header: no line breaks, no endless text."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def unlinked(text: str) -> str:
    """With nothing in it that mail programs make a link of, for what one person wrote and our mail tells another.

    New titles have none (`gigsta_common.text.name`); this is for those that are older.
    """
    return _LINKED.sub(". ", text.replace("://", " "))


def quoted(text: str) -> str:
    """What somebody wrote, so that nobody takes it for our own words: one line, between the only quotation marks."""
    return f"“{unlinked(' '.join(text.split())).translate(_NO_QUOTES)}”"


def reason_given(reason: str) -> str:
    """A sentence that quotes why somebody did something."""
    said = quoted(reason)
    return f"Reason given: {said}" if said[-2] in ".!?…" else f"Reason given: {said}."


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _abbreviation(local: datetime) -> str:
    """`NZDT`; where a zone has only numbers (Chatham), `UTC+13:45`."""
    name = local.tzname() or ""
    if not name.startswith(("+", "-")):
        return name
    offset = f"{local:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}"
