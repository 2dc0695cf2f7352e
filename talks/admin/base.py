"""What every admin page shares: forms and lists without a query per row, history, deletion told in numbers."""

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.contrib.admin.widgets import AdminDateWidget, AdminURLFieldWidget, AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db import models, router
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from talks.admin import translating
from talks.admin.history.guard import GuardMixin
from talks.admin.history.submission import MARK
from talks.admin.lists import ListMixin
from talks.admin.page import EditedPage, edited_page
from talks.admin.private import loaded_row
from talks.admin.values import is_key
from talks.derived.rewording import reword
from talks.models import FormerSlug, Translated
from talks.models.columns import CountField, PartialDateField
from talks.models.rules import fit_text
from talks.words import fields
from talks.words.fields import AddressField, DayField, NumberField, PartialDayField

LONGEST_LINE = 200  # as in files
NOT_ON_OLD_VERSIONS = ("id", "entry_ptr", "filed", "paragraph_count", "lost", "address_key", "text_key")
TRANSLATIONS = {"translations": "in_other_languages"}  # the column, and what shows it for reading
IN_FORMS = {
    models.URLField: {"form_class": AddressField, "widget": AdminURLFieldWidget, "assume_scheme": "https"},
    models.DateField: {"form_class": DayField, "widget": AdminDateWidget(format="%Y-%m-%d")},
    PartialDateField: {"form_class": PartialDayField, "widget": AdminDateWidget},
    CountField: {"form_class": fields.CountField, "widget": forms.TextInput(attrs={"size": 16})},
    models.IntegerField: {"form_class": NumberField, "widget": forms.TextInput(attrs={"class": "vIntegerField"})},
}
WITHOUT_REASON, DELETED = "edited in the admin", "deleted in the admin"  # reasons are kept, so they are in one language


class LoadedSelect(AutocompleteSelect):
    """An autocomplete that shows the selected row from `loaded` if it is there, instead of asking the database."""

    loaded = None

    def optgroups(self, name, value, attr=None):
        if self.loaded is None or value != [str(self.loaded.pk)]:
            return super().optgroups(name, value, attr)
        options = [self.create_option(name, self.loaded.pk, str(self.loaded), {str(self.loaded.pk)}, 0)]
        if not self.is_required:
            options.insert(0, self.create_option(name, "", "", False, 0))
        return [(None, options, 0)]


