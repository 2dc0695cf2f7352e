"""What follows from an edit: citations for new facts, a mention by each article, editors' choices, derived columns."""

from django.db import transaction

from talks.admin.forms import NARRATIVE
from talks.admin.values import column_text
from talks.derived.reports import reports_of
from talks.derived.settle import derive, settle
from talks.editing.readiness import lacking
from talks.models import LISTS, Account, Citation, Kind, Publication, Round, Rule
from talks.record.facts import resolve, same_value


def save_entry(form, publication, reason):
    """Bring everything about an entry into line after its form and its reported rows were saved.

    `publication` is what the editor wants; until now a new entry is a draft. If it lacks something to be published, it
    stays what it was, and what it lacks is given back in sentences.
    """
    entry = form.instance
    cite_facts(entry, form.wanted, reason)
    keep_mentions(entry, reason)
    reports = reports_of([entry.pk])[entry.pk]
    entry.chosen = choices(form, reports.citations)
    derive(entry, reports)
    before = form.initial.get("publication", Publication.DRAFT)
    problems = lacking([entry])[entry.pk] if before != publication == Publication.PUBLISHED else []
    entry.publication = before if problems else publication
    entry._change_reason = reason
    entry.save()
    settle({entry.pk: reason})
    return problems


def cite_facts(entry, wanted, reason):
    """Make the citations of an entry's only article report `wanted`; with several articles the form saw to it."""
    reports = reports_of([entry.pk])[entry.pk]
    articles = {row.article_id: row for row in reports.all() if not isinstance(row, Account)}
    if len(articles) != 1:
        return
    cited = {citation.field: citation for citation in reports.citations}
    source = cited.get("") or next(iter(articles.values()))
    for fact, text in wanted.items():
        citation = cited.get(fact)
        if citation and not text:
            citation._change_reason = reason
            citation.delete()
        elif text and (not citation or same_value(fact, citation.value) != same_value(fact, text)):
            citation = citation or Citation(
                entry_id=entry.pk, article=source.article, field=fact, paragraphs=source.paragraphs
            )
            citation.value = text
            citation._change_reason = reason
            citation.save()


def keep_mentions(entry, reason):
    """Give each article that reports something of the entry a citation of the entry as such, with a title.

    The first of them has the summary, if none has one.
    """
    reports = reports_of([entry.pk])[entry.pk]
    mentions = {citation.article_id: citation for citation in reports.citations if not citation.field}
    paragraphs = {}
    for row in reports.all():
        if not isinstance(row, Account):
            paragraphs.setdefault(row.article, set()).update(row.paragraph_numbers)
    for article, numbers in paragraphs.items():
        if article.pk not in mentions:
            told = ", ".join(str(number) for number in sorted(numbers))
            mentions[article.pk] = Citation(entry_id=entry.pk, article=article, paragraphs=told)
    ordered = sorted(mentions.values(), key=lambda mention: (mention.published, mention.article.slug))
    told = any(mention.summary for mention in ordered)
    for mention in ordered:
        before = mention.pk, mention.title, mention.summary
        mention.title = mention.title or entry.title
        if not told:
            mention.summary, told = entry.summary, True
        if (mention.pk, mention.title, mention.summary) != before or not mention.pk:
            mention._change_reason = reason
            mention.save()
    if entry.kind == Kind.EVENT and entry.event_kind:
        keep_kinds(entry, ordered, reason)


def keep_kinds(event, mentions, reason):
    """What sort of event it is stands in each article's file, so each article that mentions it is cited for that."""
    cited = set(event.citations.filter(field="event_kind").values_list("article", flat=True))
    for mention in mentions:
        if mention.article_id not in cited:
            citation = Citation(entry_id=event.pk, article=mention.article, paragraphs=mention.paragraphs)
            citation.field, citation.value = "event_kind", event.event_kind
            citation._change_reason = reason
            citation.save()


def choices(form, citations):
    """What editors have decided about the entry, after this form.

    An entry without reports has nothing to decide against; only its lists are kept here, for want of a column.
    """
    dropped = form.cleaned_data.get("dropped", ())
    kept = {fact: value for fact, value in form.instance.chosen.items() if fact not in dropped}
    lists = {fact: form.text_of(fact) for fact in form.facts if fact in LISTS}
    if not citations:
        return {fact: text for fact, text in (kept | lists).items() if text}
    if not form.known.citations:
        return {fact: text for fact, text in kept.items() if fact not in LISTS}
    kept |= {name: form.cleaned_data[name] for name in NARRATIVE if name in form.changed_data}
    kept |= {fact: form.text_of(fact) for fact in form.facts if form.is_changed(fact)}
    return {fact: text for fact, text in kept.items() if text and is_decision(form, fact, text, citations)}


def is_decision(form, fact, text, citations):
    """True if `text` must be remembered for `fact` to stand.

    Of a list all reports count. Of what changes with time the latest counts, so only a value against it is remembered:
    the next report shall count again.
    """
    reports = [citation for citation in citations if citation.field == fact]
    rule = form.facts[fact].rule if fact in form.facts else None
    if rule is Rule.LATEST and reports:
        return same_value(fact, resolve(fact, rule, reports).value) != same_value(fact, text)
    return rule is None or (rule is not Rule.UNION and bool(reports))


def unreported(entry):
    """{fact: text} of the columns and lists of a draft that no article reports yet."""
    values = {column.name: getattr(entry, column.name) for column in entry._meta.concrete_fields}
    facts = {}
    for fact in entry.FACTS:
        if fact in LISTS:
            facts[fact] = entry.chosen.get(fact, "")
        elif fact == "start" or values[fact] != entry._meta.get_field(fact).get_default():
            facts[fact] = column_text(values, fact)
    return {fact: text for fact, text in facts.items() if text}


def keep_delegates(delegation, reason):
    """The people of a delegation are reported by the article that reports the delegation."""
    for delegate in delegation.delegates.exclude(article=delegation.article_id):
        delegate.delegation = delegation
        delegate._change_reason = reason
        delegate.save()


@transaction.atomic
def settle_round(pk, reason):
    """Bring a round into line after a change on a delegation's own page. A draft keeps what was filled in."""
    entry = Round.objects.get(pk=pk)
    settle_reported(entry, {} if entry.citations.exists() else unreported(entry), reason)


def settle_reported(entry, filled_in, reason):
    """Bring an entry (as its own kind) into line after a report of it was saved elsewhere than on its page.

    `filled_in`: what stood in an entry without citations before that (`unreported`); its first article reports it.
    """
    if filled_in:
        cite_facts(entry, filled_in, reason)
    keep_mentions(entry, reason)
    settle({entry.pk: reason})
