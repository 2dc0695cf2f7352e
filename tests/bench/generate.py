"""Article files about talks between countries that do not exist; the same files for the same numbers, every time.

Five entries an article on average. One to three articles report each of them: the first with all its facts, the others
with some, and not always with the same numbers.
"""

import datetime
import json
import re
from pathlib import Path
from random import Random

FIRST_DAY, YEARS = datetime.date(2000, 1, 1), 24
PARTIES = ("freedonia", "sylvania", "ruritania", "graustark", "osterlich", "tomania", "bacteria", "moronica")
CITIES = (("Klopstokia", "KG"), ("Strelsau", "RU"), ("Zenda", "RU"), ("Edelweiss", "GR"), ("Pottsylvania", "PT"))
LANGUAGES = ("en", "de", "fr", "tr")
PEOPLE, ISSUES, PROCESSES, PUBLISHERS = 120, 20, 4, 40
KINDS = {"rounds": 15, "swaps": 15, "proposals": 20, "events": 50}
TEXT = """
    the delegations met again and spoke of prisoners lists names were handed over both sides called meeting useful
    no date was agreed for another round a draft text read aloud host offered rooms an adviser left early withdrawal
    troops from border region stays open according to ministry families told by telephone
"""
WORDS = TEXT.split()
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 -]*")  # what needs no quotes in YAML


def generate(folder, articles, seed=2031):
    """Write reference files and this many article files into `folder`; gives the number of entries."""
    random = Random(seed)
    _write_reference(folder / "reference", random)
    target = folder / "articles"
    target.mkdir(parents=True)
    writer = ArticleWriter(random, articles)
    for number in range(articles):
        content = writer.article(number)
        (target / f"{content['article']['slug']}.yaml").write_text(as_yaml(content), encoding="utf-8")
    return writer.entries


def as_yaml(content):
    """Values as YAML in block style, which is how people write these files; lists of plain values in one line."""
    return "\n".join(_lines(content, "")) + "\n"


def _lines(content, indent):
    for name, value in content.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{indent}{name}:"
            for item in value:
                first, *others = _lines(item, indent + "    ")
                yield f"{indent}  - {first.lstrip()}"
                yield from others
        elif isinstance(value, dict):
            yield f"{indent}{name}:"
            yield from _lines(value, indent + "  ")
        else:
            yield f"{indent}{name}: {_scalar(value)}"


def _scalar(value):
    if isinstance(value, list):
        return f"[{', '.join(map(_scalar, value))}]"
    if isinstance(value, str) and not PLAIN.fullmatch(value):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write_reference(folder, random):
    folder.mkdir(parents=True)
    vocabulary = {
        "parties": [
            {"slug": slug, "name": slug.title(), "short": slug[:3].upper(), "kind": "state", "order": place}
            for place, slug in enumerate(PARTIES, start=1)
        ],
        "people": [
            {"slug": f"person-{n}", "name": f"Person {n}", "party": random.choice(PARTIES)} for n in range(PEOPLE)
        ],
        "issues": [
            {"slug": f"issue-{n}", "title": f"Issue {n}", "group": f"Group {n % 4}", "order": n} for n in range(ISSUES)
        ],
        "processes": [{"slug": f"process-{n}", "title": f"Talks of series {n}"} for n in range(PROCESSES)],
        "publishers": [
            {"slug": f"gazette-{n}", "name": f"Gazette {n}", "kind": "newspaper"} for n in range(PUBLISHERS)
        ],
    }
    for name, items in vocabulary.items():
        text = as_yaml({"items": items}).partition("\n")[2]
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


