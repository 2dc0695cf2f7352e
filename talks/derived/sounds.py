"""Names across alphabets: how a name sounds, so that Медінський and Medinsky are one. Pure functions on text."""

import re
from functools import lru_cache

CYRILLIC = re.compile("[\u0400-\u04ff]")
# Folded letters, so that й is и, and ї is і; г is an h in Ukrainian and a g in Russian names.
LATIN = dict(zip("абвгдезиіклмнопрстуфхыэєј", "abvgdeziiklmnoprstufhieei", strict=True))
LATIN |= {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ъ": "", "ю": "iu", "я": "ia"}
TO_LATIN = str.maketrans(LATIN)
ALIKE = str.maketrans({"y": "i", "j": "i", "w": "v", "g": "h", "q": "k", "x": "ks"})


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """A folded word of a name as it sounds: “medinski” for “medinsky”, “мединский” and “мединський”."""
    letters = word.translate(TO_LATIN).translate(ALIKE).replace("kh", "h")
    letters = re.sub(r"(.)\1+", r"\1", letters)
    return letters.replace("ie", "e")


def same_name(word: str, other: str) -> bool:
    """True if a folded word that somebody writes is this word of a name; what is written in Cyrillic goes by sound."""
    return word == other or bool(CYRILLIC.search(word) and sound(word) == sound(other))
