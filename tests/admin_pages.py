"""What the admin's tests share: rows in any number, and forms filled in as a browser would send them."""

import datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.template.base import NodeList
from django.urls import reverse
from django.utils.safestring import SafeString

from talks import models
from talks.derived.settle import settle
from tests import factories as make

DAY = "2031-05-02"
WHY = {"post": "yes", "reason": "It was of another day."}  # what an action asks that hides what readers see


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def form_page(client, address):
    """The answer with the page of a form, for what it holds: not rendered, which is half of what such a page costs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NodeList, "render", lambda nodes, context: SafeString(""))
        return client.get(address)


def form_data(page):
    """{name: value} of all that the form on a page would send as it stands."""
    forms = [page.context["adminform"].form]
    data = {}
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False:
                value = [] if isinstance(value, bool) or bound.field.widget.__class__.__name__ != "Select" else ""
            data[bound.html_name] = "on" if value is True and bound.field.widget.input_type == "checkbox" else value
    return {name: value for name, value in data.items() if value not in (None, [])}


def with_row(data, prefix, **values):
    """The data with one more row in the inline `prefix`."""
    index = int(data[f"{prefix}-TOTAL_FORMS"])
    row = {f"{prefix}-{index}-{name}": value for name, value in values.items()}
    return data | row | {f"{prefix}-TOTAL_FORMS": index + 1}


def row_of(data, prefix, **values):
    """The number of the row in the inline `prefix` that has these values."""
    total = int(data[f"{prefix}-TOTAL_FORMS"])
    rows = range(total)
    return next(i for i in rows if all(str(data.get(f"{prefix}-{i}-{n}", "")) == str(v) for n, v in values.items()))


AT_THE_FACT = "The citations below do not bear this out; there it says what to do."


def errors(page):
    """All messages of a refused form, in order of the page."""
    found = list(page.context["adminform"].form.errors.values())
    for inline in page.context["inline_admin_formsets"]:
        found.append(inline.formset.non_form_errors())
        found += [errors for form in inline.formset.forms for errors in form.errors.values()]
    return [message for messages in found for message in messages]


def filled_in(client, row):
    """What the form on a row's page would send with a reason, which is asked for what is published."""
    return form_data(form_page(client, url(type(row), "change", row.pk))) | {"reason": "A test."}


def edit(client, row, change, drop=()):
    """Open a row's page, change what the form says, and send it; the answer."""
    address = url(type(row), "change", row.pk)
    data = filled_in(client, row) | change
    return client.post(address, {name: value for name, value in data.items() if name not in drop})


def saved(answer):
    """True if the page went on to the list; with a form's complaints as the message otherwise."""
    assert answer.status_code == 302, errors(answer)
    return True


def warm():
    """So that no query of a test depends on what ran before it."""
    ContentType.objects.clear_cache()


def articles(count):
    return [
        make.ArticleFactory(slug=f"gazette-2031-05-0{i}" if i < 10 else f"gazette-2031-05-{i}", text="One.\n\nTwo.")
        for i in range(1, count + 1)
    ]


def full_entry(kind, slug, rows):
    """A published entry with `rows` rows of each kind that it can have, each of another article, party and person."""
    entry = None
    for number in range(rows):
        article = make.ArticleFactory()
        entry = make.reported(kind, slug, article, start=DAY, parties="freedonia")
        add_rows(kind, entry, article, number)
    settle({entry.pk: "test"})
    return models.KINDS[kind].objects.get(pk=entry.pk)


def add_rows(kind, entry, article, number):
    make.AccountFactory(entry=entry, article=article, speaker=make.PersonFactory(party=make.PartyFactory()))
    models.FormerSlug.objects.create(slug=f"{entry.slug}-once-{number}", entry=entry)
    if kind == "round":
        delegation = make.DelegationFactory(round=entry, article=article)
        make.DelegateFactory(delegation=delegation)
    if kind == "swap":
        make.TransferFactory(swap=entry, article=article)
    if kind == "proposal":
        make.ProvisionFactory(proposal=entry, article=article)


def fill(count, rows):
    """`count` of each model at least, and entries, delegations and articles with `rows` rows that belong to them."""
    make.PartyFactory(slug="freedonia", name="Freedonia")
    make.ProcessFactory.create_batch(count, start=datetime.date(2031, 1, 1))
    make.IssueFactory.create_batch(count)
    make.LocationFactory.create_batch(count)
    for kind in models.KINDS:
        for number in range(count):
            full_entry(kind, f"{kind}-{number}", 1 if number else rows)
    delegation = models.Delegation.objects.order_by("pk").first()
    make.DelegateFactory.create_batch(rows, delegation=delegation)
    for row in make.AccountFactory.create_batch(rows, article=delegation.article):
        settle({row.entry_id: "test"})
    make.FindingFactory.create_batch(count)
    give_history(models.Round.objects.order_by("pk").first(), delegation, delegation.article, rows)


def give_history(entry, delegation, article, steps):
    """Let each of them change what it refers to several times."""
    for _ in range(steps):
        entry.process = make.ProcessFactory()
        delegation.party = make.PartyFactory()
        delegation.article = make.ArticleFactory()
        article.agency = make.PublisherFactory()
        for row in (entry, delegation, article):
            row.save()


def autocomplete(model, column):
    """What the browser sends to fill the list of choices of a column."""
    return {"app_label": "talks", "model_name": model._meta.model_name, "field_name": column, "term": ""}
