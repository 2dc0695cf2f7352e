"""Which issues a text speaks of."""

from collections.abc import Iterable, Iterator

from talks.derived.stems import in_a_row, stem, stems_of, words_in
from talks.suggest import vocabulary
from talks.suggest.text import Suggestion, Topic, telling


def issues_in(text: str, topics: Iterable[Topic]) -> Iterator[Suggestion]:
    """The issues that a text speaks of: by the keywords for their slugs, or by their own words where there are none."""
    inside, stems = in_a_row(stems_of(text)), set(stems_of(text))
    for topic in topics:
        words = vocabulary.words_of_record()["issues"].get(topic.slug)
        if words is None:
            said = _own_words_in(topic, stems)
        else:
            said = next((phrase for phrase in [topic.title, *words] if in_a_row(stems_of(phrase)) in inside), "")
        if said:
            yield Suggestion("issue", topic.slug, said)


def _own_words_in(topic: Topic, stems: set[str]) -> str:
    """The words of an issue that a text has, if they are all of its title, or two of title and description."""
    text = f"{topic.title} {topic.description}"
    title, told_stems = telling(topic.title), telling(text) & stems
    if not (title and title <= told_stems) and len(told_stems) < 2:
        return ""
    return ", ".join(dict.fromkeys(word for word in words_in(text) if stem(word) in told_stems))
