"""A page on which a row gets another address, for those whose slug stays as it is on their own page."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.editing.renaming import rename
from talks.models import FormerSlug, Person, sort_of
from talks.models.vocabulary import SLUG_LENGTH

PERMISSION = "talks.merge_rows"


class WhyForm(forms.Form):
    """Asks for the reason, which stands in the history of every row that changes."""

    reason = forms.CharField(
        max_length=300,
        label=_("Why"),
        help_text=_("For the history of every row that changes."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"required": _("Say why; it stands in the history of every row that changes.")},
    )


class RenameForm(WhyForm):
    """The new slug of `row`."""

    slug = forms.CharField(
        max_length=SLUG_LENGTH,
        label=_("New slug"),
        help_text=_("Small letters, digits and single hyphens, such as geneva-2031-06-02."),
        validators=Person._meta.get_field("slug").validators,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ["slug", "reason"]

    def __init__(self, row, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.row = row

    def clean_slug(self):
        slug, model = self.cleaned_data["slug"], type(self.row)
        if slug == self.row.slug:
            raise forms.ValidationError(gettext("That is its slug already; write another one."))
        if taken := sort_of(model).objects.filter(slug=slug).first():
            told = gettext("“%(slug)s” is the slug of “%(row)s”; choose another. If the two are one, merge them.")
            raise forms.ValidationError(told % {"slug": slug, "row": taken})
        former = FormerSlug.objects.of(model).filter(slug=slug).first()
        if former and former.leads_to.pk != self.row.pk:
            told = gettext("“%(slug)s” was the address of “%(row)s” and leads there; choose another.")
            raise forms.ValidationError(told % {"slug": slug, "row": former.leads_to})
        return slug


class RenameMixin:
    """For a `ModelAdmin`: the page “Rename address” of each row, and a link to it."""

    def get_urls(self):
        return [self.page_of_row("rename", self.rename_view), *super().get_urls()]

    def page_of_row(self, name, view):
        """The address of one more page of each row."""
        route = f"<path:object_id>/{name}/"
        return path(route, self.admin_site.admin_view(view), name=f"talks_{self.opts.model_name}_{name}")

    def address_of(self, page, row):
        return reverse(f"admin:talks_{self.opts.model_name}_{page}", args=[row.pk])

    def may_unite(self, request, row=None):
        return request.user.has_perm(PERMISSION) and self.has_change_permission(request, row)

    def row_to_unite(self, request, pk):
        """The row with this key, which the user may rename and merge."""
        row = self.get_object(request, pk)
        if row is None:
            raise Http404(gettext("There is no such row any more; another editor may have merged or deleted it."))
        if not self.may_unite(request, row):
            raise PermissionDenied
        return row

    def tools_of(self, row):
        """[(address, words)] of the links on a row's page."""
        return [(self.address_of("rename", row), gettext("Rename address"))]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and self.may_unite(request, obj):
            context["row_tools"] = self.tools_of(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def row_context(self, request, row, title, **context):
        """What the pages of a row show besides their own."""
        return {**self.admin_site.each_context(request), "opts": self.opts, "original": row, "title": title, **context}

    def rename_view(self, request, object_id):
        row = self.row_to_unite(request, object_id)
        form = RenameForm(row, request.POST or None)
        if request.method == "POST" and form.is_valid():
            before, slug = row.slug, form.cleaned_data["slug"]
            rename(row, slug, form.cleaned_data["reason"])
            self.log_change(request, row, f"renamed: {before} → {slug}")
            told = gettext("Its address is “%(slug)s” now, and “%(former)s” leads there.")
            self.message_user(request, told % {"slug": slug, "former": before}, messages.SUCCESS)
            return HttpResponseRedirect(self.address_of("change", row))
        context = self.row_context(request, row, gettext("Rename address"), form=form)
        return TemplateResponse(request, "admin/talks/rename.html", context)
