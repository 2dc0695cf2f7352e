"""Sentences of Django's own that its catalogues lack, so that ours has them; nothing else need know of them."""

from django.utils.translation import gettext_noop

SENTENCES = (
    gettext_noop("Forgotten your login credentials?"),
    gettext_noop("In case you’ve forgotten, you are:"),
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
    gettext_noop("Model name"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
    gettext_noop("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
)
