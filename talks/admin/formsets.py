"""The rows that articles report on one page, with the rules that bind them together and to the form above them.

An edited fact must be reported (`talks.editing.citing`): the form of an entry finds out which facts an editor changed,
and the formset of its citations, which knows the form through their `page`, complains of those that none reports.
"""

from django.core.exceptions import ValidationError
from django.db.models import UniqueConstraint
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext

from talks.admin.asking import DoubtedForm, ask_why
from talks.admin.forms import field_name
from talks.admin.history.guard import GuardedFormSet
from talks.admin.values import label
from talks.editing.citing import CitedFact, complaints
from talks.editing.readiness import happened_later, impossible, names_hidden, out_of_order
from talks.files.doubts import DATES
from talks.files.rows import row_of
from talks.models import Account, Article, Citation, Doubted, Publication
from talks.record import ordering, possible


class ReportFormSet(GuardedFormSet):
    """Rows reported about one entry, or about one delegation."""

    @property
    def filled_in(self):
        """The forms that are filled in and not to be deleted."""
        filled = (form for form in self.forms if getattr(form, "cleaned_data", None))
        return [form for form in filled if not form.cleaned_data.get(DELETION_FIELD_NAME)]

    def clean(self):
        """What cannot be is refused; only when all can be, it is asked whether it is probable."""
        self.check()
        if not any(self.errors):
            self.ask_why()

    def check(self):
        """Not Django's `validate_unique`: it knows no constraint on expressions, nor the sentence to show."""
        seen = set()
        for form in self.filled_in:
            key = tuple(form.cleaned_data.get(name) for name in ("article", *self.model.own_key()))
            if key in seen:
                form.add_error(None, self.once().get_violation_error_message())
            seen.add(key)
        for form in self.filled_in:
            if form.has_changed() and not form.errors:
                self.check_row(form)

    def check_row(self, form):
        """Complain of what the article cannot have said; checked at each save, not only when an entry is published."""
        for column, told in impossible(form.instance):
            form.add_error(column, told)

    @cached_property
    def forms(self):
        rows = super().forms
        show_in_all(rows)
        return rows

    @property
    def empty_form(self):
        row = super().empty_form
        show_in_all([*self.forms, row])
        return row

    @property
    def entry(self):
        """The entry that the rows are about."""
        return self.instance

    def ask_why(self):
        """Ask of each changed row that is improbable why it is right; the column for that shows in all rows or none."""
        if not issubclass(self.model, Doubted):
            return
        for article, forms_by_place in self.forms_by_article().items():
            rows = [row_of(form.instance, self.entry, place) for place, form in forms_by_place.items()]
            changed = {place: form for place, form in forms_by_place.items() if form.has_changed()}
            self.ask_of(article, rows, changed)
        show_in_all(self.forms)

    def ask_of(self, article, rows, changed):
        """Ask of what one article reports; `changed`: {place: form} of the rows that are not as they were."""
        ask_why(article, rows, changed)

    def forms_by_article(self):
        """{article: {place: form}} of the rows that are right in themselves."""
        found = {}
        for number, form in enumerate(self.filled_in):
            if not form.errors and (article := form.cleaned_data.get("article")):
                found.setdefault(article, {})[number,] = form
        return found

    def once(self):
        """The constraint that tells an article's rows apart, which is the first of its sort."""
        return next(one for one in self.model._meta.constraints if isinstance(one, UniqueConstraint))

    def sentence_of(self, name):
        return next(c for c in self.model._meta.constraints if c.name == name).get_violation_error_message()


def newly_named(formsets):
    """The reported rows on a page that come to name an article or a person."""
    rows = (form for formset in formsets if isinstance(formset, ReportFormSet) for form in formset.filled_in)
    return [form.instance for form in rows if {"article", "person", "speaker"} & {*form.changed_data}]


def show_in_all(rows):
    """Show the field WHY in all rows of a table if it shows in one: it is a column."""
    if any(isinstance(row, DoubtedForm) and row.shows_why for row in rows):
        for row in rows:
            row.show_why()


class DelegateFormSet(ReportFormSet):
    def check(self):
        super().check()
        heads = [form for form in self.filled_in if form.cleaned_data.get("head")]
        for form in heads[1:]:
            form.add_error("head", self.sentence_of("delegation_has_one_head"))
        told = possible.delegation(self.instance.size, len(self.filled_in))
        if told and (self.has_changed() or self.instance.size != self.page_size()):
            raise ValidationError(f"{capfirst(told)}.")

    @property
    def entry(self):
        return self.instance.round

    def forms_by_article(self):
        if not (self.instance.article_id and self.instance.round_id and self.instance.party_id):
            return {}
        rows = {(number,): form for number, form in enumerate(self.filled_in) if not form.errors}
        for form in rows.values():
            form.instance.delegation = self.instance
        return {self.instance.article: rows}

    def page_size(self):
        """The size of the delegation as it was when its page was opened; nothing of a new one."""
        form = self.page.form
        return form.initial.get("size") if form is not None else None

    def check_row(self, form):
        if self.instance.article_id:
            form.instance.article = self.instance.article
            super().check_row(form)


