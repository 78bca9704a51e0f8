"""The gate through which everything goes that leaves: a file that names a person is stopped.

A school says in a file ``allowed.txt`` of its workspace what may stand in its documents although it
looks like a person's name or number: the mobile number of the office, say.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from evalkit.audiences import load_policy
from evalkit.privacy.scan.files import scan_bytes
from evalkit.privacy.scan.model import Exposure, ExposureError
from evalkit.privacy.scan.patterns import Seeker, usable
from evalkit.privacy.scan.rosters import roster_of
from evalkit.workspace import Workspace

__all__ = ["ALLOWED", "Gate", "allowed_in", "gate_of"]

ALLOWED = "allowed.txt"
"""File of a workspace: one text a line that may stand in what leaves; ``#`` begins a remark."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What is looked for in files that are about to leave.

    Attributes
    ----------
    names : frozenset of str
        Of students. Without any, numbers of persons are looked for all the same.
    allowed : frozenset of str
        What may stand there: names of staff, and what the school allows.
    small : int
        Counts of students at risk below it are looked for: that of the school's own readers, if
        nothing else is said; none with 0.
    """

    names: frozenset[str] = field(default=frozenset(), repr=False)
    allowed: frozenset[str] = field(default=frozenset(), repr=False)
    small: int = field(default_factory=lambda: load_policy().small)

    def below(self, small: int) -> Gate:
        """Return the gate for readers with another threshold."""
        return replace(self, small=small)

    def look(self, contents: Mapping[str, bytes]) -> tuple[Exposure, ...]:
        """Return what names a person, or tells of few, in files that are not written yet.

        Parameters
        ----------
        contents : mapping of str to bytes
            Name of the file → what it will hold.
        """
        collects = gc.isenabled()
        gc.disable()  # parsing makes many small objects, and no circles of them
        try:
            return tuple(
                exposure
                for name, content in contents.items()
                for exposure in scan_bytes(
                    name, content, self.names, allowed=self.allowed, small=self.small
                )
            )
        finally:
            if collects:
                gc.enable()

    def check(self, contents: Mapping[str, bytes]) -> None:
        """Stop files that name a person.

        Parameters
        ----------
        contents : mapping of str to bytes
            Name of the file → what it will hold.

        Raises
        ------
        ExposureError
            If any of them does; none of them may then be written.

        Examples
        --------
        >>> Gate(frozenset({"李小红"})).check({"通报.txt": "李小红同学".encode()})
        Traceback (most recent call last):
        evalkit.privacy.scan.model.ExposureError: 有不该出现的个人信息，没有写出：通报.txt › 第 1 行：姓名，李**。允许：不含学生姓名、学号、身份证号和手机号的内容。请在台账、模板或 notebook 中删去后重新生成；确实可以公开的，请写进工作区的 allowed.txt，每行一个。
        """  # noqa: E501 -- the message is one line
        found = self.look(contents)
        if found:
            raise ExposureError(found)

    def masked(self, text: str) -> str:
        """Return a text, such as an error's, with what names a person masked."""
        return Seeker(usable(self.names), usable(self.allowed), small=self.small).masked(text)


def gate_of(space: Workspace, jobs: int = 2) -> Gate:
    """Return the gate of a workspace: the names in its workbooks, and what the school allows.

    Parameters
    ----------
    space : Workspace
        The workspace. Its inputs are only read, all of them: once for a run is enough.
    jobs : int
        How many processes read them.

    Raises
    ------
    DefinitionError
        If the school's own ledger sheets have faults.
    """
    roster = roster_of(space, jobs)
    return Gate(roster.names, roster.allowed | allowed_in(space.root))


def allowed_in(root: Path) -> frozenset[str]:
    """Return what a workspace's school allows; nothing if it has no such file."""
    path = root / ALLOWED
    if not path.is_file():
        return frozenset()
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    texts = (line.partition("#")[0].strip() for line in lines)
    return frozenset(text for text in texts if text)
