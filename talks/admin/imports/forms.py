"""Forms for files, for texts that are mended in place, for publishers that are lacking."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.admin.sources import PublisherForm
from talks.files.reader import MAX_BYTES, MAX_DEPTH
from talks.files.uploads import MAX_ALL, MAX_FILES, texts_of
from talks.models import Article, Publisher
from talks.models.rules import language_code, web_address
from talks.words.fields import DayField

LIMITS = _(
    "Article files (.yaml); or a timeline that was kept elsewhere, whose rows become drafts: a spreadsheet (.csv, "
    ".xlsx) with the columns date, title, text and source, and the column kind where not all are events, or TimelineJS "
    "(.json, .csv), whose groups are taken for kinds; or a zip of these. "
    "In a zip, the folder “reference” may hold vocabulary. A file there "
    "stands for all of its sort: what it leaves out is to be removed. Up to %(files)s files, %(file)s MB each and "
    "nested %(depth)s levels deep, %(all)s MB in all."
)
MOST_PUBLISHERS = 50  # on one page
MOST_TEXTS = 20  # to be mended on one page


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or many article files, or zips of them, as {name: text}; added to those that are `held`."""

    widget = FilesInput(attrs={"accept": ".yaml,.yml,.zip,.csv,.xlsx,.json"})
    held = None

    def clean(self, data, initial=None):
        uploads = data if isinstance(data, (list, tuple)) else [data]
        uploads = [upload for upload in uploads if upload]
        if not uploads:
            super().clean(None, initial)  # says that it is required, if it is
        return texts_of(uploads, self.held)


class UploadForm(forms.Form):
    files = FilesField(label=_("Files"))
    overwrite = forms.BooleanField(
        required=False,
        label=_("Take the files’ word"),
        help_text=_("Also where an editor changed something. Without it, what editors changed is kept."),
    )

    def __init__(self, *args, held=None, **kwargs):
        super().__init__(*args, **kwargs)
        megabyte = 1_000_000
        limits = {"files": MAX_FILES, "file": MAX_BYTES // megabyte, "all": MAX_ALL // megabyte, "depth": MAX_DEPTH}
        self.fields["files"].help_text = LIMITS % limits
        if held is not None:
            self.fields["files"].held, self.fields["files"].required = held, False
            self.fields["files"].label = _("Mended files")
            self.fields["files"].help_text = _("They replace those of the same name; others are added.")


WIDE = forms.TextInput(attrs={"class": "vLargeTextField"})


class SkeletonForm(forms.Form):
    """What is known of an article that a file is to be written about."""

    url = forms.CharField(label=_("Address"), max_length=500, validators=[web_address], widget=WIDE)
    title = forms.CharField(required=False, max_length=300, label=_("Title"), widget=WIDE)
    published = DayField(required=False, label=_("Published"), help_text=_("The day, such as 2025-06-02."))
    language = forms.CharField(
        required=False,
        max_length=2,
        label=_("Language"),
        validators=[language_code],
        help_text=_("Its code, such as en."),
    )
    text = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("Of it, the file only holds how each paragraph begins, beside its number."),
    )

    def clean_url(self):
        url = self.cleaned_data["url"]
        if there := Article.objects.filter(url=url).values_list("slug", flat=True).first():
            told = gettext("This is the article “%(slug)s” of the record already; add what it reports at its desk.")
            raise forms.ValidationError(told % {"slug": there})
        return url


class MendForm(forms.Form):
    """The text of a file, to be mended in place."""

    name = forms.CharField(widget=forms.HiddenInput)
    text = forms.CharField(
        required=False, strip=False, widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"})
    )
    leave_out = forms.BooleanField(required=False, label=_("Leave this file out"))


MendFormSet = forms.formset_factory(MendForm, extra=0, max_num=MOST_TEXTS, absolute_max=MOST_TEXTS)


class LackingForm(PublisherForm):
    """A publisher that files name and that is not there; it is made if its kind is chosen."""

    reason = None

    class Meta:
        model = Publisher
        fields = ["slug", "name", "kind", "country", "ownership"]
        widgets = {"slug": forms.HiddenInput}


def lacking_publishers(slugs, data=None):
    """A formset with a form for each of these slugs; `data`: what was sent."""
    slugs = slugs[:MOST_PUBLISHERS]
    most = {"extra": len(slugs), "max_num": MOST_PUBLISHERS, "absolute_max": MOST_PUBLISHERS}
    kind = forms.modelformset_factory(Publisher, form=LackingForm, **most)
    initial = [{"slug": slug, "name": slug.replace("-", " ").title()} for slug in slugs]
    return kind(data, queryset=Publisher.objects.none(), initial=initial, prefix="publisher")
