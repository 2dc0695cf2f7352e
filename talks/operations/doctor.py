"""What of a site is not as it should be, each thing in a sentence with what to do about it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks, mail
from django.core.cache import cache
from django.db import connection, transaction
from modelsearch.models import IndexEntry

from talks.derived.reports import batches
from talks.derived.settle import settle
from talks.files.recheck import faults
from talks.middleware import current_outage
from talks.models import Entry, Wording

ROOM = 2**30  # bytes that should be free on a disk


def examine(*, thoroughly: bool = False) -> Iterator[str]:
    """A sentence for each thing that is not as it should be; none if all is well.

    What asks the database is left out while that is away. `thoroughly`: also what reads all of the record.
    """
    for examined in (configuration, static_files, disks, mails, shared_cache):
        yield from examined()
    if outage := current_outage():
        yield f"{outage.value}."
        return
    for examined in (search, derived, record) if thoroughly else (search,):
        yield from examined()


def configuration() -> Iterator[str]:
    """Settings that are for development, or do not go together."""
    if settings.DEBUG:
        yield "DEBUG=1 shows visitors how the site works inside; leave it out."
        return
    for message in checks.run_checks(include_deployment_checks=True):
        if not message.is_silenced():
            yield f"{message.msg} {message.hint or ''}".strip()
    if settings.HTTPS and not settings.BEHIND_PROXY:
        yield (
            "HTTPS=1 without BEHIND_PROXY=1: the site itself ends no TLS, so it sends every visitor from http:// to "
            "https:// for ever. Set BEHIND_PROXY=1 if a proxy in front ends it, else HTTPS=0."
        )
    if not settings.SITE_CONTACT:
        yield "SITE_CONTACT is empty, so readers cannot report an error; set a mail address or an https:// one."


def static_files() -> Iterator[str]:
    """Whether style sheets and scripts are where the server looks for them."""
    if settings.DEBUG:
        return
    names = (path.relative_to(folder) for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*.css"))
    missing = [str(name) for name in names if str(name) not in staticfiles_storage.hashed_files]
    if missing:
        yield f"{missing[0]} is not collected; run: python manage.py collectstatic --noinput"


def disks() -> Iterator[str]:
    """Whether there is room left where something is written."""
    written = {Path(tempfile.gettempdir())}
    if connection.vendor == "sqlite":
        written.add(Path(connection.settings_dict["NAME"]).parent)
    for folder in sorted(path for path in written if path.is_dir()):
        if (free := shutil.disk_usage(folder).free) < ROOM:
            yield f"Only {free / 2**20:,.0f} MB are free on the disk of {folder}; a load or a backup may not fit."


def mails() -> Iterator[str]:
    """Whether passwords can be reset by mail."""
    if not settings.MAIL:
        yield "EMAIL_URL is empty, so whoever forgets a password needs somebody who sets a new one."
        return
    try:
        with mail.get_connection():
            pass
    except OSError as error:  # of the network, or of what the server answers
        yield f"The mail server {settings.EMAIL_HOST} does not take mails: {error}"


def shared_cache() -> Iterator[str]:
    """Whether what several machines share answers."""
    if not settings.CACHE_URL:
        return
    try:
        cache.set("doctor", "well", 10)
        answer = cache.get("doctor")
    except Exception as error:  # noqa: BLE001 – whatever the client of a cache raises
        answer = f"{error}"
    if answer != "well":
        yield f"The cache of CACHE_URL does not keep what it is given ({answer}); each process makes its own pages."


def search() -> Iterator[str]:
    """Whether the search finds all that was told, where the database does the searching."""
    if settings.SEARCH_URL:
        return
    told, found = Wording.objects.count(), IndexEntry.objects.filter(content_type__model=Wording._meta.model_name)
    if told != found.count():
        yield (
            f"The index of the search has {found.count():,} of {told:,} wordings; "
            "run: python manage.py rebuild_modelsearch_index"
        )


def derived() -> Iterator[str]:
    """Whether what follows from reports is as they say; nothing is written."""
    with transaction.atomic():
        pks = Entry.objects.order_by("pk").values_list("pk", flat=True)
        wrong = [entry.slug for some in batches(list(pks)) for entry in settle(dict.fromkeys(some, "examined"))]
        transaction.set_rollback(True)
    if wrong:
        yield f"Not as reports say: {len(wrong):,} of the entries, such as {wrong[0]}; run: python manage.py settle"


def record() -> Iterator[str]:
    """Whether the record could be exported and loaded again."""
    if found := faults():
        yield f"A load of an export would refuse it in {len(found):,} places; see: python manage.py check_record"
