"""A store of many invented schools, for trying out and measuring what counts them.

Every school is made of a few colleges of one large invented school, under a code of its own. Its
screening is written as one record a student, so that the records of 3,000 schools come to the
country's 47 million, and adding them up must give the colleges' sheets 普测统计 again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from evalkit.outputs import write_bytes
from evalkit.synthetic.draws import Draws

__all__ = ["RECORDS", "write_store"]

RECORDS = "screening_records"
_FEWEST, _MOST = 8, 11
"""Colleges of a school."""
_AT_A_TIME = 100
"""Schools that are put together in memory, and written as one file of each table."""

_Rows = npt.NDArray[np.int64]
_Marks = dict[str, npt.NDArray[np.int8]]


def write_store(
    tables: Mapping[str, pa.Table], folder: Path, *, schools: int, seed: int = 2025
) -> dict[str, int]:
    """Write the store; the same arguments give the same bytes.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        The large school: the ledger's sheets by machine name, each with academic_year and
        college_code, and ``calendar``, ``due_months`` and ``handed_in``. Rows without a
        college_code belong to the school as a whole.
    folder : Path
        Where to; each table gets a folder of its own.
    schools : int
        How many schools, from one.
    seed : int
        Where the draws begin.

    Returns
    -------
    dict of str to int
        Rows written by name of the table.
    """
    pool = sorted(set(tables["base_info"].column("college_code").to_pylist()))
    numbers = range(1, schools + 1)
    makers: dict[str, _Table | _Records] = {
        name: _Table(table, pool) for name, table in tables.items() if name != "screening"
    }
    makers[RECORDS] = _Records(tables["screening"], pool, seed)
    written = dict.fromkeys(makers, 0)
    for part, first in enumerate(numbers[::_AT_A_TIME], 1):
        several = numbers[first - 1 : first - 1 + _AT_A_TIME]
        chosen = {number: _draw(number, len(pool), seed) for number in several}
        for name, maker in makers.items():
            made = maker.of(chosen)
            _write(made, folder / name / f"part-{part:03d}.parquet")
            written[name] += len(made)
    return written


def _draw(number: int, pool: int, seed: int) -> list[int]:
    draws = Draws(seed, "store", number)
    return draws.several(range(pool), draws.integer(_FEWEST, _MOST))


class _Table:
    """One table of the large school, of which others are put together."""

    def __init__(self, table: pa.Table, pool: Sequence[str]) -> None:
        names = table.column_names
        self._by_college = "college_code" in names
        kept = [n for n in names if n != "college_code" and not n.startswith("source_")]
        self._table = table.select(kept)
        none = pa.nulls(len(table), pa.string())
        codes = np.array(table.column("college_code") if self._by_college else none, dtype=object)
        self._rows = [np.flatnonzero(codes == code) for code in pool]
        self._common = np.flatnonzero(codes == None)  # noqa: E711 -- element by element

    def of(self, chosen: Mapping[int, Sequence[int]]) -> pa.Table:
        """Return the rows of the schools: number → its colleges' places in the pool."""
        rows: list[_Rows] = []
        owners: list[tuple[int, int | None]] = []
        for number, colleges in chosen.items():
            rows += [self._rows[place] for place in colleges]
            owners += [(number, slot) for slot in range(1, len(colleges) + 1)]
            rows.append(self._common)
            owners.append((number, None))
        lengths = [len(each) for each in rows]
        taken = self._table.take(np.concatenate(rows))
        if self._by_college:
            codes = [None if slot is None else f"C{slot:02d}" for _, slot in owners]
            taken = taken.add_column(0, "college_code", _repeated(codes, lengths))
        schools = [_school_code(number) for number, _ in owners]
        return taken.add_column(0, "school_code", _repeated(schools, lengths))


