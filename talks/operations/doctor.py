"""What of a site is not as it should be, each thing in a sentence with what to do about it."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks, mail
from django.core.cache import cache
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from modelsearch.models import IndexEntry

from talks.derived.reports import batches
from talks.derived.settle import settle
from talks.files.recheck import faults
from talks.middleware import current_outage
from talks.models import Entry, Wording
from talks.replica import REPLICA

ROOM = 2**30  # bytes that should be free on a disk
BEHIND = 16 * 2**20  # bytes of the primary's log that a replica may lack for a moment


def examine(*, thoroughly: bool = False, site: str = "") -> Iterator[str]:
    """A sentence for each thing that is not as it should be; none if all is well.

    What asks the database is left out while that is away. `thoroughly`: also what reads all of the record. `site`: the
    address by which visitors come, at which it is asked what they should not get.
    """
    for examined in (configuration, static_files, disks, mails, shared_cache, pooler, replica):
        yield from examined()
    if site:
        yield from outside(site.rstrip("/"))
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


def pooler() -> Iterator[str]:
    """Whether DATABASE_URL leads to a PgBouncer if and only if PGBOUNCER says so, and that is set up as it must be."""
    if connection.vendor != "postgresql":
        return
    try:
        if not settings.PGBOUNCER:
            with _opened(options="-c statement_timeout=30s"):  # as the server's processes begin (talks.wsgi)
                return
        with _opened() as one, _opened() as other:
            if _row(one, "SHOW statement_timeout") == "0":
                yield (
                    "PGBOUNCER=1, and nothing ends what a page waits for: give PgBouncer the connect_query of "
                    "docs/deploy/pgbouncer.ini, or leave PGBOUNCER out if DATABASE_URL leads to PostgreSQL itself."
                )
            asking = "SELECT pg_backend_pid()"
            if not any(_row(one, asking) == _row(other, asking) for _ in range(10)):
                yield (
                    "PGBOUNCER=1, and two connections never shared one of PostgreSQL's, as in its session mode; "
                    "set pool_mode = transaction."
                )
    except OperationalError as error:
        if "unsupported startup parameter" in str(error):
            yield "DATABASE_URL leads to a PgBouncer, so the site cannot start; set PGBOUNCER=1."


def replica() -> Iterator[str]:
    """Whether readers can be answered from it, and it follows the primary."""
    if REPLICA not in connections.settings:
        return
    try:
        standby = connections[REPLICA]
        if not _row(standby, "SELECT pg_is_in_recovery()"):
            yield "REPLICA_URL names a database that follows no other, so readers see none of the edits; leave it out."
        elif _row(standby, "SELECT pg_is_wal_replay_paused()"):
            yield "The replica shows readers no edits, since that was paused; run there: SELECT pg_wal_replay_resume()"
        elif not _row(standby, "SELECT count(*) FROM pg_stat_wal_receiver"):
            yield "The replica hears nothing from the primary, so readers see no edits; see its log."
        else:
            place = _row(connection, "SELECT pg_current_wal_lsn()")
            behind = _row(standby, "SELECT pg_wal_lsn_diff(%s, pg_last_wal_replay_lsn())", place)
            if behind > BEHIND:
                yield f"The replica is {behind / 2**20:,.0f} MB behind the primary; if that stays so, it is too slow."
    except DatabaseError:
        yield "The replica of REPLICA_URL cannot be asked, so the primary answers readers; see whether it runs."


@contextmanager
def _opened(**options: str) -> Iterator[BaseDatabaseWrapper]:
    """Another connection to the database, past the pool."""
    other = connection.copy()
    own = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
    other.settings_dict["OPTIONS"] = own | options
    try:
        other.ensure_connection()
        yield other
    finally:
        other.close()


def _row(database: BaseDatabaseWrapper, statement: str, *values: object) -> Any:
    with database.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchone()[0]


def outside(site: str) -> Iterator[str]:
    """What visitors get that is for machines inside, and what the proxy lets them say."""
    own = f"doctor-{secrets.token_hex(8)}"
    inside = {"readyz": {}} | (
        {"metrics": {"Authorization": f"Bearer {settings.METRICS_TOKEN}"}} if settings.METRICS_TOKEN else {}
    )
    try:
        answered = _ask(f"{site}/about/", {"X-Request-ID": own})[1].get("X-Request-ID")
        if not answered:
            yield "Answers have no X-Request-ID, so no visitor can name one; let the proxy pass it on."
        if answered == own:
            yield (
                "The proxy passes on the X-Request-ID that visitors send, so the log has what they like; set it there: "
                "proxy_set_header X-Request-ID $request_id;"
            )
        for name, headers in inside.items():
            if _ask(f"{site}/{name}", headers)[0] != 404:
                yield f"Visitors can ask for /{name}; let the proxy answer 404, as docs/deploy/nginx.conf does."
    except urllib3.exceptions.HTTPError as error:
        yield f"{site} cannot be asked: {error}"


def _ask(address: str, headers: dict[str, str]) -> tuple[int, Mapping[str, str]]:
    """(status, headers) of an answer."""
    answer = urllib3.request("GET", address, headers=headers, timeout=10, retries=False)
    return answer.status, answer.headers


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
