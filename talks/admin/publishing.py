"""Publishing, taking back and withdrawing entries, on their list and on their page; what an entry lacks for it."""

from django.contrib import admin, messages
from django.utils.html import format_html_join
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from talks.admin.roles import may_publish
from talks.derived.changes import noting
from talks.editing.readiness import lacking, never_public, was_public
from talks.models import Publication

TOLD = 20  # entries whose problems a message lists; a list has more only if someone ticks a whole page of them
REASONS = {  # are kept, so they are in one language
    Publication.PUBLISHED: "published in the admin",
    Publication.DRAFT: "taken back to draft",
    Publication.WITHDRAWN: "withdrawn in the admin",
}


class PublishingMixin:
    """A page of entries: its publication is for those who may publish, with what is missing told on the way."""

    actions = ["publish", "unpublish", "withdraw"]
    change_form_template = "admin/talks/entry_change_form.html"

    def has_publish_permission(self, request):
        return may_publish(request.user)

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish(self, request, queryset):
        entries = list(queryset.exclude(publication=Publication.PUBLISHED))
        found = lacking(entries)
        ready = [entry for entry in entries if not found[entry.pk]]
        self.set_publication(request, ready, Publication.PUBLISHED)
        done = ngettext("%(count)s entry is published.", "%(count)s entries are published.", len(ready))
        self.tell(request, done, ready)
        refused = [entry for entry in entries if found[entry.pk]]
        for entry in refused[:TOLD]:
            self.tell_problems(request, entry, found[entry.pk])
        if refused[TOLD:]:
            more = ngettext(
                "%(count)s more is not published.", "%(count)s more are not published.", len(refused) - TOLD
            )
            self.message_user(request, more % {"count": len(refused) - TOLD}, messages.ERROR)

    @admin.action(description=_("Take back to draft"), permissions=["publish"])
    def unpublish(self, request, queryset):
        entries = list(queryset.exclude(publication=Publication.DRAFT))
        self.set_publication(request, entries, Publication.DRAFT)
        done = ngettext(
            "%(count)s entry is taken back to draft.", "%(count)s entries are taken back to draft.", len(entries)
        )
        self.tell(request, done, entries)

    @admin.action(description=_("Withdraw"), permissions=["publish"])
    def withdraw(self, request, queryset):
        entries = list(queryset.exclude(publication=Publication.WITHDRAWN))
        public = [entry for entry in entries if was_public(entry)]
        self.set_publication(request, public, Publication.WITHDRAWN)
        self.tell(
            request, ngettext("%(count)s entry is withdrawn.", "%(count)s entries are withdrawn.", len(public)), public
        )
        for entry in entries:
            if entry not in public:
                told = gettext("“%(entry)s” is not withdrawn. %(problem)s")
                self.message_user(request, told % {"entry": entry, "problem": never_public()}, messages.ERROR)

    def set_publication(self, request, entries, publication):
        with noting([entry.pk for entry in entries]):
            for entry in entries:
                entry.publication = publication
                entry._change_reason = REASONS[publication]
                entry.save(update_fields=["publication", "updated"])
                self.log_change(request, entry, f"publication: {publication}")

    def tell(self, request, done, entries):
        self.message_user(request, done % {"count": len(entries)}, messages.SUCCESS if entries else messages.INFO)

    def tell_problems(self, request, entry, problems):
        told = gettext("“%(entry)s” is not published yet. %(problems)s")
        sentences = " ".join(problems)
        self.message_user(request, told % {"entry": entry, "problems": sentences}, messages.ERROR)

    @admin.display(description=_("still missing before it can be published"))
    def lacks(self, entry):
        sentences = [(sentence,) for sentence in lacking([entry])[entry.pk]]
        return format_html_join("", "<div>{}</div>", sentences) or pgettext("is missing", "nothing")

    def get_readonly_fields(self, request, obj=None):
        readonly = super().get_readonly_fields(request, obj)
        return readonly if may_publish(request.user) else (*readonly, "publication")

    def get_view_on_site_url(self, obj=None):
        return super().get_view_on_site_url(obj) if obj and obj.publication == Publication.PUBLISHED else None

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and obj.first_reported and obj.publication != Publication.PUBLISHED:
            context["preview_address"] = f"{obj.get_absolute_url()}?preview=1"
        return super().render_change_form(request, context, add, change, form_url, obj)
