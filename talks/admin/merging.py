"""Pages on which an editor merges two rows that turn out to be one: which one, what it means, and then doing it."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import display_for_field
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin import translating
from talks.admin.base import NOT_ON_OLD_VERSIONS, in_number
from talks.admin.desk.paragraphs import entry_of
from talks.admin.renaming import RenameMixin, WhyForm
from talks.admin.sources import row_in_words
from talks.admin.values import is_key
from talks.editing.merging import merge, plan
from talks.files.former import in_row
from talks.models import REPORTS, Account, Citation, Delegation, Entry, Party, Person
from talks.words.kinds import did_you_mean

FEW = 10  # rows of a sort that are named one by one
REFERRING = {Person: (Account, "speaker"), Party: (Delegation, "party"), Entry: (Citation, "entry")}
FOLLOWING = ("rank", "introduced_by", "first_reported", "last_reported", "created", "updated")  # nobody fills them in
NOT_COMPARED = (*NOT_ON_OLD_VERSIONS, "kind", "chosen", *FOLLOWING)


class OtherSelect(AutocompleteSelect):
    """An autocomplete of the rows of one `ModelAdmin`, though nothing may refer to that very model."""

    def __init__(self, row):
        model, column = next(place for sort, place in REFERRING.items() if isinstance(row, sort))
        super().__init__(model._meta.get_field(column), admin.site)
        self.row = row

    def get_url(self):
        return reverse(f"admin:talks_{self.row._meta.model_name}_merge_choices", args=[self.row.pk])


class Others(AutocompleteJsonView):
    """The choices of `OtherSelect`: the rows that a search in their list finds, without the one at hand."""

    model_admin = None

    def process_request(self, request):
        return request.GET.get("term", ""), self.model_admin, None, "pk"

    def get_queryset(self):
        others = self.model_admin.get_queryset(self.request).exclude(pk=self.kwargs["object_id"])
        found, repeats = self.model_admin.get_search_results(self.request, others, self.term)
        return found.distinct() if repeats else found


class OtherForm(forms.Form):
    """Which row `row` is to be merged with; of `others`."""

    other = forms.ModelChoiceField(None, required=False, label=_("The other one"))
    slug = forms.CharField(
        required=False,
        label=_("Or its slug"),
        help_text=_("If you know it, or if the field above offers nothing."),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, row, others, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.row = row
        self.fields["other"].queryset = others
        self.fields["other"].widget = OtherSelect(row)
        self.fields["other"].widget.choices = self.fields["other"].choices

    def clean(self):
        other, slug = self.cleaned_data.get("other"), self.cleaned_data.get("slug")
        others = self.fields["other"].queryset
        if not other and slug:
            other = others.filter(slug=slug).first()
        if not other and slug and not self.errors:
            told = gettext("There is no %(noun)s “%(slug)s”.") % {"noun": self.row._meta.verbose_name, "slug": slug}
            hint = did_you_mean(slug, others.exclude(pk=self.row.pk).values_list("slug", flat=True))
            self.add_error("slug", f"{told} {hint}".strip())
        elif not other and not self.errors:
            raise ValidationError(gettext("Choose the other one, or write its slug."))
        elif other == self.row:
            raise ValidationError(gettext("That is the same row; choose another one."))
        return {"other": other}


class MergeForm(WhyForm):
    """Why two rows are merged, and which row stays of each pair of which the two say different things.

    `seen` says which plan the editor saw.
    """

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, found, *args, **kwargs):
        super().__init__(*args, initial={"seen": found.seen}, **kwargs)
        self.found = found
        for pair in found.undecided:
            self.fields[pair.name] = forms.TypedChoiceField(
                label=pair_in_words(found, pair),
                choices=[(pk, row_of_pair(found, pair, pk)) for pk in pair.rows],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Say which of the two stays.")},
            )

    @property
    def pairs(self):
        return [self[pair.name] for pair in self.found.undecided]

    @property
    def stays(self):
        return {pair.name: self.cleaned_data[pair.name] for pair in self.found.undecided}

    def clean_seen(self):
        if self.cleaned_data["seen"] != self.found.seen:
            self.data = self.data.copy()
            self.data["seen"] = self.found.seen
            raise ValidationError("seen")
        return self.cleaned_data["seen"]


def pair_in_words(found, pair):
    """A pair: what it is, under the slugs that it will have, and whose report."""
    key = in_row(next(iter(pair.rows.values())), found.now).key
    told = ", ".join(str(part) for part in key if part)
    values = {"sort": capfirst(pair.model._meta.verbose_name), "row": told, "article": pair.article}
    return gettext("%(sort)s: %(row)s (article %(article)s)") % values


def row_of_pair(found, pair, pk):
    """What one row of a pair says where the two differ, and of whom."""
    row = pair.rows[pk]
    owner = found.keep if in_row(row, found.now).key == row.key else found.old
    said = [(label_of(pair.model, name), in_words(pair.model, name, row.values[name])) for name in pair.differing]
    told = format_html_join("; ", "{}: {}", said)
    return format_html("<strong>{}</strong> {}", gettext("Of “%(row)s”:") % {"row": owner}, told)


def label_of(model, name):
    return model._meta.get_field(name.removesuffix("__slug")).verbose_name


def in_words(model, name, value):
    """A value of a column, plain or another row, in words."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if value in (None, "", []):
        return "–"
    if isinstance(value, list):
        return ", ".join(value)
    return value if name.endswith("__slug") else display_for_field(value, model._meta.get_field(name), "–")


