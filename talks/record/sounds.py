"""Names across alphabets: how a name sounds, so that Медінський and Medinsky are one, and in which cases it is written,
so that «у Стамбулі» is Стамбул. Pure functions on text.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

CYRILLIC = re.compile("[\u0400-\u04ff]")
# Folded letters, so that й is и, and ї is і; г is an h in Ukrainian and a g in Russian names.
LATIN = dict(zip("абвгдезиіклмнопрстуфхыэєј", "abvgdeziiklmnoprstufhieei", strict=True))
LATIN |= {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ъ": "", "ю": "iu", "я": "ia"}
TO_LATIN = str.maketrans(LATIN)
ALIKE = str.maketrans({"y": "i", "j": "i", "w": "v", "g": "h", "q": "k", "x": "ks"})
# Given names that both languages have, as each sounds: papers print a Russian in the Ukrainian form, and the reverse.
PAIRS = (
    "andri/andrei elena/olena evheni/evhen aleksandr/oleksandr aleksandra/oleksandra aleksei/oleksi dmitri/dmitro "
    "ekaterina/katerina hanna/ana kiril/kirilo mihail/mihailo nikolai/mikola pavel/pavlo petr/petro serhei/serhi "
    "tatiana/tetiana vasili/vasil vladimir/volodimir"
)
ONE_NAME = {ours: theirs for theirs, ours in (pair.split("/") for pair in PAIRS.split())}
TELLING = 4  # letters from which on words in two alphabets that sound alike are one name
SHORTEST = 3  # letters that stay in all cases
# Endings of the cases of Ukrainian and Russian names, and those that such a name may have when it is mentioned first;
# folded. A soft sign does not sound, so a word that ends with one counts as one without an ending.
CASES = {
    ending: firsts.replace("-", "").split("/")
    for ending, firsts in (
        # Стамбул, Гомель, Шевченко, Сергій
        *(("а", "-/о"), ("я", "-/и"), ("у", "-/о/а"), ("ю", "-/и/я"), ("ом", "-/о/ии"), ("ем", "-/и"), ("єм", "и")),
        *(("ові", "-/о"), ("еві", "-/и"), ("єві", "и"), ("ям", "я")),
        # Анкара, Росія, Сибіга, Америка
        *(("и", "а/я/і"), ("ы", "а"), ("і", "-/а/я/о/и"), ("іі", "ія"), ("ии", "ия"), ("е", "-/а/я/и")),
        *(("ою", "а"), ("ои", "а/ая"), ("ею", "я/а"), ("єю", "я"), ("еи", "я/а"), ("зі", "га"), ("ці", "ка")),
        # Зеленський, Саудівська
        *(("ого", "ии"), ("ому", "ии"), ("ім", "ии"), ("им", "ии/-/і"), ("ым", "ии/ыи/-")),
        *(("оі", "а"), ("іи", "а"), ("ую", "ая")),
        # Сполучені Штати
        *(("их", "і"), ("ых", "ые"), ("ими", "і"), ("ів", "и"), ("ов", "ы"), ("ам", "и"), ("ами", "и"), ("ах", "и")),
    )
}


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """A folded word of a name as it sounds: “medinski” for “medinsky”, “мединский” and “мединський”."""
    letters = word.translate(TO_LATIN).translate(ALIKE).replace("kh", "h")
    letters = re.sub(r"c(?!h)", "k", letters)
    letters = re.sub(r"(.)\1+", r"\1", letters).replace("ie", "e")
    letters = re.sub("aia$", "a", letters)  # Подобреевская is Подобреєвська
    return ONE_NAME.get(letters, letters)


@lru_cache(maxsize=50_000)
def sounds_of(word: str) -> frozenset[str]:
    """How a folded Cyrillic word of a name sounds, and how the names sound of which it may be another case."""
    return frozenset(map(sound, [word, *_mentioned_first(word)]))


def _mentioned_first(word: str) -> Iterator[str]:
    """The words that may have this form in another case: “стамбул” for “стамбулі”, and others that are none."""
    for ending, firsts in CASES.items():
        root = word.removesuffix(ending)
        if root == word or len(root) < SHORTEST:
            continue
        yield from (root + first for first in firsts)
        if "" in firsts:
            yield f"{root[:-1]}е{root[-1]}"  # Лубінця is of Лубінець
            if root.endswith(("ов", "ев", "єв")):  # Києва is of Київ
                yield f"{root[:-2]}ів"


def same_name(word: str, other: str) -> bool:
    """True if a folded word that somebody writes, in any case, is this word of a name.

    If either is in Cyrillic, they are compared by sound: words in Latin letters alone would find what nobody meant.
    """
    if word == other:
        return True
    if CYRILLIC.search(word):
        return sound(other) in sounds_of(word)
    return bool(CYRILLIC.search(other)) and len(sound(other)) >= TELLING and sound(word) == sound(other)
