"""Invented rows of 普测统计, awkward on purpose: small numbers, gaps, absent grades."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evalkit.research.lattice import COUNTS


def invented_rows(seed: int, *, years: int = 1, gaps: float = 0.0) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    colleges, grades = int(draw.integers(1, 5)), int(draw.integers(1, 4))
    waves = ["新生普测", "春季普测"][: int(draw.integers(1, 3))]
    size = float(draw.choice([8, 30, 120, 600]))
    rows = []
    for year in range(years):
        for college in range(1, colleges + 1):
            for grade in range(grades):
                for wave in waves:
                    if draw.random() < 0.15:
                        continue
                    required = int(draw.poisson(size * draw.uniform(0.2, 1.5)))
                    valid = int(draw.binomial(required, draw.uniform(0.8, 1)))
                    shares = draw.dirichlet([0.6, 1.2, 2, 9])
                    l1, l2, l3, _ = (int(n) for n in draw.multinomial(valid, shares))
                    seen = draw.uniform(0.5, 1, 2) if draw.random() < 0.7 else (1.0, 1.0)
                    rows.append(
                        (
                            f"{2022 + year}-{2023 + year}", f"C{college:02d}",
                            f"{2022 + year - grade}级", wave, "SCL-90", "2022-10", "2022-11",
                            required, valid, l1, l2, l3,
                            int(draw.binomial(l1, seen[0])), int(draw.binomial(l2, seen[1])),
                        )
                    )  # fmt: skip
    texts = ["academic_year", "college", "grade", "wave", "instrument", "month_start", "month_end"]
    if not rows:
        return invented_rows(seed + 10_000, years=years, gaps=gaps)
    frame = pd.DataFrame(rows, columns=[*texts, *COUNTS])
    frame = frame.astype(dict.fromkeys(COUNTS, "Int64") | dict.fromkeys(texts, "string"))
    for count in COUNTS:
        frame.loc[draw.random(len(frame)) < gaps, count] = pd.NA
    return frame


def invented_records(rows: pd.DataFrame) -> pd.DataFrame:
    """Return records that add up to rows without gaps."""
    found = []
    for row in rows.itertuples(index=False):
        key = ("S1", row.academic_year, row.college, row.grade, row.wave)
        levels = [(1, row.n_l1, row.n_l1_interviewed), (2, row.n_l2, row.n_l2_interviewed)]
        for level, number, seen in levels:
            found += [(*key, 0, 1, level, int(n < seen), 1) for n in range(number)]
        found += [(*key, 0, 1, 3, None, 1)] * int(row.n_l3)
        rest = int(row.n_valid - row.n_l1 - row.n_l2 - row.n_l3)
        found += [(*key, 0, 1, 0, None, 1)] * rest
        found += [(*key, 0, 0, None, None, 0)] * int(row.n_required - row.n_valid)
    columns = [
        "school_code", "academic_year", "college_code", "grade", "wave",
        "exempt", "valid", "level", "interviewed", "filed",
    ]  # fmt: skip
    frame = pd.DataFrame(found, columns=columns)
    return frame.astype(dict.fromkeys(columns[:5], "string") | dict.fromkeys(columns[5:], "Int64"))
