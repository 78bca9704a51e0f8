"""Funnels of warning rates: only what the table shows, and words that say who stands out."""

from __future__ import annotations

import pandas as pd
from matplotlib.collections import PathCollection

from evalkit.charts import Picture, warning_funnels
from evalkit.privacy import Field, Released, load_policy, release

LEVELS = ("l1", "l2", "l3")
FIELDS = (
    Field("college", "学院"),
    Field("n_valid", "有效", "人次", "count"),
    *(Field(f"n_{each}", each, "人次", "count", students=True) for each in LEVELS),
    *(Field(f"{each}_rate", each, "", "percent", of=(f"n_{each}", "n_valid")) for each in LEVELS),
)


def warnings(counts: list[int], wholes: list[int]) -> Released:
    frame = pd.DataFrame({"college": [f"学院{n}" for n in range(len(counts))], "n_valid": wholes})
    frame = frame.assign(**{f"n_{each}": counts for each in LEVELS})
    return release(frame, FIELDS, load_policy(), total={"college": "全校"})


def marks(picture: Picture) -> list[int]:
    """Number of marks in each panel."""
    return [
        sum(len(c.get_offsets()) for c in ax.collections if isinstance(c, PathCollection))  # type: ignore[arg-type]
        for ax in picture.figure.axes
    ]


def test_who_stands_out_is_named_with_the_rate() -> None:
    picture = warning_funnels(warnings([30, 32, 29, 130], [1000, 1000, 1000, 1500]), "college")
    assert marks(picture) == [4, 4, 4]
    assert picture.alt.startswith(
        "预警率与人数的漏斗图：一级预警率学院3 8.66% 在 99.8% 控制限之外，"
        "学院2 2.90%、学院0 3.00%、学院1 3.20% 在 95% 控制限之外；二级预警率"
    )
    assert "学院3" in [text.get_text() for text in picture.figure.axes[0].texts]


def test_hidden_counts_are_not_drawn() -> None:
    table = warnings([2, 6, 40, 50], [700, 800, 1000, 1200])
    hidden = int(table.frame["n_l1"].iloc[:-1].isna().sum())
    assert hidden >= 2
    picture = warning_funnels(table, "college")
    assert marks(picture) == [4 - hidden] * 3
    assert f"{hidden} 个不显示" in picture.alt
    assert "学院0" not in picture.alt


def test_small_differences_stay_within() -> None:
    picture = warning_funnels(warnings([30, 33, 28], [1000, 1010, 990]), "college")
    assert picture.alt == (
        "预警率与人数的漏斗图：一级预警率都在 95% 控制限之内；"
        "二级预警率都在 95% 控制限之内；三级/关注率都在 95% 控制限之内"
    )


def test_nothing_to_draw_is_said() -> None:
    picture = warning_funnels(warnings([1, 2], [300, 400]), "college")
    assert picture.alt == "本学年没有可以显示的预警数据"