class LoadedForm(forms.ModelForm):
    """A form whose autocompletes show the rows that came with the instance, and whose texts can stand in files."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if type(field) is forms.CharField:
                field.validators.append(fit_text)
            widget = getattr(field.widget, "widget", field.widget)  # within a RelatedFieldWidgetWrapper
            if isinstance(widget, LoadedSelect):
                widget.loaded = loaded_row(self.instance, name)


class ReasonForm(LoadedForm):
    """A form that asks why; the answer stands in the history of all rows that it changes.

    It must be given where readers see what changes. `page` is what it stands on, with other rows below it.
    """

    page: EditedPage | None = None
    ASKED = _("Readers see this entry, so its history must say why it changes.")
    reason = forms.CharField(
        required=False,
        max_length=300,
        label=_("Why"),
        help_text=_("For the history of this change, such as “The article was corrected.”"),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def clean_slug(self):
        return not_a_former_slug(type(self.instance), self.cleaned_data["slug"])

    def is_public(self):
        """True if readers see what the form changes."""
        return False

    def clean(self):
        data = super().clean()
        if self.is_public() and self.changes_something() and not self.cleaned_data.get("reason"):
            self.add_error("reason", self.ASKED)
        return data

    def changes_something(self):
        """True if the form, or a row on its page, says something new."""
        fields = set(self.changed_data) - {"reason", MARK}
        return bool(fields) or any(formset.has_changed() for formset in (self.page.formsets if self.page else ()))


def not_a_former_slug(model, slug):
    """`slug`, unless it was the address of a row of this model."""
    former = FormerSlug.objects.of(model).filter(slug=slug).first()
    if former:
        told = gettext("“%(slug)s” was the address of “%(row)s” and leads there; choose another.")
        raise forms.ValidationError(told % {"slug": slug, "row": former.leads_to})
    return slug


class LoadedMixin:
    """For pages and inlines: autocompletes without a query per row."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", LoadedSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class HistoryAdmin(ListMixin, LoadedMixin, SimpleHistoryAdmin):
    """A page with its history: who changed what, when and why.

    `history_related`: what the history's rows are shown with, loaded together with them.
    """

    save_on_top = True
    history_related = ()
    formfield_overrides = IN_FORMS
    object_history_list_template = "admin/talks/history_list.html"
    object_history_form_template = "admin/talks/old_version.html"

    def get_object(self, request, object_id, from_field=None):
        return super().get_object(request, object_id, from_field) if from_field or is_key(object_id) else None

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Nothing is saved from above on a new page: its cursor would stand there, and Enter send an empty form."""
        response = super().render_change_form(request, context, add, change, form_url, obj)
        response.context_data["save_on_top"] = self.save_on_top and not add
        return response

    def get_history_queryset(self, request, history_manager, pk_name, object_id):
        records = super().get_history_queryset(request, history_manager, pk_name, object_id)
        return records.select_related(*self.history_related) if self.history_related else records

    def is_old_version(self, request, obj=None):
        """True on the page of an old version that is for reading only."""
        match = request.resolver_match
        return match is not None and match.url_name.endswith("_simple_history") and self.revert_disabled(request, obj)

    def get_fieldsets(self, request, obj=None):
        if self.is_old_version(request, obj):
            columns = [field.name for field in self.opts.concrete_fields if not field.primary_key]
            shown = [name for name in columns if name not in NOT_ON_OLD_VERSIONS]
            return [(None, {"fields": [TRANSLATIONS.get(name, name) for name in shown]})]
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request, obj=None):
        if self.is_old_version(request, obj):
            return [name for _, options in self.get_fieldsets(request, obj) for name in options["fields"]]
        return super().get_readonly_fields(request, obj)

    @admin.display(description=_("In other languages"))
    def in_other_languages(self, row):
        """What an old version said in them."""
        return format_html_join("", "<div>{}: {}</div>", translating.told(row).items()) or "–"

    def history_view(self, request, object_id, extra_context=None):
        only_keys(object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        only_keys(object_id, version_id)
        if request.method == "POST":
            key = {self.opts.pk.attname: object_id, "history_id": version_id}
            if self.revert_disabled(request, get_object_or_404(self.model.history.model, **key).instance):
                raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)

    def get_deleted_objects(self, objs, request):
        """As Django's, but what goes along is counted and not listed, so that it takes no query per row.

        Whoever may delete a row may delete what belongs to it.
        """
        objs = list(objs)
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        counts = {model._meta.verbose_name_plural: len(rows) for model, rows in collector.model_objs.items()}
        names = {obj: f"{capfirst(self.opts.verbose_name)}: {obj}" for obj in objs}
        lacking = {name for obj, name in names.items() if not self.has_delete_permission(request, obj)}
        return list(names.values()), counts, lacking, counted(collector.protected)


def only_keys(*texts):
    """Raises `Http404` if one of these parts of an address can be no key."""
    if not all(map(is_key, texts)):
        raise Http404


def counted(rows):
    """Rows of any models in numbers: ["12 delegations", "1 account"]."""
    found = {}
    for row in rows:
        found[row._meta] = found.get(row._meta, 0) + 1
    return [in_number(opts, number) for opts, number in found.items()]


def in_number(opts, number):
    """So many rows of a model: “12 delegations”."""
    # Translators: rows of one sort, such as “1 delegation” and “12 delegations”.
    told = ngettext("%(count)s %(name)s", "%(count)s %(names)s", number)
    return told % {"count": number, "name": opts.verbose_name, "names": opts.verbose_name_plural}


class EditAdmin(GuardMixin, HistoryAdmin):
    """A page for editing: asks why, and keeps `frozen` columns as they are once the row is there."""

    form = ReasonForm
    frozen = ("slug",)

    def __init__(self, model, admin_site):
        self.form = translating.with_translations(model, self.form)
        super().__init__(model, admin_site)

    def get_readonly_fields(self, request, obj=None):
        readonly = super().get_readonly_fields(request, obj)
        return (*readonly, *self.frozen) if obj and not self.is_old_version(request, obj) else readonly

    def get_fieldsets(self, request, obj=None):
        if self.is_old_version(request, obj):
            return super().get_fieldsets(request, obj)
        return [*super().get_fieldsets(request, obj), *self.translated(request, obj), *self.why(request, obj)]

    def translated(self, request, obj):
        """The fieldset of what is given in other languages, for those who may edit the row."""
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return translating.fieldsets(self.model) if may and issubclass(self.model, Translated) else []

    def why(self, request, obj):
        fields = ["reason", MARK] if obj else ["reason"]
        return [(_("This change"), {"fields": fields})] if self.has_change_permission(request, obj) else []

    def get_fields(self, request, obj=None):
        return [name for name in super().get_fields(request, obj) if name not in ("reason", MARK)]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.page = edited_page(request)  # the class is made for this request
        return form

    def save_form(self, request, form, change):
        """An earlier version that is restored keeps what stays as it is once the row is there."""
        row = super().save_form(request, form, change)
        edited_page(request).form = form
        if change:
            today = self.model.objects.filter(pk=row.pk).values(*self.frozen).first() or {}
            for name, value in today.items():
                setattr(row, row._meta.get_field(name).attname, value)
        return row

    def save_model(self, request, obj, form, change):
        obj._change_reason = reason_of(form)
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        save_rows(formset, reason_of(form))

    def delete_model(self, request, obj):
        obj._change_reason = DELETED
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        """One by one, for the history to say why."""
        for row in queryset:
            row._change_reason = DELETED
            row.delete()


def reason_of(form):
    return form.cleaned_data.get("reason") or WITHOUT_REASON


def save_rows(formset, reason):
    """Save the rows of a formset: deletions first, a new head of delegation last, so that no two clash half-way."""
    rows = formset.save(commit=False)
    for row in formset.deleted_objects:
        row._change_reason = reason
        row.delete()
    for row in sorted(rows, key=lambda row: getattr(row, "head", False) is True):
        row._change_reason = reason
        row.save()


class FoundAdmin(EditAdmin):
    """A page for editing a row whose name or text search finds."""

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        reword({type(obj): [obj.pk]}, reason_of(form))


class ShownAdmin(HistoryAdmin):
    """A page that shows a row and its history; it is edited on the page of what it belongs to."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_module_permission(self, request):
        return False


class LinesField(forms.CharField):
    """A list of texts, one on each line."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        lines = value if isinstance(value, list) else (value or "").splitlines()
        return list(dict.fromkeys(filter(None, (" ".join(line.split()) for line in lines))))

    def validate(self, value):
        super().validate(value)
        for line in value:
            fit_text(line)
            if len(line) > LONGEST_LINE:
                told = gettext("“%(line)s…” is too long; a line has at most %(most)s characters.")
                raise forms.ValidationError(told % {"line": line[:40], "most": LONGEST_LINE})

    def has_changed(self, initial, data):
        return self.to_python(initial) != self.to_python(data)