def counts_as_report(formset):
    """True if an article that gives a row of this formset reports the entry; one that only quotes does not."""
    return isinstance(formset, ReportFormSet) and formset.model is not Account


def says_otherwise(form):
    """True if the form of a citation reports another fact or value than before."""
    return bool({"field", "value"} & set(form.changed_data))


class CitationFormSet(ReportFormSet):
    """The citations of an entry; says what they lack to bear out what the form above them says."""

    def check(self):
        super().check()
        form = self.page.form
        if form is None or any(self.errors):
            return
        articles = self.articles()
        if not articles and form.cleaned_data.get("publication") == Publication.PUBLISHED:
            raise ValidationError(gettext("A published entry needs at least one citation."))
        if articles:
            self.check_wanted(form, alone=len(articles) == 1)
            self.check_happened(form)
            self.check_order(form)
            self.check_named(form, alone=len(articles) == 1)

    def forms_by_article(self):
        """With the only article that reports the entry, even if it is not cited here yet: it will be."""
        found, articles = super().forms_by_article(), self.articles()
        if not found and len(articles) == 1:
            return {Article.objects.get(pk=articles.pop()): {}}
        return found

    def articles(self):
        """The articles that report the entry: those cited, and those of its other rows that count as a report."""
        beside = [formset for formset in self.page.formsets if counts_as_report(formset) and formset is not self]
        return {
            form.cleaned_data["article"].pk
            for formset in (self, *(other for other in beside if other.is_valid()))
            for form in formset.filled_in
            if form.cleaned_data.get("article")
        }

    def check_wanted(self, form, alone):
        """Complain of each changed fact that the citations do not bear out."""
        model = form._meta.model
        names = {fact: label(model, fact) for fact in form.wanted}
        sentences = complaints(model, form.wanted, self.cited_facts(), names, alone=alone)
        for fact in sentences:
            told = gettext("The citations below do not bear this out; there it says what to do.")
            form.add_error(field_name(fact), told)
        if sentences:
            raise ValidationError([sentence for several in sentences.values() for sentence in several])

    def check_happened(self, form):
        """Complain of an article that says that something has happened, on a later day than its own."""
        if not (self.has_changed() or form.has_changed()):
            return
        reports = {}
        for row in self.filled_in:
            facts = reports.setdefault(row.cleaned_data["article"], {})
            facts[row.cleaned_data["field"]] = row.cleaned_data["value"]
        if len(reports) == 1:  # its citations will follow the form
            next(iter(reports.values())).update(form.wanted)
        if sentences := list(happened_later(form._meta.model, reports)):
            raise ValidationError(sentences)

    def check_order(self, form):
        """Complain of an order within the day that cannot be."""
        cited = self.cited_facts()
        if not {*form.wanted, *(row.fact for row in cited if row.edited)} & {*ordering.FACTS}:
            return
        told = {fact: {row.value for row in cited if row.fact == fact} for fact in ordering.FACTS}
        if len(self.articles()) == 1:  # its citations will follow the form
            told |= {fact: {text} - {""} for fact, text in form.wanted.items() if fact in told}
        if sentences := out_of_order(form.cleaned_data.get("slug", form.instance.slug), told, instead=True):
            raise ValidationError(sentences)

    def check_named(self, form, alone):
        """Complain of a published entry that comes to name what readers do not see."""
        stays = form.cleaned_data.get("publication", Publication.PUBLISHED)
        if not form.initial.get("publication") == stays == Publication.PUBLISHED:
            return  # a draft that is to be published is saved, and what it lacks is told then
        cited = [row.instance for row in self.filled_in if says_otherwise(row)]
        if alone:  # its citations will follow the form
            article = (
                self.filled_in[0].cleaned_data["article"]
                if self.filled_in
                else Article.objects.get(pk=self.articles().pop())
            )
            cited += [Citation(article=article, field=fact, value=text) for fact, text in form.wanted.items() if text]
        if sentences := names_hidden(form.instance, cited):
            raise ValidationError(list(dict.fromkeys(sentences)))

    def ask_of(self, article, rows, changed):
        """Ask of the days, too, that citations of the only article will follow the form in."""
        form = self.page.form
        following = {} if form is None or len(self.articles()) > 1 else form.wanted
        edited = {row.key[1] for row in rows if row.place in changed and says_otherwise(changed[row.place])}
        days = {fact: text for fact, text in following.items() if fact in {*DATES} - edited}
        rows = [row for row in rows if row.key[1] not in days]
        rows += [row_of(Citation(field=fact, value=text), self.entry, (fact,)) for fact, text in days.items() if text]
        ask_why(article, rows, changed | dict.fromkeys([(fact,) for fact in days], form))
        if form is not None and form.errors:
            raise ValidationError(gettext("The form above says what is improbable."))

    def cited_facts(self):
        rows = [(row.cleaned_data, says_otherwise(row)) for row in self.filled_in]
        return [CitedFact(row["article"], row["field"], row["value"], edited) for row, edited in rows if row["field"]]
