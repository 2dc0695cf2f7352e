"""What forms ask for, for the data of pages, the API and assistants alike."""

from talks import queries
from talks.models import Issue, Party
from talks.models.translated import alphabetically, in_alphabet
from talks.public.pages import in_columns
from talks.record import ledger


def handovers_asked(form):
    """The `Handover`s of the period that pass the filters of the ledger."""
    return ledger.chosen(queries.handovers(form.seen, **form.period), **form.filters)


def rounds_asked(form):
    """The rounds to compare, in the order of columns: those that are named, or all of a series."""
    if form.series:
        return in_columns(queries.rounds_of(form.seen, form.series))
    return in_columns(queries.know(form.seen, form.fields["r"].valid))


def proposals_asked(form):
    """The proposals to compare, in the order of columns."""
    return in_columns(queries.know(form.seen, form.fields["p"].valid))


def positions_asked(form, seen):
    """(what `queries.standing` gives, [(issue, party)] of the positions in their order)."""
    standing = queries.standing(seen, **form.filters)
    parties = form.fields["party"].valid or Party.objects.filter(pk__in={party for _, party in standing.latest})
    issues = list(alphabetically(Issue.objects.filter(pk__in={issue for issue, _ in standing.latest})))
    parties = sorted(parties, key=in_alphabet)
    pairs = [(issue, party) for issue in issues for party in parties]
    return standing, [(issue, party) for issue, party in pairs if (issue.pk, party.pk) in standing.latest]


def findings_asked(form):
    """The findings (pks) whose changes are told beside those of entries; None where a filter leaves them out."""
    return None if any(form.filters.values()) else queries.findings_told(form.seen)
