"""Lists and autocompletes that cost the same in a record of any size: what they count, search and filter by."""

from functools import cache, cached_property, reduce
from operator import or_

from django.contrib import messages
from django.contrib.admin import ShowFacets, SimpleListFilter, display
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks import queries
from talks.admin import finding
from talks.admin.values import label, sentence
from talks.editing.paragraphs import articles_to_settle
from talks.models import KINDS, Entry, EntryIssue, EntryParty, Issue, Party, Revision, Translated
from talks.models.translated import other_languages
from talks.queries import waiting
from talks.words.facts import value_in_words
from talks.words.language import language, number


class CappedPaginator(Paginator):
    """Counts up to `most` rows, because databases count by reading all of them. `more`: there are more than it says."""

    most = waiting.MOST

    @cached_property
    def _counted(self):
        return self.object_list.order_by().values("pk")[: self.most + 1].count()

    @cached_property
    def count(self):
        return min(self._counted, self.most)

    @property
    def more(self):
        return self._counted > self.most


class ChoicesPaginator(CappedPaginator):
    """Of an autocomplete, which shows twenty rows at once."""

    most = 1000


class ListMixin:
    """For pages of the admin: their lists count, sort and search no table to its end."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER

    def get_list_display(self, request):
        """What has words in the language of the page, in these."""
        columns = super().get_list_display(request)
        return [in_words(self.model, one) if has_words(self.model, one) else one for one in columns]

    def get_search_fields(self, request):
        """What is found by a name is found by its translations, which the list shows."""
        columns = super().get_search_fields(request)
        names = [one for one in columns if is_translated(self.model, one)]
        return [*columns, *(f"translations__{language}__{one}" for language in other_languages() for one in names)]

    def get_paginator(self, request, queryset, per_page, orphans=0, allow_empty_first_page=True):
        match = request.resolver_match
        paginator = ChoicesPaginator if match and match.url_name == "autocomplete" else CappedPaginator
        return paginator(queryset, per_page, orphans, allow_empty_first_page)

    def get_search_results(self, request, queryset, search_term):
        text = search_term.replace("\0", "").strip()  # which no text in a database can hold
        by = self.lookups(text) if text else None
        if by is None:
            return super().get_search_results(request, queryset, text)
        if any(len(pks) > finding.MOST for pks in by.values()) and is_list(self, request):
            told = gettext("More than %(count)s rows have these words; some of them are not listed. Add a word.")
            self.message_user(request, told % {"count": number(finding.MOST)}, messages.WARNING)
        chosen = (Q(**{f"{lookup}__in": pks}) for lookup, pks in by.items() if pks)
        return queryset.filter(reduce(or_, chosen, Q(pk__in=[]))), False

    def lookups(self, text):
        """{lookup: pks} of which a row must meet one to be found; None to search as Django does, in short tables."""


def is_translated(model, column):
    return issubclass(model, Translated) and column in model.TRANSLATED


def has_words(model, column):
    """True if what a column says has words in the language of the page."""
    fact = model.FACTS.get(column) if issubclass(model, Entry) else None
    return is_translated(model, column) or bool(fact and fact.say)


def words_of(row, column):
    """What a column of a list says, in the language of the page; None for nothing."""
    if is_translated(type(row), column):
        return row.in_words(column)
    value = getattr(row, column)
    return None if value in ("", None) else value_in_words(row, column, str(value))


@cache  # a list asks whether two of its columns are the same
def in_words(model, column):
    """What stands in a list for `column`, and says the same in the language of the page."""

    @display(description=model._meta.get_field(column).verbose_name, ordering=column)
    def shown(row):
        return words_of(row, column)

    shown.__name__ = column
    return shown


def is_list(model_admin, request):
    match = request.resolver_match
    opts = model_admin.opts
    return match is not None and match.url_name == f"{opts.app_label}_{opts.model_name}_changelist"


# Filters. Django's own ask for all values that stand in a column, and sort all rows where one may be found twice.


class TiedFilter(SimpleListFilter):
    """Entries tied to a party or an issue: `tie` is the model of the tie, `to` what it leads to."""

    tie, to = None, None

    def lookups(self, request, model_admin):
        return [(row.pk, str(row)) for row in self.to.objects.only("pk", "translations", self.shown)]

    def queryset(self, request, queryset):
        if self.value() not in {str(pk) for pk, _ in self.lookup_choices}:
            return queryset
        ties = self.tie.objects.filter(**{"entry": OuterRef("pk"), self.parameter_name: self.value()})
        return queryset.filter(Exists(ties))


class PartyFilter(TiedFilter):
    title, parameter_name = _("party"), "party"
    tie, to, shown = EntryParty, Party, "name"


class IssueFilter(TiedFilter):
    title, parameter_name = _("issue"), "issue"
    tie, to, shown = EntryIssue, Issue, "title"


class GroupFilter(SimpleListFilter):
    """Issues of a group."""

    title, parameter_name = _("group"), "group"

    def lookups(self, request, model_admin):
        return sorted({issue.group: issue.in_words("group") for issue in Issue.objects.exclude(group="")}.items())

    def queryset(self, request, queryset):
        return queryset.filter(group=self.value()) if self.value() else queryset


class SourcesFilter(SimpleListFilter):
    """Entries whose sources an editor should look at."""

    title, parameter_name = _("sources"), "sources"

    def lookups(self, request, model_admin):
        return [("one", _("One source only")), ("differ", _("Sources differ"))]

    def queryset(self, request, queryset):
        return queryset.filter(**waiting.LOOKS.get(self.value(), {}))


class FactFilter(SimpleListFilter):
    """Citations of one fact."""

    title, parameter_name = _("fact"), "fact"

    def lookups(self, request, model_admin):
        facts = {fact: sentence(label(model, fact)) for model in KINDS.values() for fact in model.FACTS}
        return [("-", _("The entry as such")), *sorted(facts.items(), key=lambda fact: fact[1])]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.filter(field="" if self.value() == "-" else self.value())


class LanguageFilter(SimpleListFilter):
    title, parameter_name = _("language"), "language"

    def lookups(self, request, model_admin):
        return [(code, language(code)) for code in queries.kept(Revision.current(), waiting.languages)]

    def queryset(self, request, queryset):
        return queryset.filter(language=self.value()) if self.value() else queryset


class ParagraphsFilter(SimpleListFilter):
    title, parameter_name = _("paragraphs"), "paragraphs"

    def lookups(self, request, model_admin):
        return [("unused", _("Some are not cited yet")), ("lost", _("Some are to be found again"))]

    def queryset(self, request, queryset):
        if self.value() == "unused":
            unused = queries.kept(Revision.current(), waiting.articles_with_unused_paragraphs)
            return queryset.filter(pk__in=unused[: waiting.MOST_UNUSED])
        if self.value() == "lost":
            return queryset.filter(pk__in=queries.kept(Revision.current(), articles_to_settle))
        return queryset


class LinksFilter(SimpleListFilter):
    title, parameter_name = _("links"), "links"

    def lookups(self, request, model_admin):
        return [("dead", _("Dead"))]

    def queryset(self, request, queryset):
        return waiting.with_dead_links(queryset) if self.value() == "dead" else queryset
