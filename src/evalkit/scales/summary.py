"""Counts and means over papers, group by group; they add up over pieces of a large file."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evalkit.errors import DataError, UnknownNameError
from evalkit.scales.judge import VOIDS, Rules
from evalkit.scales.parts import Coding
from evalkit.scales.table import Scored, measures

__all__ = ["ScaleSummary", "added", "count_papers", "share_text"]

_PLAIN = ("papers", "valid", "positive", "suicide_item", "suicide_item_void",
          "suicide_item_unanswered", "prorated")  # fmt: skip


@dataclass(frozen=True, eq=False)
class ScaleSummary:
    """What many papers come to. Holds sums only, no single paper.

    Bands, positive screens and means are those of the valid papers. These are counts of students
    about whom something sensitive is said: before they leave the office they have to pass
    ``evalkit.privacy.release``.

    Attributes
    ----------
    rules : Rules
        The scale and how it was applied.
    by : tuple
        Names of the columns that groups were made of; empty for all papers together.
    counts : DataFrame
        The sums, one row a group.
    options : mapping of str to str
        Every setting that went into the scores.
    sources : tuple of str
        Who described the scale, and every disputed choice that was made, with its source.
    notes : tuple of str
        What the reader should know, in Chinese.
    """

    rules: Rules
    by: tuple[Hashable, ...]
    counts: pd.DataFrame = field(repr=False)
    options: Mapping[str, str]
    sources: tuple[str, ...]
    notes: tuple[str, ...]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a group.

        The columns of `by`; ``papers`` (应测答卷), ``valid``, ``void``, ``positive`` (of the valid
        ones), ``suicide_item`` (of all papers, void ones included), ``suicide_item_void`` (of the
        void ones), ``suicide_item_unanswered``, ``prorated`` (number of papers each);
        ``<measure>_mean`` and ``<measure>_sd`` of the valid papers (not a number without any, and
        the deviation not without two).
        """
        counts = self.counts
        whole = {name: counts[name].astype("int64") for name in _PLAIN}
        columns: dict[Any, Any] = {"papers": whole["papers"], "valid": whole["valid"]}
        columns["void"] = whole["papers"] - whole["valid"]
        columns |= {name: whole[name] for name in _PLAIN[2:]}
        if self.rules.scale.suicide is None:
            gone = [name for name in columns if str(name).startswith("suicide_item")]
            columns |= {name: pd.array([pd.NA] * len(counts), dtype="Int64") for name in gone}
        for name in measures(self.rules):
            n, mean, deviation = _moments(counts, name)
            columns[f"{name}_mean"] = np.where(n > 0, mean, np.nan)
            columns[f"{name}_sd"] = deviation
        table = pd.DataFrame(columns, index=counts.index)
        return table.reset_index() if self.by else table.reset_index(drop=True)

    @property
    def bands(self) -> pd.DataFrame:
        """One row a group and band, the least severe first: band, papers, valid (the whole)."""
        names = self.rules.scale.band_names
        return self._long({f"band:{name}": {"band": name} for name in names}, "valid")

    @property
    def voids(self) -> pd.DataFrame:
        """One row a group and reason: reason, title, papers, all. A paper may have several."""
        kinds = {f"void:{name}": {"reason": name, "title": VOIDS[name]} for name in VOIDS}
        return self._long(kinds, "papers")

    @property
    def measures(self) -> pd.DataFrame:
        """One row a group and score: measure, title, n, mean, sd (of the valid papers)."""
        rows = []
        for name, title in measures(self.rules).items():
            n, mean, deviation = _moments(self.counts, name)
            own = {"measure": name, "title": title, "n": n.astype("int64")}
            own |= {"mean": np.where(n > 0, mean, np.nan), "sd": deviation}
            rows.append(pd.DataFrame(own, index=self.counts.index))
        return self._in_order(rows)

    def against(self, norm: str) -> pd.DataFrame:
        """Set the means beside a norm's.

        Parameters
        ----------
        norm : str
            Code of a norm of the scale: ``"jin_1986"``.

        Returns
        -------
        DataFrame
            One row a group and score: measure, title, n, mean, sd, norm_mean, norm_sd, norm_n,
            norm_year, difference (mean − norm_mean), and d: the difference in the norm's standard
            deviations. An old norm says little about today's students: print its year.

        Raises
        ------
        UnknownNameError
            If there is no such norm.
        DataError
            If only its sample is recorded, not its values.
        """
        scale = self.rules.scale
        found = next((own for own in scale.norms if own.code == norm), None)
        if found is None:
            known = [own.code for own in scale.norms]
            raise UnknownNameError.of(f"{scale.name} 常模", norm, known)
        if not found.values:
            raise DataError(
                f"常模“{norm}”（{found.source}，{found.n} 人）只收录了年份与样本量，没有均值。"
                "请从原文抄录后自行比较，或改用收录了均值的常模。"
            )
        down = scale.coding.lowest - Coding.named(self.rules.coding).lowest
        down = down if scale.totals_as_given else 0
        rows = self.measures
        rows = rows[rows["measure"].isin(list(found.values))].reset_index(drop=True)
        names = rows["measure"].tolist()
        lower = [down * (len(scale.scored) if name == "total" else 1) for name in names]
        mean = np.array([float(found.values[name][0]) for name in names]) - lower
        deviation = np.array([float(found.values[name][1]) for name in names])
        rows["norm_mean"], rows["norm_sd"] = mean, deviation
        rows["norm_n"], rows["norm_year"] = found.n, found.year
        rows["difference"] = rows["mean"] - mean
        rows["d"] = rows["difference"] / deviation
        return rows

    def __repr__(self) -> str:
        whole = self.counts.sum()
        papers, valid, positive = (int(whole[name]) for name in ("papers", "valid", "positive"))
        text = f"{self.rules.scale.name}：{papers:,} 份答卷，有效 {valid:,}，阳性 {positive:,}"
        text += f"（{share_text(positive, valid)}）"
        if self.rules.scale.suicide is not None:
            hits, void = int(whole["suicide_item"]), int(whole["suicide_item_void"])
            text += f"，自杀条目有反应 {hits:,}（其中作废卷 {void:,}）"
        groups = f"，{len(self.counts)} 组" if self.by else ""
        return f"<{text}{groups}>"

    def _repr_html_(self) -> str:
        scale = self.rules.scale
        bands = self.bands.groupby("band", sort=False, observed=True)["papers"].sum()
        valid = int(self.counts["valid"].sum())
        rows = [(str(name), f"{n:,}", share_text(int(n), valid)) for name, n in bands.items()]
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
        )
        lines = "".join(f"<li>{escape(line)}</li>" for line in (*self.notes, *self.sources))
        return (
            f"<p>{escape(scale.title)} {escape(repr(self)[1:-1])}</p>"
            f"<table><thead><tr><th>分档</th><th>有效答卷</th><th>占比</th></tr></thead>"
            f"<tbody>{body}</tbody></table><ul>{lines}</ul>"
        )

    def _long(self, kinds: Mapping[str, Mapping[str, str]], whole: str) -> pd.DataFrame:
        rows = []
        for column, named in kinds.items():
            own: dict[str, Any] = {**named, "papers": self.counts[column].astype("int64")}
            own["valid" if whole == "valid" else "all"] = self.counts[whole].astype("int64")
            rows.append(pd.DataFrame(own, index=self.counts.index))
        return self._in_order(rows)

    def _in_order(self, rows: Sequence[pd.DataFrame]) -> pd.DataFrame:
        if not self.by:
            return pd.concat(rows, ignore_index=True)
        numbered = [own.assign(_group=range(len(own))) for own in rows]
        joined = pd.concat(numbered).reset_index()
        joined = joined.sort_values("_group", kind="stable", ignore_index=True)
        return joined.drop(columns="_group")


