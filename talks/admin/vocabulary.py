"""Processes, parties, people, places and issues: what files and forms name by slug."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from talks.admin import finding
from talks.admin.base import EditAdmin, FoundAdmin, LinesField, ReasonForm
from talks.admin.merging import MergeMixin
from talks.admin.renaming import RenameMixin
from talks.models import Issue, Location, Party, Person, Process


@admin.register(Process)
class ProcessAdmin(EditAdmin):
    fields = ["slug", "title", "summary", ("start", "end")]
    list_display = ["title", "start", "end", "slug"]
    search_fields = ["title", "slug", "summary"]
    date_hierarchy = "start"


class AliasesForm(ReasonForm):
    aliases = LinesField(required=False, label=_("Other spellings"), help_text=_("One on each line."))


@admin.register(Party)
class PartyAdmin(MergeMixin, FoundAdmin):
    form = AliasesForm
    fields = ["slug", "name", "aliases", "short", "kind", "country", ("order", "colour")]
    list_display = ["name", "short", "kind", "country", "order", "colour"]
    list_filter = ["kind"]
    search_fields = ["name", "slug", "short"]


@admin.register(Person)
class PersonAdmin(MergeMixin, FoundAdmin):
    form = AliasesForm
    fields = ["slug", "name", "aliases", "party"]
    autocomplete_fields = ["party"]
    list_display = ["name", "party", "spellings"]
    list_filter = ["party"]
    list_select_related = ["party"]
    search_fields = ["name", "slug"]
    history_related = ["party"]

    def found(self, text):
        return {"pk": [*finding.found("person", text), *finding.with_slug(Person.objects, text)]}

    @admin.display(description=_("other spellings"))
    def spellings(self, person):
        return ", ".join(person.aliases)


@admin.register(Location)
class LocationAdmin(EditAdmin):
    form = AliasesForm
    fields = ["slug", "name", "aliases"]
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]


@admin.register(Issue)
class IssueAdmin(RenameMixin, EditAdmin):
    fields = ["slug", "title", "group", "order", "description"]
    list_display = ["title", "group", "order"]
    list_filter = ["group"]
    search_fields = ["title", "slug", "group"]
