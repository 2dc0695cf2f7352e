"""The snapshots of the whole record that there are, as files to keep, and the latest at an address that stays."""

from functools import wraps

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import condition, require_safe

from talks.data.formats import as_json
from talks.data.snapshots import difference, shelf
from talks.public.opened import opened
from talks.public.pages import asked_again
from talks.public.problems import problem

LISTED = 30  # snapshots on the page about data
COMMAND, BROWSE = "manage.py snapshot", "datasette ."  # which make one, and show what it unpacks to
COMPARED = {"JSON": shelf.DIFFERENCE, "CSV": shelf.CHANGED_CELLS}


def newest():
    """What the page about data tells of them: the newest, and how many there are."""
    every = shelf.every(settings.SNAPSHOTS)
    return {"shown": [_shown(one) for one in every[:LISTED]], "count": len(every), "command": COMMAND, "browse": BROWSE}


def _shown(one):
    """A snapshot with the addresses of its files, and how many rows are other than in the one it is compared with."""
    addresses = {file: reverse("snapshot.file", args=[one.name, file]) for file in shelf.FILES if one.path(file)}
    compared = one.about["difference"] or {"since": "", "tables": {}}
    changes = (difference.ADDED, difference.CHANGED, difference.REMOVED)
    tables = compared["tables"].values()
    return {
        "of": one,
        "called": _called(one.name, shelf.RECORD),
        "record": addresses[shelf.RECORD],
        "about": addresses[shelf.ABOUT],
        "compared": [(label, addresses[file]) for label, file in COMPARED.items() if file in addresses],
        "since": compared["since"],
        "counts": {change: sum(of_table.get(change, 0) for of_table in tables) for change in changes},
    }


def _called(name, file):
    """What a file is called where it is kept."""
    return f"{name}.zip" if file == shelf.RECORD else f"{name}-{file}"


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
    about = {"filename": _called(name, file), "content_type": shelf.FILES[file]}
    response = FileResponse(path.open("rb"), as_attachment=True, **about)
    response["X-Robots-Tag"] = "noindex"
    return asked_again(response)


def of_latest(view):
    """The view of the latest snapshot, whichever that is now; 404 as long as there is none."""

    @opened
    @require_safe
    @wraps(view)
    def answered(request):
        found = shelf.latest(settings.SNAPSHOTS)
        if found is None:
            return asked_again(problem(404, gettext("There is no snapshot yet.")))
        return asked_again(view(request, found))

    return answered


@of_latest
def latest_zip(request, found):
    """To its file."""
    return redirect("snapshot.file", found.name, shelf.RECORD)


@of_latest
def latest_json(request, found):
    """What it is, with what its file can be checked by."""
    address = request.build_absolute_uri(reverse("snapshot.file", args=[found.name, shelf.RECORD]))
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
    return HttpResponse(as_json.dumped(about) + "\n", content_type=as_json.TYPE)
