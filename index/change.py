"""Which reports come, stay and go in one publication."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from index.errors import DuplicateReport, UnknownReport
from index.members import Member


class Change:
    """A list of reports being changed. With `replace`, a report takes the place of one with its number.

    `described` gives a member as an operator has described it, which is what it is known by.
    """

    def __init__(
        self, members: Iterable[Member], replace: bool = False, described: Callable[[Member], Member] = lambda m: m
    ) -> None:
        self._members = {member.sha256: member for member in members}
        self._replace = replace
        self._described = described
        self._added: dict[str, Member] = {}
        self._unchanged: dict[str, Member] = {}
        self._removed: dict[str, Member] = {}

    @property
    def members(self) -> list[Member]:
        """The reports after the change."""
        return list(self._members.values())

    @property
    def added(self) -> list[Member]:
        return list(self._added.values())

    @property
    def unchanged(self) -> tuple[str, ...]:
        """Ids of the reports that were to be added and were there."""
        return tuple(m.report_id for m in self._unchanged.values() if m.sha256 not in self._removed)

    @property
    def removed(self) -> tuple[str, ...]:
        return tuple(m.report_id for m in self._removed.values())

    def already_holds(self, sha256: str) -> bool:
        """Whether these bytes are there; remembered as unchanged if they were before."""
        if sha256 in self._members and sha256 not in self._added:
            self._unchanged[sha256] = self._members[sha256]
        return sha256 in self._members

    def check(self, member: Member) -> None:
        """
        Raises:
            DuplicateReport: another report has its number, and is not to be replaced.
        """
        twin = self._twin(member)
        if twin is not None and not self._replace:
            raise DuplicateReport(twin.report_id, self._described(twin).number or "")

    def add(self, member: Member) -> None:
        self.check(member)
        twin = self._twin(member)
        if twin is not None:
            self._drop(twin)
        self._members[member.sha256] = self._added[member.sha256] = member

    def remove(self, report_id: str) -> None:
        """
        Raises:
            UnknownReport: it isn't there.
        """
        found = next((m for m in self._members.values() if m.report_id == report_id), None)
        if found is None:
            raise UnknownReport(report_id)
        self._drop(found)

    def _twin(self, member: Member) -> Member | None:
        known = self._described(member)
        return next((m for m in self._members.values() if self._described(m).is_same_document(known)), None)

    def _drop(self, member: Member) -> None:
        del self._members[member.sha256]
        if self._added.pop(member.sha256, None) is None:
            self._removed[member.sha256] = member
