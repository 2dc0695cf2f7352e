"""The vocabulary of `talks.suggest`: words by which an article names what has no name of its own in the record.

Plain data, to be added to. Words are compared without case and accents, those of issues by their stems, too. Those of
the parties and issues of one record stand beside its files; see `words_of_record`.
"""

import json
from functools import cache

from django.conf import settings


@cache
def words_of_record() -> dict[str, dict[str, list[str]]]:
    """{"parties": {slug: words}, "issues": {slug: words}} that articles use for them; none of what has no words.

    Of parties: what is said beside a name and a code. Of names that end in “a”, such as Freedonia, the form with “n”
    follows by itself. Capitals are left out: “talks in the capital” names no party. A slug that the record does not
    have does no harm.
    """
    if not settings.SUGGESTIONS.exists():
        return {"parties": {}, "issues": {}}
    return json.loads(settings.SUGGESTIONS.read_text(encoding="utf-8"))


# Words that may stand with a capital before a last name without being the first name of somebody else.
BEFORE_LAST_NAMES = (
    "a adviser advisor aide ambassador and as chairman chairwoman chancellor colonel commissioner diplomat dr "
    "envoy foreign general head his interior justice lady lieutenant lord major marshal minister mr mrs ms negotiator "
    "ombudsman premier president prime prince secretary senator special speaker spokesman spokesperson spokeswoman "
    "the when while while after before but for from in later meanwhile on since that then to with"
)

# The nouns that are counted, by the kind of a transfer. “Weak” ones count only where something tells of an exchange:
# soldiers are also sent, and civilians also flee.
UNITS = {
    "prisoners-of-war": ["prisoners of war", "prisoner of war", "pows", "pow", "prisoners", "captives"],
    "remains": ["bodies", "body", "remains"],
    "civilians": [],
    "children": [],
}
WEAK_UNITS = {
    "prisoners-of-war": ["soldiers", "servicemen", "service members", "troops", "fighters", "defenders", "officers"],
    "civilians": ["civilians", "civilian", "civilian hostages", "civilian detainees"],
    "children": ["children", "minors"],
    "remains": [],
}
# Stems of words that tell of an exchange.
EXCHANGE = "swap exchang releas free freed return repatri captiv hand handov transfer home reunit receiv"
# A word between a number and its noun that shows that the noun is not what is counted.
NOT_BETWEEN = (
    "for from who that which were was are is had has have said on in at to by while when but per percent million "
    "billion days day hours hour years year months weeks miles kilometres kilometers km times times"
)

# Words that say nothing of an entry or an issue where they stand in its title or description.
COMMON = (
    "a about after against all also an and any are as at be before between by can each for from had has have how if in "
    "into is it its made may more most new no not of off on one or other others out over said second first third "
    "fourth next that the their them they this those to under up was were what when where which who with would is talk "
    "talks round meeting day days two three people"
)
