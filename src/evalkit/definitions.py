"""Reading the files in which people write down rules: YAML in, every fault with its path out."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

__all__ = ["path_text", "read_yaml", "schema_faults"]

_MESSAGES = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项，请检查拼写或删去",
    "string_type": '应为文字；数字请加引号，例如 "1.1"',
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "decimal_type": "应为数字",
    "is_instance_of": "应为数字",
    "decimal_parsing": "应为数字",
    "finite_number": "应为有限的数字",
    "bool_type": "应为 true 或 false",
    "tuple_type": "应为列表",
    "list_type": "应为列表",
    "dict_type": "应为“名称: 值”的对照表",
    "model_type": "应为“名称: 值”的对照表",
    "string_too_short": "不能为空",
    "too_short": "至少要有一项",
}


class _Fault(yaml.constructor.ConstructorError):
    """A fault whose problem is already said in Chinese."""


# The parser in C does the same in a third of the time; not every platform has it.
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Parser):  # type: ignore[misc]
    """Safe loader that refuses the same key twice, which YAML would silently take."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(None, None, None, key_node.start_mark)
            if key in seen:
                raise _Fault(None, None, f"“{key}”出现了两次", key_node.start_mark)
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        # YAML takes 2024-02-30 for a date and fails on it without saying where.
        try:
            return super().construct_object(node, deep=deep)
        except ValueError:
            problem = f"“{node.value}”不是存在的日期或数字"
            raise _Fault(None, None, problem, node.start_mark) from None


def read_yaml(path: Path) -> tuple[Any, list[str]]:
    """Read one YAML file.

    Returns
    -------
    content : object
        What the file says; ``None`` if it cannot be read.
    faults : list of str
        Why it cannot be read, with line and column; empty if it can.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None, ["文件不存在"]
    except (OSError, UnicodeDecodeError):
        return None, ["文件无法读取，请确认它是 UTF-8 编码的文本文件"]
    try:
        return yaml.load(text, Loader=_Loader), []  # noqa: S506 -- a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else "某处"
        general = "不是合格的 YAML，请检查缩进、冒号与引号"
        return None, [f"{where}：{error.problem if isinstance(error, _Fault) else general}"]
    except yaml.YAMLError:
        return None, ["不是合格的 YAML 文件"]


def path_text(parts: Iterable[str | int]) -> str:
    """Write a path as people read it: ``dimensions[1].indicators[3].points``.

    Examples
    --------
    >>> path_text(["dimensions", 1, "indicators", 3, "points"])
    'dimensions[1].indicators[3].points'
    """
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text or "（文件开头）"


def schema_faults(error: ValidationError) -> list[str]:
    """Return pydantic's faults in Chinese, one ``path: what is wrong`` each."""
    details = error.errors(include_url=False)
    places = [detail["loc"] for detail in details]
    return [
        f"{path_text(detail['loc'])}: {_in_chinese(detail)}"
        for detail in details
        if not (detail["type"] == "too_short" and _has_deeper(detail["loc"], places))
    ]


def _has_deeper(place: tuple[int | str, ...], places: list[tuple[int | str, ...]]) -> bool:
    """Whether a fault lies inside: a list is then not empty, its items are only unusable."""
    return any(len(other) > len(place) and other[: len(place)] == place for other in places)


def _in_chinese(detail: Any) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    shown = "" if kind == "missing" else _as_written(detail.get("input"))
    limits = {"greater_than": ("gt", "大于"), "greater_than_equal": ("ge", "不小于")}
    limits |= {"less_than_equal": ("le", "不大于"), "less_than": ("lt", "小于")}
    if kind in limits:
        key, word = limits[kind]
        return f"应{word} {context[key]}{shown}"
    if kind == "literal_error":
        options = str(context["expected"]).replace("' or '", "'、'").replace("', '", "'、'")
        return f"只能是 {options}{shown}"
    if kind == "string_pattern_mismatch":
        return f"写法不合要求（应符合 {context['pattern']}）{shown}"
    if kind == "value_error":
        return f"{context['error']}{shown}"
    return f"{_MESSAGES.get(kind, '写法不合要求')}{shown}"


def _as_written(given: object) -> str:
    """Say what was found, as it stands in the file and not as Python would write it."""
    if given is None:
        return "，现为空"
    if isinstance(given, bool):
        return f"，现为 {str(given).lower()}"
    if isinstance(given, (date, Decimal)):
        return f"，现为 {given}"
    return f"，现为 {given!r}" if isinstance(given, (str, int, float)) else ""
