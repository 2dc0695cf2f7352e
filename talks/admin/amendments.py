"""Amendments: what authors suggest for published entries, beside what is published; an editor decides."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin.desk.forms import FORMS, form_for
from talks.admin.desk.pages import ADDS, page_of, parts_of
from talks.admin.desk.paragraphs import reports
from talks.admin.desk.report_forms import may_change
from talks.admin.desk.suggesting import outcome_of
from talks.admin.history.in_words import Names, blocks, lines_of
from talks.admin.history.submission import MARK
from talks.admin.lists import ListMixin
from talks.admin.roles import may_publish
from talks.admin.values import is_key
from talks.editing import versions
from talks.models import KINDS, Amendment, Seen
from talks.queries.changes import names_of_changes
from talks.words.changes import shown_lines

CHANGED_SINCE = _("Nothing is decided yet: the entry has changed since you opened this page. Look at it again.")


class DeclineForm(forms.ModelForm):
    answer = forms.CharField(
        max_length=500,
        label=_("Why not"),
        help_text=_("The author sees it."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        error_messages={"required": _("Say why; the author sees it.")},
    )

    class Meta:
        model = Amendment
        fields = ["answer"]


@admin.register(Amendment)
class AmendmentAdmin(ListMixin, admin.ModelAdmin):
    """Everybody of the desk sees what was suggested and what came of it; those who publish the entry decide."""

    list_display = ["words", "state", "entry", "author", "made", "answer"]
    list_filter = ["state"]
    list_select_related = ["entry", "author"]

    def has_add_permission(self, request):
        return False  # they are made at the desk

    def has_delete_permission(self, request, obj=None):
        return False

    def may_decide(self, request, amendment):
        return (
            amendment.state == Amendment.State.WAITING
            and self.has_change_permission(request, amendment)
            and may_publish(request.user)
            and may_change(request, amendment.entry)
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """What an amendment would change or came to, with the form that accepts it and one that declines it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = Amendment.objects.select_related("entry", "article__publisher", "author", "editor")
        amendment = get_object_or_404(found, pk=object_id if is_key(object_id) else None)
        sent = request.method == "POST"
        if sent and not self.may_decide(request, amendment):
            if amendment.state == Amendment.State.WAITING or not may_publish(request.user):
                raise PermissionDenied
            self.message_user(request, gettext("It was decided on already; see below."), messages.WARNING)
            return redirect(request.path)
        seen = mark_of(amendment)
        if sent and request.POST.get(MARK) != seen:
            self.message_user(request, CHANGED_SINCE, messages.WARNING)
        elif sent:
            return self.decide(request, amendment)
        return self.shown(request, amendment, form_of(request, amendment, request.POST if sent else amendment.sent))

    def decide(self, request, amendment):
        if "decline" in request.POST:
            decline = DeclineForm(request.POST, instance=amendment)
            if not decline.is_valid():
                form = form_of(request, amendment, amendment.sent)
                return self.shown(request, get_object_or_404(Amendment, pk=amendment.pk), form, decline)
            return self.decided(request, amendment, Amendment.State.DECLINED)
        form = form_of(request, amendment, request.POST)
        if form is None or not form.is_valid():
            return self.shown(request, amendment, form)
        form.author = amendment.author or gettext("no user")
        form.save_report()
        admin.site.get_model_admin(type(form.entry)).log_change(request, form.entry, form.reason)
        return self.decided(request, amendment, Amendment.State.ACCEPTED)

    def decided(self, request, amendment, state):
        amendment.state, amendment.editor, amendment.decided = state, request.user, timezone.now()
        amendment.save()
        told = {
            Amendment.State.ACCEPTED: gettext("Accepted: “%(entry)s” says so now."),
            Amendment.State.DECLINED: gettext("Declined; nothing of “%(entry)s” has changed."),
        }
        messages.success(request, told[state] % {"entry": amendment.entry})
        return redirect("admin:talks_amendment_changelist")

    def shown(self, request, amendment, form, decline=None):
        """The page; `form` is None if the report that it would change is gone."""
        waiting = amendment.state == Amendment.State.WAITING
        stands = waiting and form is not None and form.is_valid()
        context = {
            "title": gettext("Amendment by %(author)s") % {"author": amendment.author or gettext("no user")},
            "opts": self.opts,
            "amendment": amendment,
            "sort": ADDS[amendment.sort][0],
            "page_of_entry": page_of(amendment.entry),
            "waiting": waiting,
            "may_decide": self.may_decide(request, amendment),
            "stands": stands,
            "lines": for_readers(form) if stands else (),
            "changed": of_report(form) if stands and form.changes else (),
            "meanwhile": meanwhile(amendment) if waiting else (),
            "opened": mark_of(amendment),
            "list": reverse("admin:talks_amendment_changelist"),
            "decline": decline or DeclineForm(),
        }
        if form is not None:
            context |= parts_of(form, amendment.article)
        return TemplateResponse(request, "admin/talks/amendment.html", self.admin_site.each_context(request) | context)


def mark_of(amendment):
    """Which state its entry is in now."""
    return versions.mark_of(KINDS[amendment.entry.kind], amendment.entry_id)


def form_of(request, amendment, data):
    """The form of the desk that accepts it, filled in with `data`; None if the report that it would change is gone."""
    given = {"article": amendment.article, "request": request}
    if amendment.row is not None:
        given["instance"] = reports(FORMS[amendment.sort].MODEL).filter(pk=amendment.row).first()
        if given["instance"] is None:
            return None
    form = form_for(amendment.sort, request)(data, initial={"entry": amendment.entry_id}, **given)
    if "entry" in form.fields:  # nobody accepts it for another one
        form.fields["entry"].disabled = True
    return form


def for_readers(form):
    """What a valid form would change for readers, as pages show it."""
    change = outcome_of(form)
    return shown_lines(change, names_of_changes(Seen.now(), [change]))


def of_report(form):
    """What a valid form would change of the report, column by column, as history tells it."""
    row = form.instance
    step = versions.Step(type(row), row.pk, reports(type(row)).get(pk=row.pk), row)
    return lines_of([step], Names(type(form.entry), [step]))


def meanwhile(amendment):
    """The edits of the entry since it was suggested, in words."""
    model, pk = KINDS[amendment.entry.kind], amendment.entry_id
    if mark_of(amendment) == amendment.opened:
        return []
    edits = versions.edits_of(versions.records_of(model, pk))
    latest = versions.cut(model, amendment.opened)
    return blocks(model, versions.told_since(edits, latest) if latest else edits[-1:])
