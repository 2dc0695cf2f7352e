"""The forms of the desk by what they add: one report by an article, or a new entry; from some of its paragraphs."""

from functools import partial

from django.forms.models import fields_for_model, modelform_factory

from talks.admin.asking import WHY
from talks.admin.desk.entry_form import EntryForm
from talks.admin.desk.fields import DeskFields, EntryChoice, ParagraphsField
from talks.admin.desk.report_forms import AccountForm, CitationForm, DelegateForm, ProvisionForm, TransferForm
from talks.models import Delegation, Doubted

FORMS = {
    "citation": CitationForm,
    "account": AccountForm,
    "delegate": DelegateForm,
    "transfer": TransferForm,
    "provision": ProvisionForm,
    "entry": EntryForm,
}
REPORTED = [sort for sort in FORMS if sort != "entry"]


def form_for(sort, request):
    """The class of a form of the desk; of a report, an instance that is saved is changed by it."""
    form = FORMS[sort]
    if form is EntryForm:
        return form
    fields = partial(DeskFields().formfield_for_dbfield, request=request)
    of_delegation = fields_for_model(Delegation, form.ALSO, formfield_callback=fields) if form.ALSO else {}
    declared = {"entry": EntryChoice(form.ABOUT), **of_delegation, "paragraphs": ParagraphsField()}
    why = [WHY] if issubclass(form.MODEL, Doubted) else []
    made = modelform_factory(
        form.MODEL,
        form=type(form.__name__, (form,), declared),
        fields=[*form.COLUMNS, "paragraphs", *why],
        formfield_callback=fields,
    )
    made.field_order = ["entry", *form.COLUMNS, *form.ALSO, *why, "paragraphs"]
    return made
