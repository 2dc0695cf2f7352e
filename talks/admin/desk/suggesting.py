"""Amendments: reports that authors suggest at the desk for published entries, kept until an editor decides.

What is sent must pass the form of the desk, and is kept as it was sent, so that the same form accepts it.
"""

from django.utils.translation import override

from talks.admin.desk.paragraphs import in_words
from talks.derived.changes import difference, said
from talks.derived.reports import Reports, reports_of
from talks.editing.upkeep import plan_edit
from talks.editing.versions import mark_of
from talks.models import Amendment, Change, Delegate


def suggest(request, sort, form):
    """Keep what a valid form says, for an editor to decide; the same sent twice is one amendment."""
    entry, row = form.entry, form.instance
    with override("en"):  # kept, so it is in one language
        words = in_words(row)
    amendment, _new = Amendment.objects.get_or_create(
        entry_id=entry.pk,
        article=form.article,
        sort=sort,
        row=row.pk if form.changes else None,
        sent={name: form.data[name] for name in form.fields if name in form.data} | {"text_mark": form.text_mark},
        author=request.user,
        state=Amendment.State.WAITING,
        defaults={"words": words, "why": form.cleaned_data["reason"], "opened": mark_of(type(entry), entry.pk)},
    )
    return amendment


def waiting_of(article):
    """The amendments from an article that no editor has decided on yet."""
    return list(article.amendments.filter(state=Amendment.State.WAITING).select_related("entry", "author"))


def outcome_of(form):
    """What readers would be told if a valid form were saved: a `Change`, not saved, maybe without lines."""
    entry, row = form.entry, form.instance
    reports = reports_of([entry.pk], [entry.kind])[entry.pk]
    then = Reports({model: [one for one in rows if one != row] for model, rows in reports.rows.items()})
    then.add(row)
    if isinstance(row, Delegate) and row.delegation.pk is None:
        then.add(row.delegation)
    lines = difference(said(entry, reports), said(entry, plan_edit(entry, {}, then).reports))
    return Change(entry=entry, sort=Change.Sort.CHANGED, lines=lines)
