"""Control groups of instances: made below our own group, limited, joined by apps, emptied and removed.

What holds: a group that was made is removed by `remove` or `remove_all`, or, when this process is killed, by
the next zygote of the same group, which knows it by the dead maker in its name. Nothing is made outside our
own group, so whatever started us still holds all of it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from atelier_jupyter.control_groups import GROUP_NAME
from atelier_jupyter.processes import is_same_process, start_time
from atelier_jupyter.zygote.group_detection import detect
from atelier_jupyter.zygote.group_files import GroupFiles
from atelier_jupyter.zygote.group_limits import Limits
from atelier_jupyter.zygote.protocol import RequestError

NOT_EMPTY_SECONDS = 3.0


@dataclass(frozen=True)
class Enforcement:
    """What holds an instance to its size, and why not where nothing does."""

    cpu: str
    memory: str
    reason: str | None

    def as_json(self) -> dict[str, str]:
        words = {"cpu": self.cpu, "memory": self.memory}
        return words if self.reason is None else {**words, "reason": self.reason}


class Groups:
    """The groups of one zygote."""

    def __init__(self, files: GroupFiles, parent_pid: int) -> None:
        self._files = files
        me = os.getpid()
        self._prefix = f"atelier-{me}-{start_time(me) or 0}-"
        found = detect(files, self._prefix, parent_pid)
        self._places = found.places
        self._bases = list(dict.fromkeys(place.base for place in found.places))
        self._made: dict[str, list[str]] = {}
        self._doomed: set[str] = set()
        self.enforcement = Enforcement(found.word("cpu"), found.word("memory"), found.reason)
        self.sweep()

    @property
    def supported(self) -> bool:
        return bool(self._places)

    def __contains__(self, group: str) -> bool:
        return group in self._made

    def names(self) -> list[str]:
        """The groups that were made and not removed."""
        return list(self._made)

    def make(self, group: str, limits: Limits) -> bool:
        """A limited, empty group; False where there are none on this host."""
        if not self.supported:
            return False
        if group in self._made:
            raise RequestError("group-exists", f"There is a group {group} already.", "group")
        self.sweep()
        folders = {base: f"{base}/{self._prefix}{group}" for base in self._bases}
        made: list[str] = []
        try:
            for folder in folders.values():
                self._files.make(folder)
                made.append(folder)
            for place in self._places:
                place.limit(self._files, folders[place.base], limits)
        except OSError as error:
            for folder in made:
                self._remove_folder(folder)
            cause = error.strerror or str(error)
            raise RequestError("group-failed", f"The group {group} could not be made: {cause}.") from error
        self._made[group] = made
        return True

    def folders(self, group: str) -> tuple[str, ...]:
        """An app joins each of them: one a hierarchy."""
        if group not in self._made:
            raise RequestError("no-such-group", f"There is no group {group}.", "group")
        return tuple(self._made[group])

    def remove(self, group: str) -> bool:
        """End what is left in the group and remove it; False when there is none of that name."""
        self.sweep()
        folders = self._made.pop(group, None)
        if folders is None:
            return False
        left = [folder for folder in folders if not self._remove_folder(folder)]
        if left:
            message = f"The group {group} still holds processes that cannot be ended."
            raise RequestError("group-busy", message, "group")
        return True

    def remove_all(self) -> None:
        for folders in self._made.values():
            for folder in folders:
                self._remove_folder(folder)
        self._made.clear()
        self.sweep()

    def sweep(self) -> None:
        """Remove the empty groups of zygotes that are dead, and those of ours that were busy."""
        for folder in list(self._doomed):
            self._remove_folder(folder)
        for base in self._bases:
            for name in self._files.groups(base):
                match = GROUP_NAME.match(name)
                if match is None or name.startswith(self._prefix):
                    continue
                if not is_same_process(int(match["pid"]), int(match["start"])):
                    self._files.remove(f"{base}/{name}")

    def _remove_folder(self, folder: str) -> bool:
        gone = self._files.empty_and_remove(folder, NOT_EMPTY_SECONDS)
        if gone:
            self._doomed.discard(folder)
        else:
            self._doomed.add(folder)
        return gone
