"""What assistants can ask: by which form of the pages, and what answers it.

What is said here is for assistants, and in English as their protocol is; what is answered is in the language of the
address. An argument is called as on the pages, so that an address there tells what to ask here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from pydantic import TypeAdapter

from talks import words
from talks.data import figures
from talks.public import openapi
from talks.public.assistants.answers import Answer, Item, Writer
from talks.public.forms import assistants as asked
from talks.public.forms.fields import SlugsField
from talks.public.pages import numbered_page
from talks.public.views import api
from talks.public.views.asked import handovers_asked
from talks.record import ledger, steps

GIVES = {resource.path: resource.gives for resource in api.RESOURCES}
TOTALS = "swaps"  # the page that tells them
# What each argument is, where its name does not say it.
ARGUMENTS = {
    "as_of": "A day (2025-06-02). The record as it was known then: what was reported later is left out.",
    "q": "Words that must all be told of an entry, in any form and spelling; a phrase in quotes word by word.",
    "kind": "Which kinds.",
    "party": "Parties, by slug, name or code.",
    "issue": "Issues, by slug or title.",
    "process": "Series of talks, by slug or title.",
    "person": "People, by slug or name.",
    "publisher": "A publisher, by slug or name.",
    "sources": "one: only what a single source reports; differ: only that on which sources contradict each other.",
    "from": "The first day of a period.",
    "to": "The last day of a period.",
    "order": "newest first, which is usual, or oldest first.",
    "slug": "The slug of an entry, as a search gives it and addresses end with it.",
    "r": "Of rounds: two to four, by slug.",
    "p": "Of proposals: two to six, by slug.",
    "status": "Statuses of exchanges.",
    "direction": "From which party to which: freedonia-to-sylvania.",
    "limit": f"How many items to give: at most {asked.MOST}; {asked.USUAL} if left out.",
    "after": "Where to go on: what the answer before gave as next.",
    "page": "Which page of the transfers: what the answer before gave as next.",
}
CHOICE = "of"  # the argument that says which of several forms is meant


class MistakeError(Exception):
    """What is asked makes no sense; its sentences say what would."""


@dataclass(frozen=True)
class Tool:
    """Something to ask. `asks`: {choice: (its form, what answers it)}; of one alone the choice is ""."""

    name: str
    title: str
    told: str
    asks: Mapping[str, tuple[type[forms.Form], Callable[[Any, str], Answer]]]

    @property
    def arguments(self) -> dict[str, Any]:
        """The schema of its arguments."""
        named = {name: field for form, _ in self.asks.values() for name, field in form.base_fields.items()}
        properties = {name: {**_schema(field), "description": ARGUMENTS[name]} for name, field in named.items()}
        if len(self.asks) == 1:
            required = ["slug"] if "slug" in named else []
        else:
            chosen = {"type": "string", "enum": list(self.asks), "description": "What to set side by side."}
            properties, required = {CHOICE: chosen, **properties}, [CHOICE]
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    def ask(self, arguments: Mapping[str, Any], origin: str) -> Answer:
        """What it answers, or a `MistakeError`. `origin`: what addresses start with."""
        given = dict(arguments)
        choice = str(given.pop(CHOICE, "")) if len(self.asks) > 1 else ""
        if choice not in self.asks:
            told = gettext("“%(value)s” is no choice; write one of %(known)s as “%(name)s”.")
            raise MistakeError(told % {"value": choice, "known": ", ".join(self.asks), "name": CHOICE})
        form_class, gives = self.asks[choice]
        form = form_class(_query(given, form_class))
        if form.errors:
            raise MistakeError(" ".join(form.complaints))
        try:
            return gives(form, origin)
        except Http404 as error:
            raise MistakeError(str(error)) from error


def _query(arguments: Mapping[str, Any], form: type[forms.Form]) -> QueryDict:
    """The arguments as the form of a page reads them."""
    query = QueryDict(mutable=True)
    for name, value in arguments.items():
        if name not in form.base_fields:
            told = gettext("There is no argument “%(name)s” here; there are %(known)s.")
            raise MistakeError(told % {"name": name, "known": ", ".join(form.base_fields)})
        values = [] if value is None else value if isinstance(value, list) else [value]
        if any(isinstance(one, bool) or not isinstance(one, str | int) for one in values):
            raise MistakeError(gettext("%(name)s: write a text, or a list of texts.") % {"name": name})
        query.setlist(name, [str(one).encode("utf-8", "replace").decode() for one in values])
    return query


def _schema(field: forms.Field) -> dict[str, Any]:
    """As the API describes the field; rows may be named in other ways than by slug, and nothing empty is sent."""
    schema = next(schema(field) for sort, schema in openapi.FIELDS if isinstance(field, sort))
    if isinstance(field, SlugsField):
        return {**schema, "items": {"type": "string"}} if field.most > 1 else {"type": "string"}
    return {**schema, "items": schema["items"]["anyOf"][0]} if schema["type"] == "array" else schema


# What answers them


def _answer(form: Any, writer: Writer, items: list[Item], total: int, about: str, following: str = "") -> Answer:
    name = "page" if "page" in form.fields else "after"
    known = gettext("as known on %(day)s") % {"day": words.day(form.day)} if form.day else ""
    return Answer(
        about=", ".join(one for one in (about, known) if one) + ".",
        language=get_language() or "",
        as_of=form.day,
        total=total,
        next={name: following} if following else {},
        items=tuple(items),
        sources=writer.sources,
    )


def _some(path: str, tell: Callable[[Writer, Any], Item]) -> Callable[[Any, str], Answer]:
    """What gives a part of the items that the API has at a path, each told by a method of the writer."""

    def gives(form: Any, origin: str) -> Answer:
        part, writer = GIVES[path](form, origin), Writer()
        items = [tell(writer, one) for one in part.items]
        about = ngettext("%(count)s is found", "%(count)s are found", part.total) % {"count": part.total}
        return _answer(form, writer, items, part.total, about, part.after or "")

    return gives


def _entry(form: Any, origin: str) -> Answer:
    entry, writer = GIVES["entries/<slug:slug>"](form, origin, form.fields["slug"].valid[0].slug), Writer()
    return _answer(form, writer, [writer.whole(entry)], 1, entry.kind_label)


def _totals(form: Any, origin: str) -> Answer:
    """The totals, and a page of the transfers behind them, as on the page of the numbers."""
    passed = handovers_asked(form)
    number, missing = form.cleaned_data.get("page") or 1, gettext("This list has no such page.")
    page = numbered_page(steps.lines(ledger.running_by_day(passed)), number, form.most, missing)
    asked_for = form.address(without={"limit": None, "page": None})
    address = f"{origin}{reverse(TOTALS)}" + (f"?{asked_for}" if asked_for else "")
    writer = Writer()
    items = [writer.total(one, address) for one in figures.totals(form.seen, passed, origin)]
    told = figures.steps(form.seen, page.object_list, origin)
    items += [writer.step(line, one) for line, one in zip(page.object_list, told, strict=True)]
    about = gettext("Totals, and the transfers they are counted from")
    following = str(page.next_page_number()) if page.has_next() else ""
    return _answer(form, writer, items, page.paginator.count, about, following)


TOOLS = {
    tool.name: tool
    for tool in (
        Tool(
            "search",
            "Search the record",
            "Find entries (rounds of talks, exchanges, proposals, events) by words, kinds, parties, issues, people, "
            "series and period. Gives for each its slug, its date, a sentence that sums it up, and who took part. "
            f"At most {asked.MOST} at a time, newest first.",
            {"": (asked.SearchQuery, _some("entries", Writer.short))},
        ),
        Tool(
            "entry",
            "Read one entry",
            "All that is told of one entry: every fact, and of a round its delegations, of an exchange its "
            "transfers, of a proposal its demands; each with the articles and paragraphs that report it.",
            {"": (asked.EntryQuery, _entry)},
        ),
        Tool(
            "comparison",
            "Set entries side by side",
            "Two to four rounds (r), two to six proposals (p), or each party’s latest position on each issue (party, "
            f"process, from, to; at most {asked.MOST} positions at a time). Gives all that is told of each.",
            {
                "rounds": (asked.RoundsQuery, _some("comparisons/rounds", Writer.whole)),
                "proposals": (asked.ProposalsQuery, _some("comparisons/proposals", Writer.whole)),
                "positions": (asked.PositionsQuery, _some("comparisons/positions", Writer.position)),
            },
        ),
        Tool(
            "totals",
            "Count what was handed over",
            "How many prisoners, bodies and others were handed over from which party to which, at all or in a "
            f"period; then the transfers that this is counted from, at most {asked.MOST} a page. Where reports "
            "differ, a total is a range. Do not add totals up yourself: some transfers stand beside them.",
            {"": (asked.TotalsQuery, _totals)},
        ),
        Tool(
            "differences",
            "Find where sources differ",
            "The entries on which articles contradict each other, newest first, with only those facts: what each "
            f"article says. At most {asked.MOST} at a time.",
            {"": (asked.DifferencesQuery, _some("differences", Writer.whole))},
        ),
    )
}


@cache
def schema_of_answers() -> dict[str, Any]:
    """The schema of what all of them answer."""
    return TypeAdapter(Answer).json_schema(mode="serialization")