def count_papers(rules: Rules, scored: Scored, groups: pd.DataFrame | None) -> pd.DataFrame:
    """Count and add up the papers of one piece, group by group.

    Parameters
    ----------
    rules : Rules
        What was applied.
    scored : Scored
        The papers.
    groups : DataFrame, optional
        What each paper belongs to, in the papers' order.

    Returns
    -------
    DataFrame
        One row a group; every column can be added over pieces.
    """
    table = scored.table
    codes, index = _groups(groups, len(table))
    valid = table["valid"].to_numpy()
    positive = table["positive"].fillna(False).to_numpy(dtype=np.bool_)
    hit = table["suicide_item"].fillna(False).to_numpy(dtype=np.bool_)
    flags = {
        "papers": np.ones(len(table), dtype=np.bool_),
        "valid": valid,
        "positive": positive & valid,
        "suicide_item": hit,
        "suicide_item_void": hit & ~valid,
        "suicide_item_unanswered": table["suicide_item"].isna().to_numpy(),
        "prorated": table["prorated"].to_numpy() & valid,
    }
    flags |= {f"void:{name}": void for name, void in scored.voids.items()}
    band = table["band"].cat.codes.to_numpy()
    flags |= {
        f"band:{name}": valid & (band == place)
        for place, name in enumerate(table["band"].cat.categories)
    }
    counts = {name: np.bincount(codes[own], minlength=len(index)) for name, own in flags.items()}
    for name in measures(rules):
        values = table[name].to_numpy(dtype=np.float64, na_value=np.nan)
        known = valid & ~np.isnan(values)
        own_codes, own = codes[known], values[known]
        counts[f"n:{name}"] = np.bincount(own_codes, minlength=len(index))
        counts[f"sum:{name}"] = np.bincount(own_codes, own, len(index))
        counts[f"squares:{name}"] = np.bincount(own_codes, own * own, len(index))
    return pd.DataFrame(counts, index=index)


