"""Processes, parties, people, places and issues: what files and forms name by slug."""

from django.contrib import admin
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from talks.admin import finding
from talks.admin.asking import AskingForm, AskingMixin
from talks.admin.base import EditAdmin, FoundAdmin, LinesField, ReasonForm
from talks.admin.lists import GroupFilter
from talks.admin.merging import MergeMixin
from talks.admin.renaming import RenameMixin
from talks.admin.roles import ReleasedMixin
from talks.models import Issue, Location, Party, Person, Process
from talks.models.rules import MOST_SMALL


class TitledForm(AskingForm, ReasonForm):
    ASKS = ("title",)


@admin.register(Process)
class ProcessAdmin(AskingMixin, ReleasedMixin, EditAdmin):
    form = TitledForm
    fields = ["slug", "title", "summary", ("start", "end"), "released"]
    list_display = ["title", "start", "end", "slug"]
    search_fields = ["title", "slug", "summary"]
    date_hierarchy = "start"


class AliasesForm(ReasonForm):
    aliases = LinesField(required=False, label=_("Other spellings"), help_text=_("One on each line."))


class PartyForm(AskingForm, AliasesForm):
    ASKS = ("name", "aliases", "colour")


class NamedForm(AskingForm, AliasesForm):
    ASKS = ("name", "aliases")


@admin.register(Party)
class PartyAdmin(AskingMixin, MergeMixin, ReleasedMixin, FoundAdmin):
    form = PartyForm
    fields = ["slug", "name", "aliases", "short", "kind", "country", ("order", "colour"), "released"]
    list_display = ["name", "short", "kind", "country", "order", "colour"]
    list_filter = ["kind"]
    search_fields = ["name", "slug", "short"]

    def get_changeform_initial_data(self, request):
        """A new party comes after the others; at 0 it would stand before all of them on every page."""
        last = Party.objects.aggregate(last=Max("order"))["last"]
        return {"order": min((last or 0) + 1, MOST_SMALL)} | super().get_changeform_initial_data(request)


@admin.register(Person)
class PersonAdmin(AskingMixin, MergeMixin, ReleasedMixin, FoundAdmin):
    form = NamedForm
    fields = ["slug", "name", "aliases", "party", "released"]
    autocomplete_fields = ["party"]
    list_display = ["name", "party", "spellings"]
    list_filter = ["party"]
    list_select_related = ["party"]
    search_fields = ["name", "slug"]
    history_related = ["party"]

    def lookups(self, text):
        return {"pk": [*finding.pks_with_words("person", text), *finding.with_slug(Person.objects, text)]}

    @admin.display(description=_("other spellings"))
    def spellings(self, person):
        return ", ".join(person.aliases)


@admin.register(Location)
class LocationAdmin(AskingMixin, EditAdmin):
    form = NamedForm
    fields = ["slug", "name", "aliases"]
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]


@admin.register(Issue)
class IssueAdmin(AskingMixin, RenameMixin, ReleasedMixin, EditAdmin):
    form = TitledForm
    fields = ["slug", "title", "group", "order", "description", "released"]
    list_display = ["title", "group", "order"]
    list_filter = [GroupFilter]
    search_fields = ["title", "slug", "group"]
