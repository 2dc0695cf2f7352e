"""Mistakes that are alike, put together: as many as a page can show, with the number of all."""

from collections.abc import Iterable
from dataclasses import dataclass

from talks.files.reader import Problem

MOST = 200


@dataclass(frozen=True)
class Group:
    """Mistakes that one sentence tells: how many, in how many files, and those to show, at least one."""

    message: str
    count: int
    files: int
    shown: list[Problem]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.shown)


def grouped(problems: Iterable[Problem], most: int = MOST) -> list[Group]:
    """These mistakes by their sentences, those of most files first, up to `most` in all and one of each sentence."""
    alike: dict[str, list[Problem]] = {}
    for problem in problems:
        alike.setdefault(problem.message, []).append(problem)
    groups = [Group(message, len(all_), len({one.path for one in all_}), all_) for message, all_ in alike.items()]
    groups.sort(key=lambda group: (-group.files, group.shown[0]))
    left = most - len(groups[:most])
    shown = []
    for group in groups[:most]:
        more = min(group.count - 1, left)
        left -= more
        shown.append(Group(group.message, group.count, group.files, group.shown[: 1 + more]))
    return shown
