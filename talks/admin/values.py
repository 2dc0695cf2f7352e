"""Facts as text, as citations hold them: what an entry's columns say, and what a citation may report."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from talks.files import schema
from talks.models import LISTS
from talks.models.rules import MOST, MOST_SMALL, fit_text
from talks.record import typed
from talks.words.kinds import did_you_mean
from talks.words.language import number


def label(model, fact):
    """What a fact, or the title or summary of an entry, is called in the admin."""
    declared = model.FACTS.get(fact)
    return str((declared and declared.admin_label) or model._meta.get_field(fact).verbose_name)


def sentence(text):
    """With a capital first letter; the others as they are."""
    return text[:1].upper() + text[1:]


def is_key(text):
    """True if this can be the key of a row; a number of twenty digits can be none."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def list_text(rows):
    """Several rows as one value: “freedonia, sylvania”."""
    return ", ".join(row.slug for row in rows)


def checked(model, fact, text):
    """`text` as a citation may report it for this fact of `model`. Raises `ValidationError` that says what is right."""
    try:
        return _check(model, fact)(model, fact, " ".join(text.split()) if not _is_prose(model, fact) else text.strip())
    except ValueError as error:
        raise ValidationError(f"{sentence(str(error))}.") from error


def _is_prose(model, fact):
    """True if the text of a fact may have several lines."""
    return fact not in LISTS and isinstance(model._meta.get_field(fact), models.TextField)


def _check(model, fact):
    if fact in ("start", "end"):
        return lambda model, fact, text: schema.partial_date(typed.partial_date(text))
    if fact in LISTS:
        return _slugs
    column = model._meta.get_field(fact)
    if column.is_relation:
        return _slug
    if column.choices:
        return _choice
    return _number if isinstance(column, models.IntegerField) else _text


def _slugs(model, fact, text):
    slugs = list(dict.fromkeys(filter(None, (slug.strip() for slug in text.split(",")))))
    return ", ".join(_known(LISTS[fact], slugs))


def _slug(model, fact, text):
    return _known(model._meta.get_field(fact).related_model, [text])[0]


def _known(model, slugs):
    """`slugs`, if all of them name rows of `model`."""
    found = set(model.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    for slug in slugs:
        if slug not in found:
            told = gettext("There is no %(noun)s “%(slug)s”.") % {"noun": model._meta.verbose_name, "slug": slug}
            hint = did_you_mean(slug, model.objects.values_list("slug", flat=True))
            raise ValidationError(f"{told} {hint or _write_a_slug(model)}")
    return slugs


def _write_a_slug(model):
    return gettext("Write the slug of a %(noun)s.") % {"noun": model._meta.verbose_name}


def _choice(model, fact, text):
    choices = dict(model._meta.get_field(fact).flatchoices)
    values = {name.casefold(): value for value, name in choices.items()} | {value: value for value in choices}
    if text.casefold() not in values:
        known = [value for value in choices if value]
        told = gettext("“%(text)s” is not one of %(known)s.") % {"text": text, "known": ", ".join(known)}
        raise ValidationError(f"{told} {did_you_mean(text, known)}".strip())
    return values[text.casefold()]


def _number(model, fact, text):
    most = MOST_SMALL if isinstance(model._meta.get_field(fact), models.PositiveSmallIntegerField) else MOST
    value = typed.whole_number(text)
    if value is None or not 0 < value <= most:
        told = gettext("“%(text)s” is no whole number from 1 to %(most)s; write digits only, such as 65.")
        raise ValidationError(told % {"text": text, "most": number(most)})
    return str(value)


def _text(model, fact, text):
    fit_text(text)
    return model._meta.get_field(fact).clean(text, None)
