"""What article files say, worked out by the rules of docs/domain.md from the files alone, without the site's code.

`Oracle(folder)` reads a folder; its methods give what a page of a day (ISO text, None for today) must tell, in plain
values. All texts have single spaces, and numbers are text but for those that are counted here.
"""

import unicodedata
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import yaml

from tests.oracle_counts import HandedOver, agree, count

KINDS = {"rounds": "round", "swaps": "swap", "proposals": "proposal", "events": "event"}
FACTS = [
    *("start", "end", "time", "after", "process", "number", "status", "city", "country", "venue", "duration_minutes"),
    *("format", "outcome", "parties", "issues", "agreed_at", "mediators", "form", "coverage", "presented_at"),
    *("supersedes", "answers", "event_kind"),
]
LATEST = {"status", "coverage"}
DATES = {"start", "end"}
LISTS = {"parties", "issues", "mediators"}
RENDERINGS = {"outcome"}
CONTRADICTED = {"size", "head", "count"}  # of reported rows, what articles can contradict each other in
PRECISION = {4: "year", 7: "month", 10: "day"}


def plain(value):
    """A value of a file as text with single spaces; of a list, its names."""
    return ", ".join(value) if isinstance(value, list) else " ".join(value.split())


def folded(text):
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


class Oracle:
    def __init__(self, folder):
        files = (yaml.load(path.read_text(), yaml.BaseLoader) for path in Path(folder).glob("articles/*.yaml"))
        self.files = sorted(files, key=lambda file: (file["article"]["published"], file["article"]["slug"]))
        self.articles = {file["article"]["slug"]: file["article"] for file in self.files}

    def days(self, many):
        """So many of the days on which articles were published, spread over all of them, and today."""
        days = sorted({article["published"] for article in self.articles.values()})
        return [None, *days[:: max(len(days) // many, 1)]]

    def known(self, day):
        """{slug: `Entry`} of all that is public on a day."""
        entries = {}
        files = [file for file in self.files if day is None or file["article"]["published"] <= day]
        for file in files:
            for section, kind in KINDS.items():
                for part in file.get(section, ()):
                    entry = entries.setdefault(part["slug"], Entry(kind, part, self.articles))
                    entry.add(file["article"]["slug"], part)
        for file in files:
            for part in file.get("accounts", ()):
                entries[part["entry"]].account(file["article"]["slug"], part)
        return {slug: entry for slug, entry in entries.items() if not entry.draft}

    def totals(self, day):
        """{(from, to, kind): (low, high, exchanges, without a number, beside, announced)} of what was handed over."""
        found = defaultdict(lambda: [0, 0, 0, 0, 0, 0])
        exchanges = Counter()
        for entry in self.known(day).values():
            tallies = entry.tallies if entry.kind == "swap" else {}
            exchanges.update({way[2] for way, (low, high, counted, bare, *_) in tallies.items() if counted or bare})
            for way, (low, high, _, *others) in tallies.items():
                found[way] = [a + b for a, b in zip(found[way], [low, high, 0, *others], strict=True)]
        return {way: (low, high, exchanges[way[2]], *others) for way, (low, high, _, *others) in found.items()}

    def choices(self, day):
        """{filter: {value: number of entries}} of the timeline."""
        found = {"kind": Counter(), "party": Counter(), "issue": Counter(), "process": Counter(), "sources": Counter()}
        for entry in self.known(day).values():
            found["kind"][entry.kind] += 1
            found["party"].update(entry.parties)
            found["issue"].update(entry.issues)
            found["process"].update(entry.accepted(field) for field in entry.facts if field == "process")
            found["sources"].update({"one": entry.sources == 1, "differ": entry.differs})
        return {name: {value: many for value, many in counts.items() if many} for name, counts in found.items()}

    def seats(self, day):
        """{(person, round, party): (head, expected)}; head is None where articles differ or say nothing of it."""
        seats = {}
        for slug, entry in self.known(day).items():
            for (party, person), rows in entry.delegates.items():
                said = {row["facts"]["head"] for row in rows if "head" in row["facts"]}
                alone = len(said) == 1 and not entry.led_by_another((party, person))
                seats[person, slug, party] = said.pop() == "true" if alone else None, entry.expects((party, person))
        return seats


class Entry:
    """An entry as the articles of a day tell it, in their order."""

    def __init__(self, kind, part, articles):
        self.kind, self.title, self.draft = kind, plain(part["title"]), part.get("draft") == "true"
        self.articles = articles
        self.mentions = []
        self.facts = defaultdict(list)  # {field: [(article, paragraphs, value)]}
        self.rows = defaultdict(list)  # {sort: [{article, about, paragraphs, facts}]}

    def add(self, article, part):
        """What one article's file says of the entry."""
        self.mentions.append((article, part["paragraphs"], plain(part.get("note", ""))))
        told = part | ({"event_kind": part["kind"]} if "kind" in part else {})
        told |= {"start": part["date"]} if "date" in part else {}
        for field in (field for field in FACTS if field in told):
            paragraphs = part.get("paragraphs_of", {}).get(field, part["paragraphs"])
            self.facts[field].append((article, paragraphs, told[field]))
        for one in part.get("delegations", ()):
            role, expected = one.get("role", "party"), one.get("expected", "false")
            self._row("delegation", article, one, ["party"], ["size", "note"], role=role, expected=expected)
            for member in one.get("members", ()):
                self._row("delegate", article, member | {"party": one["party"]}, ["party", "person"], ["title", "head"])
                self.rows["delegate"][-1]["expected"] = expected == "true"
        for one in part.get("transfers", ()):
            days = {"date": one.get("date", one.get("start", "")), "until": one.get("end", "")}
            self._row("transfer", article, one | days, ["date", "until", "from", "to", "kind"], ["count"])
        for one in part.get("provisions", ()):
            self._row("provision", article, one, ["key"], ["issue", "point", "number", "text"])

    def account(self, article, part):
        self._row("account", article, part, ["party", "speaker", "issue"], ["text"])

    def _row(self, sort, article, part, key, fields, **facts):
        facts |= {field: plain(part[field]) for field in fields if field in part}
        about = tuple(part.get(name, "") for name in key)
        row = {"article": article, "paragraphs": part["paragraphs"], "about": about, "facts": facts}
        self.rows[sort].append(row)

    def in_force(self, field):
        """The reports of a fact that count: of a status, those of what the latest day says."""
        reports = self.facts[field]
        if field not in LATEST:
            return reports
        latest = self.articles[reports[-1][0]]["published"]
        current = {value for article, _, value in reports if self.articles[article]["published"] == latest}
        return [report for report in reports if report[2] in current]

    def accepted(self, field):
        values = [value for *_, value in self.facts[field]]
        if field in LATEST:
            return values[-1]
        if self._adds_up(field):
            return plain(list(dict.fromkeys(name for value in values for name in value)))
        first, *others = values
        for value in others if field in DATES else ():
            first = value if value.startswith(first) else first
        return plain(first)

    def _adds_up(self, field):
        """True of a list of which all reports count together; that of a proposal's authors is the first report's."""
        return field in LISTS and (self.kind, field) != ("proposal", "parties")

    def agree(self, field, one, other):
        if field in DATES:
            return one.startswith(other) or other.startswith(one)
        if field in LISTS:
            return self._adds_up(field) or set(one.split(", ")) == set(other.split(", "))
        return field in RENDERINGS or folded(one) == folded(other)

    def fact(self, field):
        """(accepted value, whether sources differ, [(article, paragraphs, value, whether it agrees)])."""
        reports = [(article, paragraphs, plain(value)) for article, paragraphs, value in self.in_force(field)]
        accepted = self.accepted(field)
        differs = any(not self.agree(field, one[2], other[2]) for one, other in combinations(reports, 2))
        return accepted, differs, [(*report, self.agree(field, report[2], accepted)) for report in reports]

    def merged(self, sort):
        """{what rows are about: (facts, [(article, paragraphs)])}; facts are {field: (differs, [(article, value)])}."""
        found = {}
        for row in self.rows[sort]:
            facts, reports = found.setdefault(row["about"], ({}, []))
            reports.append((row["article"], row["paragraphs"]))
            for field, value in row["facts"].items():
                facts.setdefault(field, []).append((row["article"], value))
        return {
            about: ({field: (self._differ(about, field, said), said) for field, said in facts.items()}, reports)
            for about, (facts, reports) in found.items()
        }

    def _differ(self, about, field, said):
        if field not in CONTRADICTED:
            return False
        if field == "head":
            return len({value for _, value in said}) > 1 or self.led_by_another(about)
        if field == "count":
            return self.handed_over.differ(about)
        return any(not agree(*pair) for pair in combinations({count(value) for _, value in said}, 2))

    def led_by_another(self, about):
        """True of a head where an article names another: of those seen there, or of those only expected."""
        said = {one: {row["facts"].get("head") for row in rows} for one, rows in self.delegates.items()}
        heads = {one for one in said if one[0] == about[0] and "true" in said[one]}
        return about in heads and any(self.expects(one) == self.expects(about) for one in heads - {about})

    @property
    def delegates(self):
        """{(party, person): what each article says of the person in that delegation}."""
        rows = defaultdict(list)
        for row in self.rows.get("delegate", ()):
            rows[row["about"]].append(row)
        return rows

    def expects(self, about):
        """True if no article says that this person came."""
        return all(row["expected"] for row in self.delegates[about])

    @property
    def differs(self):
        rows = [facts for sort in self.rows for facts, _ in self.merged(sort).values()]
        of_rows = any(differs for facts in rows for differs, _ in facts.values())
        return of_rows or any(self.fact(field)[1] for field in self.facts)

    @property
    def start(self):
        """The day or part of it at which it stands."""
        return self.accepted("start") if "start" in self.facts else self.first_reported

    @property
    def precision(self):
        return PRECISION[len(self.start)] if "start" in self.facts else "reported"

    @property
    def first_reported(self):
        return min(self.articles[article]["published"] for article, *_ in self.mentions)

    @property
    def last_reported(self):
        """Also what a party said of it is a report."""
        cited = [article for article, *_ in self.mentions]
        cited += [row["article"] for rows in self.rows.values() for row in rows]
        return max(self.articles[article]["published"] for article in cited)

    @property
    def sources(self):
        """How many independent sources report it as such: copies of one wire or of one address are one."""
        groups = []
        for article in (self.articles[slug] for slug, *_ in self.mentions):
            marks = {article.get("agency", article["publisher"]), article.get("url", article["slug"])}
            copies = [group for group in groups if group & marks]
            groups = [*(group for group in groups if group not in copies), marks.union(*copies)]
        return len(groups)

    @property
    def parties(self):
        """All that any article names, whether it is accepted or not, but for those that are only expected."""
        named = {
            name for field in ("parties", "mediators") for *_, names in self.facts.get(field, ()) for name in names
        }
        present = {row["about"][0] for row in self.rows["delegation"] if row["facts"]["expected"] == "false"}
        return named | present | {party for row in self.rows["transfer"] for party in row["about"][2:4]}

    @property
    def people(self):
        spoke = {row["about"][1] for row in self.rows["account"] if row["about"][1]}
        return spoke | {row["about"][1] for row in self.rows["delegate"] if not row["expected"]}

    @property
    def issues(self):
        named = set(self.accepted("issues").split(", ")) if "issues" in self.facts else set()
        return named | {row["facts"]["issue"] for row in self.rows["provision"]}

    @property
    def handed_over(self):
        return HandedOver(self.rows["transfer"])

    @property
    def tallies(self):
        status = {value for *_, value in self.in_force("status")} if "status" in self.facts else set()
        return self.handed_over.tallies(status)
