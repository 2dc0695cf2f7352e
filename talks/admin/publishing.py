"""Publishing, taking back and withdrawing entries, on their list and on their page; what an entry lacks for it."""

from django import forms
from django.contrib import admin, messages
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from talks.admin.renaming import WhyForm
from talks.admin.roles import may_publish
from talks.derived.changes import noting
from talks.editing.readiness import lacking, names_of_hidden, never_public, was_public
from talks.models import Publication

TOLD = 20  # entries whose problems a message lists; a list has more only if someone ticks a whole page of them
REASONS = {  # are kept, so they are in one language
    Publication.PUBLISHED: "published in the admin",
    Publication.DRAFT: "taken back to draft",
    Publication.WITHDRAWN: "withdrawn in the admin",
}


class HideForm(WhyForm):
    """Why entries that readers see are to be hidden; of a withdrawal, also a note for readers."""

    public_note = forms.CharField(
        required=False, max_length=500, label=_("Public note"), help_text=_("For readers, at the address of each.")
    )
    field_order = ["reason", "public_note"]

    def __init__(self, publication, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if publication == Publication.DRAFT:
            del self.fields["public_note"]  # readers see nothing of a draft


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
        form = self.hide_form(request, entries, Publication.DRAFT)
        if form and not form.is_valid():
            return self.ask_why(request, gettext("Take back to draft"), entries, form)
        self.set_publication(request, entries, Publication.DRAFT, **words_of(form))
        done = ngettext(
            "%(count)s entry is taken back to draft.", "%(count)s entries are taken back to draft.", len(entries)
        )
        self.tell(request, done, entries)
        self.tell_named(request, entries)
        return None

    @admin.action(description=_("Withdraw"), permissions=["publish"])
    def withdraw(self, request, queryset):
        entries = list(queryset.exclude(publication=Publication.WITHDRAWN))
        public = [entry for entry in entries if was_public(entry)]
        form = self.hide_form(request, public, Publication.WITHDRAWN)
        if form and not form.is_valid():
            return self.ask_why(request, gettext("Withdraw"), public, form)
        self.set_publication(request, public, Publication.WITHDRAWN, **words_of(form))
        self.tell(
            request, ngettext("%(count)s entry is withdrawn.", "%(count)s entries are withdrawn.", len(public)), public
        )
        self.tell_named(request, public)
        for entry in entries:
            if entry not in public:
                told = gettext("“%(entry)s” is not withdrawn. %(problem)s")
                self.message_user(request, told % {"entry": entry, "problem": never_public()}, messages.ERROR)
        return None

    def hide_form(self, request, entries, publication):
        """The form that must say why these entries are hidden; None if readers see none of them."""
        if not any(entry.publication == Publication.PUBLISHED for entry in entries):
            return None
        return HideForm(publication, request.POST if "post" in request.POST else None)

    def ask_why(self, request, title, entries, form):
        """A page that names the entries, and sends the action again with what it asks."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "entries": entries,
            "form": form,
            "action": request.POST["action"],
        }
        return TemplateResponse(request, "admin/talks/hide.html", context)

    def set_publication(self, request, entries, publication, reason="", note=""):
        with noting([entry.pk for entry in entries], note=note):
            for entry in entries:
                entry.publication = publication
                entry._change_reason = reason or REASONS[publication]
                entry.save(update_fields=["publication", "updated"])
                self.log_change(request, entry, f"publication: {publication}")

    def tell_named(self, request, entries):
        """Say which public entries name some that are not public any more."""
        for sentence in names_of_hidden(entries)[:TOLD]:
            self.message_user(request, sentence, messages.WARNING)

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


def words_of(form):
    """What a form that hides entries says, for `set_publication`."""
    return {"reason": form.cleaned_data["reason"], "note": form.cleaned_data.get("public_note", "")} if form else {}
