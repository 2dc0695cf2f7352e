"""What visitors may ask of the pages that set rounds, proposals or positions beside each other."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from talks.models import Party, Process, Proposal, Round
from talks.public.forms.base import PagedForm, Period, PublicForm, ThenForm, with_period
from talks.public.forms.fields import SlugsField, one_of, part_of_rounds, public_today


class CompareRoundsForm(ThenForm):
    """Rounds to compare, by name or all of a series; `only` hides the rows in which they do not differ.

    Here and below, `pair` names the two columns that a narrow window shows.
    """

    MOST = 4
    NO_DATA = (*PublicForm.NO_DATA, "only")
    DIFFERENCES = "differences"
    r = SlugsField(Round.objects.visible, noun="round", least=2, most=MOST)
    process = SlugsField(public_today(Process), noun="process", most=1)
    pair = SlugsField(Round.objects.visible, noun="round", least=2, most=2)
    rounds = part_of_rounds()
    page = PagedForm.base_fields["page"]
    only = one_of([DIFFERENCES], _("“%(value)s” cannot be shown alone; write differences, or leave it out."))

    def clean(self):
        super().clean()
        if self.fields["r"].valid and self.fields["process"].valid:
            self.add_error("process", gettext("Give either rounds or a series, not both."))
        return self.cleaned_data

    @property
    def series(self):
        """The series whose rounds are compared, or None if rounds are named."""
        return self.chosen_row("process") if not self.fields["r"].valid else None

    @property
    def only_differences(self):
        return self.cleaned_data.get("only") == self.DIFFERENCES


class CompareProposalsForm(ThenForm):
    """Proposals to compare, and the one among them that the others are set against."""

    MOST = 6
    NO_DATA = (*PublicForm.NO_DATA, "baseline")
    p = SlugsField(Proposal.objects.visible, noun="proposal", least=2, most=MOST)
    pair = SlugsField(Proposal.objects.visible, noun="proposal", least=2, most=2)
    baseline = SlugsField(Proposal.objects.visible, noun="proposal", most=1)
    page = PagedForm.base_fields["page"]

    def clean(self):
        super().clean()
        if self.base and self.fields["p"].valid and self.base not in self.fields["p"].valid:
            self.add_error("baseline", gettext("The baseline must be one of the proposals that are compared."))
        return self.cleaned_data

    @property
    def base(self):
        """The proposal picked as baseline, or None for the first column."""
        return self.chosen_row("baseline")


@with_period
class PositionsForm(Period, PagedForm, ThenForm):
    """Which proposals the table of positions looks at, and the parties that stand in it."""

    MOST = 6
    party = SlugsField(public_today(Party), noun="party", most=MOST)
    process = SlugsField(public_today(Process), noun="process", most=1)
    pair = SlugsField(public_today(Party), noun="party", least=2, most=2)

    @property
    def filters(self):
        """What `talks.queries.standing` wants to know."""
        return {"process": self.chosen_row("process"), **self.period}