class _Records:
    """The screening of the large school, one record a student and wave."""

    def __init__(self, screening: pa.Table, pool: Sequence[str], seed: int) -> None:
        self._seed = seed
        rows = screening.to_pylist()
        places = {code: place for place, code in enumerate(pool)}
        labels = [(row["academic_year"], row["grade"], row["wave"]) for row in rows]
        self._labels = sorted(set(labels))
        parts: list[list[_Marks]] = [[] for _ in pool]
        for row, label in zip(rows, labels, strict=True):
            parts[places[row["college_code"]]].append(_marks(row, self._labels.index(label)))
        empty = [_marks(dict.fromkeys(_COUNTS, 0), 0)]
        self._parts = [
            {name: np.concatenate([one[name] for one in several or empty]) for name in empty[0]}
            for several in parts
        ]

    def of(self, chosen: Mapping[int, Sequence[int]]) -> pa.Table:
        """Return the records of the schools, each school's in no order."""
        made = pa.concat_tables([self._school(n, places) for n, places in chosen.items()])
        # Words that are coded anew for each school would be written out in full.
        return made.unify_dictionaries().combine_chunks()

    def _school(self, number: int, places: Sequence[int]) -> pa.Table:
        parts = [self._parts[place] for place in places]
        lengths = [len(part["label"]) for part in parts]
        # The older generator: its numbers are the same in every version of numpy.
        order = np.random.RandomState((self._seed, number)).permutation(sum(lengths))
        marks = {name: np.concatenate([part[name] for part in parts])[order] for name in parts[0]}
        label = marks.pop("label")
        slots = np.repeat(np.arange(len(places), dtype=np.int8), lengths)[order]
        year, grade, wave = ([one[n] for one in self._labels] for n in range(3))
        return pa.table(
            {
                "school_code": _coded(np.zeros(len(order), np.int8), [_school_code(number)]),
                "academic_year": _coded(label, year),
                "college_code": _coded(slots, [f"C{slot + 1:02d}" for slot in range(len(places))]),
                "grade": _coded(label, grade),
                "wave": _coded(label, wave),
                **marks,
            }
        )


_COUNTS = (
    "n_enrolled", "n_exempt", "n_valid", "n_l1", "n_l2", "n_l3",
    "n_l1_interviewed", "n_l2_interviewed", "n_files",
)  # fmt: skip


def _marks(row: Mapping[str, int], label: int) -> _Marks:
    """Return marks that add up to the counts of a row of the sheet 普测统计."""
    n = {name: row[name] for name in _COUNTS}
    everyone = n["n_enrolled"]
    first, second = n["n_l1"], n["n_l1"] + n["n_l2"]
    level = np.zeros(everyone, np.int8)
    level[:first], level[first:second], level[second : second + n["n_l3"]] = 1, 2, 3
    interviewed = np.zeros(everyone, np.int8)
    interviewed[: n["n_l1_interviewed"]] = 1
    interviewed[first : first + n["n_l2_interviewed"]] = 1
    place = np.arange(everyone)
    return {
        "label": np.full(everyone, label, np.int8),
        "exempt": (place >= everyone - n["n_exempt"]).astype(np.int8),
        "valid": (place < n["n_valid"]).astype(np.int8),
        "level": level,
        "interviewed": interviewed,
        "filed": (place < n["n_files"]).astype(np.int8),
    }


def _school_code(number: int) -> str:
    return f"S{number:04d}"


def _repeated(words: Sequence[str | None], lengths: Sequence[int]) -> pa.Array:
    places = np.repeat(np.arange(len(words)), lengths)
    return pa.array(words, pa.string()).take(pa.array(places))


def _coded(places: npt.NDArray[np.int8], words: Sequence[str]) -> pa.Array:
    known = sorted(set(words))
    of = np.array([known.index(word) for word in words], np.int8)
    return pa.DictionaryArray.from_arrays(of[places], pa.array(known, pa.string()))


def _write(table: pa.Table, path: Path) -> None:
    # Without Arrow's own schema every reader takes coded words for what they are: text.
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", store_schema=False)
    write_bytes(path, sink.getvalue().to_pybytes())
