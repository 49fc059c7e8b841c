"""Names that would pass for somebody else's: the platform's own, however it is spelled, and words that are put together
of two alphabets, in which one letter stands for its double.

What looks alike is a short list of what is in use for it; Unicode's own has thousands, most of them for no name.
"""

import re
import unicodedata

PLATFORM = "gigsta"

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("ɡցԍɢ", "g"),
        **dict.fromkeys("1lıіӏιɩɪ", "i"),
        **dict.fromkeys("5ѕꜱ", "s"),
        **dict.fromkeys("7тτᴛ", "t"),
        **dict.fromkeys("4аαɑᴀ", "a"),
    }
)
_RUN = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_SIGNS = str.maketrans({"|": "i", "!": "i", "$": "s"})
"""Between words, otherwise."""
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK")


def is_the_platforms(text: str) -> bool:
    """Whether the platform's name is in it: within a word, or as words of their own.

    So not where one happens to end in the next (`Gig Staff`, `Gig Stage Hire`).
    """
    bare = _without_accents(text).translate(_SIGNS)
    runs = _RUN.findall(bare)
    if any(PLATFORM in _folded(run) for run in runs):
        return True
    words = [_folded(word) for run in runs for word in _HUMP.split(run)]
    return any(_spelled(words[start:]) for start in range(len(words)))


def is_of_two_alphabets(text: str) -> bool:
    """Whether a word has letters of more than one of those that share their shapes."""
    whole = unicodedata.normalize("NFC", text)
    return any(len(_alphabets(word)) > 1 for word in _LETTERS.findall(whole))


def _spelled(words: list[str]) -> bool:
    """Whether the first of them are the name, one after the other."""
    so_far = ""
    for word in words:
        so_far += word
        if not PLATFORM.startswith(so_far):
            return False
        if so_far == PLATFORM:
            return True
    return False


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.category(char).startswith("M"))


def _folded(word: str) -> str:
    return word.casefold().translate(_ALIKE)


def _alphabets(word: str) -> set[str]:
    names = [unicodedata.name(char, "") for char in word]
    return {alphabet for alphabet in _ALPHABETS for name in names if alphabet in name}
