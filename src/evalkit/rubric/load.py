"""YAML → :class:`Rubric`, with every fault at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evalkit.definitions import path_text, read_yaml, schema_faults
from evalkit.errors import DefinitionError, UnknownNameError
from evalkit.rubric.model import Rubric

__all__ = ["DEFAULT_RUBRIC", "builtin_rubrics", "load_rubric"]

DEFAULT_RUBRIC = "station-2024"
_Placed = tuple[tuple[str | int, ...], Any]
TIES = ("untrimmed_mean", "first_places")


def builtin_rubrics() -> dict[str, Path]:
    """Return the rubrics that come with the package, by name."""
    folder = Path(str(files("evalkit").joinpath("resources", "rubrics")))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def load_rubric(source: str | Path = DEFAULT_RUBRIC) -> Rubric:
    """Read a rubric and check that its parts agree.

    Parameters
    ----------
    source : str or Path
        Name of a built-in rubric, or the path of a YAML file.

    Raises
    ------
    DefinitionError
        Listing every fault with its path, such as
        ``dimensions[1].indicators[3].points: 应为数字``.
    UnknownNameError
        If a name without a suffix is not a built-in rubric.
    """
    path = Path(source)
    if path.suffix not in {".yaml", ".yml"}:
        known = builtin_rubrics()
        if str(source) not in known:
            raise UnknownNameError.of("内置考核办法", str(source), known)
        path = known[str(source)]
    raw, faults = read_yaml(path)
    if not faults and not isinstance(raw, dict):
        faults = ["（文件开头）: 应为“名称: 值”的对照表"]
    if faults:
        raise DefinitionError("考核办法文件", path, faults)
    rubric: Rubric | None = None
    try:
        rubric = Rubric.model_validate(raw)
    except ValidationError as error:
        faults += schema_faults(error)
    faults += _disagreements(raw)
    if faults or rubric is None:
        raise DefinitionError("考核办法文件", path, faults)
    return rubric


def _disagreements(raw: dict[str, Any]) -> list[str]:
    """Check what no single field can: sums, order, references.

    Works on the raw file and passes over what the schema has already found unusable, so that
    both kinds of fault are listed together.
    """
    return [
        *_sums(raw),
        *_repeated(raw),
        *_evidence(raw),
        *_bands(raw),
        *_panel(raw),
        *_sources(raw),
        *_awards(raw),
    ]


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _items(holder: object, key: str) -> list[Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, list) else []


def _points(parts: Iterable[object]) -> Decimal | None:
    numbers = [_number(part.get("points")) if isinstance(part, dict) else None for part in parts]
    known = [number for number in numbers if number is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(numbers) else None


def _sums(raw: dict[str, Any]) -> Iterator[str]:
    dimensions = _items(raw, "dimensions")
    total, found = _number(raw.get("total")), _points(dimensions)
    if total is not None and found is not None and found != total:
        yield f"total: 各考评指标分值之和为 {found}，与总分 {total} 不符"
    for place, dimension in enumerate(dimensions):
        wanted = _number(dimension.get("points")) if isinstance(dimension, dict) else None
        found = _points(_items(dimension, "indicators"))
        if wanted is not None and found is not None and wanted != found:
            where = path_text(["dimensions", place, "points"])
            yield f"{where}: 所含考评要点分值之和为 {found}，与本指标分值 {wanted} 不符"


def _below(parents: list[_Placed], key: str) -> list[_Placed]:
    return [
        ((*path, key, place), item)
        for path, parent in parents
        for place, item in enumerate(_items(parent, key))
    ]


def _criteria(raw: dict[str, Any]) -> list[_Placed]:
    return _below(_below(_below([((), raw)], "dimensions"), "indicators"), "criteria")


def _evidence(raw: dict[str, Any]) -> Iterator[str]:
    for path, criterion in _criteria(raw):
        metrics = [
            item.get("metric") if isinstance(item, dict) else None
            for item in _items(criterion, "evidence")
        ]
        for place, name in enumerate(metrics):
            if isinstance(name, str) and name in metrics[:place]:
                where = path_text([*path, "evidence", place, "metric"])
                yield f"{where}: 指标“{name}”在这一条考评细则中已经写过"


def _repeated(raw: dict[str, Any]) -> Iterator[str]:
    top: list[_Placed] = [((), raw)]
    dimensions = _below(top, "dimensions")
    indicators = _below(dimensions, "indicators")
    criteria = _below(indicators, "criteria")
    groups: tuple[tuple[str, list[_Placed]], ...] = (
        ("考评指标编号", dimensions),
        ("考评要点编号", indicators),
        ("考评细则编号", criteria),
        ("等次名称", _below(top, "bands")),
        ("奖项编号", _below(top, "awards")),
        ("评分来源", _below(top, "sources")),
    )
    for title, parts in groups:
        key = "name" if title == "等次名称" else "id"
        yield from _repeats(title, key, parts)


def _repeats(title: str, key: str, parts: list[_Placed]) -> Iterator[str]:
    def plain(part: Any) -> str | None:
        value = part.get(key) if isinstance(part, dict) else None
        if not isinstance(value, str):
            return None
        # Two indicators "1.12" and "11.2" would share the column s112 of the score sheet.
        return value.replace(".", "").lower() if title == "考评要点编号" else value

    counts = Counter(plain(part) for _, part in parts)
    for path, part in parts:
        name = plain(part)
        if name is not None and counts[name] > 1:
            yield f"{path_text([*path, key])}: {title}“{part[key]}”重复，或去点后与另一编号相同"


def _bands(raw: dict[str, Any]) -> Iterator[str]:
    bands = _items(raw, "bands")
    lowers = [_number(band.get("lower")) if isinstance(band, dict) else None for band in bands]
    total = _number(raw.get("total"))
    for place, (upper, lower) in enumerate(pairwise(lowers), 1):
        if upper is not None and lower is not None and lower >= upper:
            where = path_text(["bands", place, "lower"])
            yield f"{where}: 等次应从高到低排列，{lower} 不低于上一等次的 {upper}"
    if lowers and lowers[-1] is not None and lowers[-1] != 0:
        where = path_text(["bands", len(lowers) - 1, "lower"])
        yield f"{where}: 最低等次应从 0 分起，现为 {lowers[-1]}"
    if lowers and lowers[0] is not None and total is not None and lowers[0] > total:
        yield f"bands[0].lower: 最高等次的起点 {lowers[0]} 超过总分 {total}"


def _ids(raw: dict[str, Any]) -> set[str]:
    return {
        indicator["id"]
        for dimension in _items(raw, "dimensions")
        for indicator in _items(dimension, "indicators")
        if isinstance(indicator, dict) and isinstance(indicator.get("id"), str)
    }


def _panel(raw: dict[str, Any]) -> Iterator[str]:
    panel = raw.get("panel")
    if not isinstance(panel, dict):
        return
    indicators = _ids(raw)
    for place, tie in enumerate(_items(panel, "ties")):
        kind, _, name = str(tie).partition(":")
        if tie in TIES or (kind == "indicator" and name in indicators):
            continue
        allowed = "、".join([*TIES, "indicator:考评要点编号"])
        yield f"{path_text(['panel', 'ties', place])}: 不认识“{tie}”，可用 {allowed}"
    trim = panel.get("trim")
    if isinstance(trim, dict):
        high, low, least = trim.get("highest", 1), trim.get("lowest", 1), trim.get("min_judges", 5)
        if all(isinstance(n, int) for n in (high, low, least)) and least <= high + low:
            yield (
                f"panel.trim.min_judges: 去掉 {high} 个最高分和 {low} 个最低分后至少要剩一个，"
                f"应不小于 {high + low + 1}，现为 {least}"
            )
    total, decimals = _number(raw.get("total")), panel.get("decimals", 2)
    readable = isinstance(decimals, int) and 0 <= decimals <= 6
    if total is not None and readable and total.scaleb(decimals) % 1:
        yield f"panel.decimals: 总分 {total} 不能用 {decimals} 位小数表示，满分会公布成别的数"
    step = _number(panel.get("step"))
    if step:
        for d, dimension in enumerate(_items(raw, "dimensions")):
            for i, indicator in enumerate(_items(dimension, "indicators")):
                points = _number(indicator.get("points")) if isinstance(indicator, dict) else None
                if points is not None and points % step:
                    where = path_text(["dimensions", d, "indicators", i, "points"])
                    yield f"{where}: 分值 {points} 不是评分步长 {step} 的整数倍"


def _sources(raw: dict[str, Any]) -> Iterator[str]:
    sources = _items(raw, "sources")
    if not sources:
        return
    weights = {
        source.get("id"): _number(source.get("weight"))
        for source in sources
        if isinstance(source, dict)
    }
    known = [weight for weight in weights.values() if weight is not None]
    if len(known) == len(sources) and sum(known) != 1:
        yield f"sources: 各来源权重之和应为 1，现为 {sum(known)}"
    if not weights.get("panel", Decimal(0)):
        yield "sources: 评审组评分（panel）必须在列，且权重大于 0"
    others = any(weight for name, weight in weights.items() if name != "panel")
    settings = raw.get("settings")
    decision = settings.get("score_sources") if isinstance(settings, dict) else None
    decided = decision.get("value") if isinstance(decision, dict) else "panel_only"
    if others and decided == "panel_only":
        yield (
            "settings.score_sources.value: 定为只用评审组评分（panel_only），"
            "但 sources 中别的来源有权重；请改为 weighted 或把权重归零"
        )
    if not others and decided == "weighted":
        yield "settings.score_sources.value: 定为加权（weighted），但除评审组外没有来源有权重"


def _awards(raw: dict[str, Any]) -> Iterator[str]:
    bands = {band.get("name") for band in _items(raw, "bands") if isinstance(band, dict)}
    for place, award in enumerate(_items(raw, "awards")):
        band = award.get("band") if isinstance(award, dict) else None
        if band is not None and band not in bands:
            yield f"{path_text(['awards', place, 'band'])}: 没有名为“{band}”的等次"
