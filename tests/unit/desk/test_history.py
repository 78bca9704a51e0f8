from __future__ import annotations

import json
from pathlib import Path

import pytest

from evalkit.desk.history import Change, History, values_after
from evalkit.desk.refusals import HistoryError


def _add(history: History, key: str, old: str | None, new: str | None) -> None:
    history.add("2025-07-01T00:00:00+00:00", "J01", "change", [Change("C01", key, old, new)])


def test_lines_are_added_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "记录" / "J01.jsonl"
    history = History(path)
    _add(history, "1.1", None, "8")
    _add(history, "1.1", "8", "8.5")
    before = path.read_bytes()
    again = History(path)
    assert again.entries == history.entries
    assert values_after(again.entries) == {("C01", "1.1"): "8.5"}
    _add(again, "1.1", "8.5", None)
    assert path.read_bytes().startswith(before)
    assert history.refresh()
    assert values_after(history.entries) == {}
    assert not history.refresh()


@pytest.mark.parametrize("cut", [1, 5, 60])
def test_a_torn_line_is_no_entry_and_is_written_over(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "J01.jsonl"
    history = History(path)
    _add(history, "1.1", None, "8")
    whole = path.read_bytes()
    _add(history, "1.2", None, "7")
    path.write_bytes(path.read_bytes()[:-cut])
    again = History(path)
    assert len(again.entries) == 1
    _add(again, "1.3", None, "6")
    assert path.read_bytes().startswith(whole)
    assert [entry.changes[0].key for entry in History(path).entries] == ["1.1", "1.3"]


def test_a_changed_line_shows(tmp_path: Path) -> None:
    path = tmp_path / "J01.jsonl"
    history = History(path)
    for key in ("1.1", "1.2", "1.3"):
        _add(history, key, None, "5")
    lines = path.read_text(encoding="utf-8").splitlines()
    forged = json.loads(lines[0]) | {"changes": [["C01", "1.1", None, "9"]]}
    path.write_text("\n".join([json.dumps(forged), *lines[1:]]) + "\n", encoding="utf-8")
    with pytest.raises(HistoryError) as caught:
        History(path)
    assert str(caught.value) == (
        f"评分记录 {path} 第 2 行与前文不衔接，可能被改动过，没有继续写入。"
        "请保留这个文件，并请校心理中心核查；需要重新开始时，把它移到别处再打开评分表。"
    )
    path.write_text("\n".join([lines[0], lines[2]]) + "\n", encoding="utf-8")
    with pytest.raises(HistoryError, match="第 2 行"):
        History(path)


@pytest.mark.parametrize("line", ["{}", "[]", "null", "不是 JSON", '{"before": "x"}'])
def test_nonsense_is_no_entry(tmp_path: Path, line: str) -> None:
    path = tmp_path / "J01.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(HistoryError, match="第 1 行"):
        History(path)
