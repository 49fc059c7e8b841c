"""What makes a booking findable by text: its words and their beginnings, looked up by equality in an index.

So the cost of a page does not depend on how many bookings there are, nor on how many of them match.
"""

from gigsta_bookings.models import Booking
from gigsta_common.words import fold

LONGEST = 10
"""Letters of a word that count: what follows is cut from bookings and from queries alike."""
MOST_WORDS = 12
MOST_ASKED = 6
_SHORTEST_BEGINNING = 2


def words_of(booking: Booking) -> list[str]:
    """The beginnings of the words of its title and its people, of whom a guest is none before they are verified."""
    customer = booking.customer_name if booking.is_proven else None
    text = f"{booking.service_title} {booking.provider_name} {customer or ''}"
    words = _split(text)[:MOST_WORDS]
    return sorted({word[:length] for word in words for length in range(_SHORTEST_BEGINNING, len(word) + 1)})


def words_asked(query: str) -> list[str]:
    """What a booking's words must include to answer a query."""
    return _split(query)[:MOST_ASKED]


def _split(text: str) -> list[str]:
    """Different words, cut to the letters that count."""
    words = (word[:LONGEST] for word in fold(text))
    return list(dict.fromkeys(word for word in words if len(word) >= _SHORTEST_BEGINNING))
