"""What of a load looks like something that is there already. It is told and not refused: it may be another one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import override

from talks.derived.alike import LOOKS, Likeness, likenesses
from talks.derived.reports import batches
from talks.files.compare import Changes
from talks.files.held import Keys
from talks.files.outcome import Alike
from talks.models import Entry


def alike(changes: Changes, keys: Keys, new: Iterable[int]) -> Iterator[Alike]:
    """The `Alike` of what a load wrote: of each row that it made, or changed in what rows are told apart by.

    `new`: the new entries (pks).
    """
    written: dict[Any, list[int]] = defaultdict(list)
    for change in changes.named:
        if change.model not in LOOKS:
            continue
        columns = {name.removesuffix("__slug") for name in change.values}
        if change.action == "create" or LOOKS[change.model] & columns:
            written[change.model].append(keys.pks[change.model][change.key[0]])
    written[Entry] = list(new)
    told: set[frozenset[tuple[Any, int]]] = set()  # pairs of which each is in another batch
    with override("en"):  # as all that a load says
        for model, pks in written.items():
            for row, other, why in _in_batches(model, pks):
                pair = frozenset([(model, row.pk), (model, other.pk)])
                if pair not in told:
                    told.add(pair)
                    noun = row.kind if isinstance(row, Entry) else row._meta.verbose_name
                    yield Alike(f"{noun} {row.slug}: {why} as {other.slug}", type(other).__name__, other.slug)


def _in_batches(model: Any, pks: list[int]) -> Iterator[Likeness]:
    for some in batches(pks):
        yield from likenesses(_rows(model, some))


def _rows(model: Any, pks: Iterable[int]) -> Any:
    long = {"filed", "text"} & {column.name for column in model._meta.concrete_fields}
    return model.objects.filter(pk__in=pks).defer(*long)