class MergeMixin(RenameMixin):
    """For a `ModelAdmin`: an action for two rows of the list, a link on a row's page, and the pages to merge them."""

    def get_urls(self):
        choices = Others.as_view(admin_site=self.admin_site, model_admin=self)
        name = f"talks_{self.opts.model_name}_merge_choices"
        return [
            self.page_of_row("merge", self.merge_view),
            path("<int:object_id>/merge/choices/", self.admin_site.admin_view(choices), name=name),
            *super().get_urls(),
        ]

    def tools_of(self, row):
        return [*super().tools_of(row), (self.address_of("merge", row), gettext("Merge with another…"))]

    def get_actions(self, request):
        actions = super().get_actions(request)
        if IS_POPUP_VAR not in request.GET and self.may_unite(request):
            actions["merge_two"] = self.get_action("merge_two")
        return actions

    @admin.action(description=_("Merge two that are one…"))
    def merge_two(self, request, queryset):
        rows = list(queryset.order_by("pk")[:3])
        if len(rows) != 2:
            self.message_user(request, gettext("Select exactly two rows to merge."), messages.ERROR)
            return None
        return HttpResponseRedirect(self.address_of_merge(*rows))

    def address_of_merge(self, keep, old):
        return f"{self.address_of('merge', keep)}?with={old.pk}"

    def merge_view(self, request, object_id):
        """Merge another row, `?with=` its key, into this one; without it, choose one first."""
        pk = request.GET.get("with", "")
        if not is_key(pk):
            return self.choose_other(request, self.row_to_unite(request, object_id))
        keep, old = (self.row_to_unite(request, key) for key in (object_id, pk))
        if keep == old:
            return HttpResponseRedirect(self.address_of("merge", keep))
        return self.merge_rows(request, keep, old)

    def choose_other(self, request, row):
        form = OtherForm(row, self.get_queryset(request), request.GET if "slug" in request.GET else None)
        if form.is_bound and form.is_valid():
            return HttpResponseRedirect(self.address_of_merge(row, form.cleaned_data["other"]))
        context = self.row_context(
            request, row, gettext("Merge with another"), form=form, media=self.media + form.media
        )
        return TemplateResponse(request, "admin/talks/merge_choose.html", context)

    def merge_rows(self, request, keep, old):
        """Show what it means, and do it if it is sent with a reason."""
        found = plan(keep, old)
        form = MergeForm(found, request.POST or None)
        if request.method == "POST" and not found.refusals and form.is_valid():
            self.log_change(request, keep, f"merged into it: {old.slug}")
            self.log_deletions(request, [old])
            history = self.address_of("history", old)
            merge(found, form.stays, form.cleaned_data["reason"])
            told = gettext("“%(old)s” is merged into “%(keep)s”, and its address leads there.")
            message = told % {"old": old, "keep": keep}
            link = format_html('<a href="{}">{}</a>', history, gettext("What was done with it before"))
            self.message_user(request, format_html("{} {}", message, link), messages.SUCCESS)
            return HttpResponseRedirect(self.address_of("change", keep))
        context = {
            "form": form,
            "plan": found,
            "columns": list(compared(keep, old)),
            "moves": list(moves_in_words(found)),
            "equal": [pair_in_words(found, pair) for pair in found.pairs if pair.same and not found.refusals],
            "is_entry": isinstance(keep, Entry),
            "is_person": isinstance(keep, Person),
            "other_way": self.address_of_merge(old, keep),
            "stale": "seen" in form.errors,
        }
        title = gettext("Merge “%(old)s” into “%(keep)s”") % {"old": old, "keep": keep}
        return TemplateResponse(request, "admin/talks/merge.html", self.row_context(request, keep, title, **context))


def compared(keep, old):
    """(name, value of `keep`, value of `old`) of the columns in which the two differ."""
    for column in keep._meta.concrete_fields:
        if column.name not in NOT_COMPARED and getattr(keep, column.attname) != getattr(old, column.attname):
            if column.name == "translations":
                yield from translations_compared(keep, old)
                continue
            values = (in_words(type(keep), column.name, getattr(one, column.name)) for one in (keep, old))
            yield capfirst(column.verbose_name), *values


def translations_compared(keep, old):
    """The same of what the two say in other languages."""
    ours, theirs = translating.told(keep), translating.told(old)
    for name in {**ours, **theirs}:
        if ours.get(name) != theirs.get(name):
            yield name, ours.get(name, "–"), theirs.get(name, "–")


def moves_in_words(found):
    """(rows of one sort in numbers, their names where they are few)."""
    moving = {}
    for (model, _column), rows in found.moves.items():
        moving.setdefault(model, []).append(rows)
    for model, several in moving.items():
        number = sum(rows.count() for rows in several)
        names = []
        if model in REPORTS and number <= FEW:
            loaded = [row for rows in several for row in rows.loaded("article", model.ENTRY)]
            names = [report_in_words(row, found.old) for row in loaded]
        elif number <= FEW and (issubclass(model, Entry) or model is Person):
            names = [str(row) for rows in several for row in rows]
        yield in_number(model._meta, number), names


def report_in_words(row, old):
    """A reported row that moves, with its article; and with its entry, if not all of that moves."""
    entry, said = entry_of(row), {"row": capfirst(row_in_words(row)), "article": row.article.slug}
    if isinstance(old, Entry) and entry.pk == old.pk:
        return gettext("%(row)s (%(article)s)") % said
    return gettext("%(row)s: “%(entry)s” (%(article)s)") % (said | {"entry": entry})
