"""The snapshots of the whole record that there are, as files to keep, and the latest at an address that stays."""

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import condition, require_safe

from talks.data.formats import as_json
from talks.data.snapshots import shelf
from talks.public.opened import opened
from talks.public.pages import asked_again
from talks.public.problems import problem

LISTED = 30  # snapshots on the page about data


def told():
    """What the page about data tells of them: the newest, and how many there are."""
    every = shelf.every(settings.SNAPSHOTS)
    return {"shown": [_shown(one) for one in every[:LISTED]], "count": len(every)}


def _shown(one):
    addresses = {file: reverse("snapshot", args=[one.name, file]) for file in shelf.FILES if one.path(file)}
    compared = one.about["difference"] or {"since": "", "tables": {}}
    counts = {
        change: sum(of_table.get(change, 0) for of_table in compared["tables"].values())
        for change in ("added", "changed", "removed")
    }
    return {
        "of": one,
        "record": addresses[shelf.RECORD],
        "about": addresses[shelf.ABOUT],
        "difference": addresses.get(shelf.DIFFERENCE),
        "table": addresses.get(shelf.CHANGED_CELLS),
        "since": compared["since"],
        "counts": counts,
    }


def _etag(request, name, file):
    found = shelf.named(settings.SNAPSHOTS, name)
    noted = found.about["files"].get(file) if found else None
    return f'"{noted["sha256"]}"' if noted else None


@opened
@require_safe
@condition(etag_func=_etag)
def snapshot(request, name, file):
    """A file of a snapshot, as it is on the disk."""
    found = shelf.named(settings.SNAPSHOTS, name)
    path = found and found.path(file)
    if path is None:
        return problem(404, gettext("There is no such snapshot here."))
    if file == shelf.RECORD:
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # it is compressed already, and stays as long as it says
    called = f"{name}.zip" if file == shelf.RECORD else f"{name}-{file}"
    response = FileResponse(path.open("rb"), as_attachment=True, filename=called, content_type=shelf.FILES[file])
    response["X-Robots-Tag"] = "noindex"
    return asked_again(response)


@opened
@require_safe
def latest_zip(request):
    """To the latest snapshot, whichever that is now."""
    found = shelf.latest(settings.SNAPSHOTS)
    if found is None:
        return asked_again(problem(404, gettext("There is no snapshot yet.")))
    return asked_again(redirect("snapshot", found.name, shelf.RECORD))


@opened
@require_safe
def latest_json(request):
    """What the latest snapshot is, with what its file can be checked by."""
    found = shelf.latest(settings.SNAPSHOTS)
    if found is None:
        return asked_again(problem(404, gettext("There is no snapshot yet.")))
    address = request.build_absolute_uri(reverse("snapshot", args=[found.name, shelf.RECORD]))
    about = {
        "name": found.name,
        "made": found.made.isoformat(),
        "state": found.state,
        "address": address,
        "bytes": found.size,
        "sha256": found.sha256,
        "rows": found.about["rows"],
        "difference": found.about["difference"],
    }
    return asked_again(HttpResponse(as_json.dumped(about) + "\n", content_type=as_json.TYPE))
