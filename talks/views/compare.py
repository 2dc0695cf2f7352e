"""Comparisons: rounds, proposals and positions side by side. Columns stand by date, then alphabetically."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from talks import queries
from talks.forms import CompareProposalsForm, CompareRoundsForm, PublicForm
from talks.models import KINDS, Issue, Party, Proposal, Round
from talks.pages import in_columns, render_page
from talks.words import LABELS, shown_facts


def _chosen(form, name):
    """The entries that a comparison form names, those among them that are valid, as `KnownEntry`s in columns."""
    return in_columns(queries.know(form.fields[name].valid, form.day))


@require_safe
def compare_rounds(request):
    """Two to four rounds in columns."""
    form = CompareRoundsForm(request.GET)
    columns = _chosen(form, "r")
    pks, slugs = [one.entry.pk for one in columns], [one.entry.slug for one in columns]
    names = queries.names_in(columns, form.day)
    delegations = queries.delegations_of(pks, form.day)
    accounts = queries.accounts_of(pks, form.day)
    tabled = queries.named_by("presented_at", slugs, form.day)
    agreed = queries.named_by("agreed_at", slugs, form.day)
    context = {
        "columns": columns,
        "chosen": {one.entry.pk for one in columns},
        "choices": queries.know(Round.objects.visible(form.day).order_by("-stands", "-pk")[: queries.MANY], form.day),
        "fact_rows": _fact_rows(columns, names),
        "delegation_rows": _party_rows(pks, {pk: [(d.party, d) for d in rows] for pk, rows in delegations.items()}),
        "account_rows": _party_rows(pks, accounts),
        "proposals": [tabled[slug] for slug in slugs],
        "swaps": [agreed[slug] for slug in slugs],
    }
    return render_page(request, "compare_rounds.html", form, context)


def _fact_rows(columns, names):
    """[(label, [ShownFact or None for each column])] of the facts that any of the rounds has."""
    shown = [{fact.field: fact for fact in shown_facts(one, names)} for one in columns]
    fields = [field for field in KINDS["round"].FACTS if any(field in facts for facts in shown)]
    return [(str(LABELS[field]), [facts.get(field) for facts in shown]) for field in fields]


def _party_rows(pks, by_entry):
    """[(party, [what each entry has of that party, or None])] from {entry pk: [(party, something)]}."""
    parties = {party.pk: party for pairs in by_entry.values() for party, _ in pairs}
    found = {(pk, party.pk): what for pk, pairs in by_entry.items() for party, what in pairs}
    ordered = sorted(parties.values(), key=lambda party: (party.order, party.name))
    return [(party, [found.get((pk, party.pk)) for pk in pks]) for party in ordered]


@dataclass(frozen=True)
class Cell:
    """What one proposal says on one issue, or in words why nothing stands there."""

    provisions: list
    gap: str


GAPS = {
    Proposal.Coverage.WHOLE: _("not addressed in this text"),
    Proposal.Coverage.NOT_PUBLIC: _("text not public"),
    Proposal.Coverage.PART: _("no article here says"),
}


@require_safe
def compare_proposals(request):
    """Two to six proposals in columns, issues in rows."""
    form = CompareProposalsForm(request.GET)
    columns = _chosen(form, "p")
    provisions = queries.provisions_of([one.entry.pk for one in columns], form.day)
    issues = {provision.issue for rows in provisions.values() for provision in rows}
    choices = Proposal.objects.visible(form.day).order_by("-stands", "-pk")[: queries.MANY]
    context = {
        "columns": columns,
        "chosen": {one.entry.pk for one in columns},
        "choices": queries.know(choices, form.day),
        "rows": [
            (issue, [_cell(one, issue, provisions.get(one.entry.pk, [])) for one in columns])
            for issue in sorted(issues, key=lambda issue: (issue.order, issue.title))
        ],
    }
    return render_page(request, "compare_proposals.html", form, context)


def _cell(known, issue, provisions):
    coverage = known.facts["coverage"].value if "coverage" in known.facts else Proposal.Coverage.PART
    return Cell([provision for provision in provisions if provision.issue == issue], str(GAPS[coverage]))


@require_safe
def compare_positions(request):
    """Each party's latest stated position on each issue."""
    form = PublicForm(request.GET)
    positions = queries.latest_positions(form.day)
    parties = Party.objects.filter(pk__in={party for _, party in positions})
    issues = Issue.objects.filter(pk__in={issue for issue, _ in positions})
    context = {
        "parties": parties,
        "rows": [(issue, [positions.get((issue.pk, party.pk)) for party in parties]) for issue in issues],
    }
    return render_page(request, "compare_positions.html", form, context)
