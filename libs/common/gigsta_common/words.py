"""Words as people type them: without marks, and near enough in spelling. No I/O."""

import re
import unicodedata
from itertools import combinations

LONGEST = 32
"""Letters of a word that count."""
MOST_INDEXED = 100
"""Words of one thing that it can be found by: what comes after them in a long description cannot be looked for."""
_ENDINGS = ("ings", "ing", "ers", "er", "ors", "or", "ed", "es", "s", "e", "y")
"""Of those that a word has, the first is taken off to get at its other forms."""
_SHORTEST_STEM = 3
_VOWELS = frozenset("aeiouy")
_NEVER_DOUBLED = _VOWELS | frozenset("wx")
_WORD = re.compile(r"[^\W_]+")
_HYPHEN = re.compile(r"(?<=[^\W_])[-\u2010\u2011](?=[^\W_])")
_APOSTROPHES = str.maketrans("", "", "'’ʻ`")


def fold(text: str) -> list[str]:
    """The words of a text without case, macrons, apostrophes and other marks: `Ōrākei's` is `orakeis`."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    # Folding can bring marks back (of `İ`, for one), so they are taken off after it too.
    folded = unicodedata.normalize("NFKD", plain.translate(_APOSTROPHES).casefold())
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    return [word[:LONGEST] for word in _WORD.findall(bare)]


def words_of(*texts: str | None) -> list[str]:
    """The first different words of the texts, in order: what something can be found by. Of `Wi-Fi`, also `wifi`."""
    words = (word for text in texts if text for word in (*fold(text), *fold(_HYPHEN.sub("", text))))
    return list(dict.fromkeys(words))[:MOST_INDEXED]


def family(word: str) -> list[str]:
    """The other forms that an English word may have: cleaner, cleaners, cleaning, clean. Most of them are no words."""
    ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= _SHORTEST_STEM), "")
    stem = word.removesuffix(ending)
    if not ending or not _VOWELS & set(stem):
        return []
    stems = {stem}
    if ending in ("ors", "or"):
        stems.add(stem + "or")  # tutors, tutoring
    if stem[-1] == stem[-2]:
        stems.add(stem[:-1])  # trimming, trim
    elif stem[-1] not in _NEVER_DOUBLED and stem[-2] in _VOWELS:
        stems.add(stem + stem[-1])  # trims, trimming
    return sorted({one + end for one in stems for end in ("", *_ENDINGS)} - {word})


def forgiven(length: int) -> int:
    """How many slips are forgiven in a word of so many letters."""
    return 0 if length < 4 else 1 if length < 8 else 2


def spellings(word: str, most: int = 2) -> list[str]:
    """The word, and what is left of it without one or two letters: words that are near have one of these in common.

    A letter too many, too few, another one, or two that changed places: each leaves the same behind in both words once
    a letter is taken out of them. So near words are found by equality, in an index or in a dict.
    """
    found = {word}
    for slips in range(1, min(most, forgiven(len(word))) + 1):
        for gone in combinations(range(len(word)), slips):
            ends = (*gone, len(word))
            found.add("".join(word[start + 1 : end] for start, end in zip((-1, *gone), ends, strict=True)))
    return sorted(found)


def is_near(one: str, other: str) -> bool:
    """Whether the one may be meant by the other."""
    return slips(one, other) is not None


def slips(one: str, other: str) -> int | None:
    """How many there are between two words; None where these are more than are forgiven."""
    most = forgiven(min(len(one), len(other)))
    found = distance(one, other, most)
    return found if found <= most else None


def distance(one: str, other: str, most: int | None = None) -> int:
    """Slips between two words: letters added, left out or replaced, and neighbours that changed places.

    With `most`, what is more than that is `most + 1`, and is looked into no further.
    """
    most = max(len(one), len(other)) if most is None else most
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        # Letters that stand more than `most` places apart are never the same one: only those between are compared.
        earlier, before, row = before, row, [i] + [most + 1] * len(other)
        for j in range(max(1, i - most), min(len(other), i + most) + 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other[j - 1]))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other[j - 1]:
                best = min(best, earlier[j - 2] + 1)
            row[j] = best
        if min(row) > most and min(before) >= most:
            break
    return min(row[-1], most + 1)