def added(pieces: Sequence[pd.DataFrame], *, by: bool) -> pd.DataFrame:
    """Add the counts of pieces, in the order of the groups' names."""
    if len(pieces) == 1 and not by:
        return pieces[0]
    joined = pd.concat(pieces)
    levels = list(range(joined.index.nlevels))
    return joined.groupby(level=levels if by else 0, dropna=False, sort=True).sum()


def share_text(part: int, whole: int) -> str:
    """Return a share as printed: 100 % only if it is, cut off after two decimals.

    Examples
    --------
    >>> share_text(2239, 2240), share_text(0, 0)
    ('99.95%', '—')
    """
    if whole == 0:
        return "—"
    if part == whole:
        return "100%"
    hundredths = part * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def _groups(groups: pd.DataFrame | None, papers: int) -> tuple[NDArray[np.intp], pd.Index]:
    if groups is None:
        return np.zeros(papers, dtype=np.intp), pd.RangeIndex(1)
    names = list(groups.columns)
    grouped = groups.groupby(names, dropna=False, sort=True, observed=True)
    codes: NDArray[np.intp] = grouped.ngroup().to_numpy().astype(np.intp)
    return codes, grouped.size().index


def _moments(counts: pd.DataFrame, name: str) -> tuple[Any, Any, Any]:
    n = counts[f"n:{name}"].to_numpy(dtype=np.float64)
    total, squares = (counts[f"{part}:{name}"].to_numpy() for part in ("sum", "squares"))
    mean = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    # Rounding may leave a hair below zero where all scores are the same.
    around = np.maximum(squares - n * np.nan_to_num(mean) ** 2, 0.0)
    deviation = np.full(len(n), np.nan)
    np.divide(around, n - 1, out=deviation, where=n > 1)
    return n, mean, np.sqrt(deviation)