class ArticleWriter:
    """Makes up one article after another, and remembers which entries later articles are to report again."""

    def __init__(self, random, articles):
        self.random = random
        self.articles = articles
        self.entries = 0
        self.again = {}  # number of a later article → entries that it reports too
        self.rounds = []  # slugs of late rounds, for what was agreed or tabled there

    def article(self, number):
        """The content of an article file."""
        day = FIRST_DAY + datetime.timedelta(days=number * YEARS * 365 // self.articles)
        publisher = f"gazette-{self.random.randrange(PUBLISHERS)}"
        head = {
            "slug": f"{publisher}-{day}-{number}",
            "publisher": publisher,
            "title": self.text(8),
            "url": f"https://{publisher}.example/{number}",
            "published": day,
            "language": self.random.choice(LANGUAGES),
            "summary": self.text(20),
        }
        content = {"article": head}
        for section, part in [*self.again.pop(number, ()), *self.new_entries(number, day)]:
            content.setdefault(section, []).append(part)
        parts = [part for section in KINDS for part in content.get(section, ())]
        content["accounts"] = [self.account(part) for part in parts if self.random.random() < 0.2]
        return content

    def new_entries(self, number, day):
        """(section, part) of the entries that this article is the first to report: one to nine, five on average."""
        for _ in range(self.random.randint(1, 9)):
            self.entries += 1
            section = self.random.choices(list(KINDS), list(KINDS.values()))[0]
            part = getattr(self, f"_{section}")(day - datetime.timedelta(days=self.random.randrange(5)))
            yield section, part
            for _ in range(self.random.choices((0, 1, 2), (60, 25, 15))[0]):
                later = self.again.setdefault(number + self.random.randint(1, 30), [])
                if part["slug"] not in [other["slug"] for _, other in later]:
                    later.append((section, self.retold(part)))

    def retold(self, part):
        """What another article says of the same entry: fewer facts, and here and there another number."""
        told = {name: value for name, value in part.items() if name not in ("summary", "outcome", "issues")}
        told |= {"note": self.text(20), "paragraphs": self.paragraphs()}
        if "transfers" in told and self.random.random() < 0.1:
            told["transfers"] = [one | {"count": one["count"] + 1} for one in told["transfers"]]
        if "delegations" in told:
            told["delegations"] = told["delegations"][:1]
        if "provisions" in told:
            told["provisions"] = [one | {"text": self.text(12)} for one in told["provisions"][:2]]
        return told

    def text(self, words):
        return " ".join(self.random.choices(WORDS, k=words)).capitalize()

    def paragraphs(self):
        return sorted(self.random.sample(range(1, 15), self.random.randint(1, 3)))

    def parties(self):
        return self.random.sample(PARTIES, self.random.randint(1, 3))

    def _entry(self, section, day):
        return {
            "slug": f"{section[:-1]}-{day}-{self.entries}",
            "title": self.text(7),
            "summary": self.text(25),
            "paragraphs": self.paragraphs(),
        }

    def _rounds(self, day):
        city, country = self.random.choice(CITIES)
        part = self._entry("rounds", day) | {
            "start": day,
            "process": f"process-{self.random.randrange(PROCESSES)}",
            "status": "held",
            "city": city,
            "country": country,
            "outcome": self.text(15),
            "delegations": [self.delegation(party) for party in self.parties()],
        }
        self.rounds = [*self.rounds[-9:], part["slug"]]
        return part

    def delegation(self, party):
        people = self.random.sample(range(PEOPLE), self.random.randint(0, 4))
        members = [{"person": f"person-{n}", "title": self.text(3), "paragraphs": [2]} for n in people]
        if members:
            members[0]["head"] = True
        said = {"party": party, "size": len(people) + 3, "paragraphs": self.paragraphs()}
        return said | ({"members": members} if members else {})

    def _swaps(self, day):
        one, other = self.random.sample(PARTIES, 2)
        counted = {"date": day, "kind": "prisoners-of-war", "paragraphs": self.paragraphs()}
        part = self._entry("swaps", day) | {"start": day, "status": "completed"}
        part["transfers"] = [
            counted | {"from": giver, "to": taker, "count": self.random.randint(1, 400)}
            for giver, taker in ((one, other), (other, one))
        ]
        return part | self._at_a_round("agreed_at")

    def _proposals(self, day):
        part = self._entry("proposals", day) | {
            "date": day,
            "parties": self.parties()[:1],
            "form": "memorandum",
            "status": "submitted",
        }
        part["provisions"] = [
            {
                "key": f"demand-{n}",
                "issue": f"issue-{self.random.randrange(ISSUES)}",
                "text": self.text(12),
                "paragraphs": [n],
            }
            for n in range(1, self.random.randint(3, 9))
        ]
        return part | self._at_a_round("presented_at")

    def _events(self, day):
        part = self._entry("events", day) | {"kind": "statement", "parties": self.parties()}
        return part | ({"start": day} if self.random.random() < 0.8 else {})

    def _at_a_round(self, field):
        return {field: self.random.choice(self.rounds)} if self.rounds and self.random.random() < 0.3 else {}

    def account(self, part):
        said = {"entry": part["slug"], "party": self.random.choice(PARTIES), "text": self.text(15)}
        return said | {"speaker": f"person-{self.random.randrange(PEOPLE)}", "paragraphs": self.paragraphs()}


if __name__ == "__main__":
    import sys

    print(generate(Path(sys.argv[1]), int(sys.argv[2])))
