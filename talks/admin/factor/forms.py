"""What is typed on the pages of the second factor."""

from django import forms
from django.utils.translation import gettext_lazy as _

NOT_IT = _("This code is not right, or was used before. An app shows a new one every 30 seconds.")
KEY_NOT_IT = _("The key did not answer, or is not one of this account. Please try again.")


class CodeForm(forms.Form):
    """The second step of the login."""

    code = forms.CharField(
        label=_("Code of your app, or a recovery code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )


class NameForm(forms.Form):
    """What a device is called."""

    name = forms.CharField(
        label=_("Name"), max_length=64, help_text=_("By which you know it again: “Phone”, “Blue key”.")
    )


class AppForm(NameForm):
    """A new app, and its first code."""

    code = forms.CharField(
        label=_("Code that the app shows"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    field_order = ["code", "name"]


class KeyForm(NameForm):
    """A new security key; its answer is put in by talks/keys.js."""

    answer = forms.CharField(widget=forms.HiddenInput, error_messages={"required": KEY_NOT_IT})
