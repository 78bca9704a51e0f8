from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evalkit.ledger import load_ledger
from evalkit.privacy.pseudonyms import (
    Key,
    KeyFileError,
    create_keys,
    default_key_file,
    ensure_keys,
    load_keys,
    pseudonyms,
    rotate_keys,
)

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "own" / "keys.json"


class TestFile:
    @posix
    def test_made_for_the_owner_alone(self, path: Path) -> None:
        before = os.umask(0)
        try:
            keys = create_keys(path)
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert load_keys(path) == keys

    @posix
    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o606, 0o644, 0o777, 0o601])
    def test_refused_when_others_may_read_or_write(self, path: Path, mode: int) -> None:
        create_keys(path)
        path.chmod(mode)
        with pytest.raises(KeyFileError) as caught:
            load_keys(path)
        assert str(caught.value) == (
            f"假名密钥文件 {path} 的权限是 {mode:03o}，别人也能读写，因此没有使用。"
            f"允许：只有本人能读写（600）。请运行“chmod 600 {path}”；"
            "如果别人可能已经读过，请再用 rotate_keys 换一个新的密钥。"
        )
        with pytest.raises(KeyFileError):
            rotate_keys(path)

    @posix
    def test_read_only_is_allowed(self, path: Path) -> None:
        create_keys(path)
        path.chmod(0o400)
        load_keys(path)

    @posix
    def test_of_another_user(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        create_keys(path)
        monkeypatch.setattr(os, "geteuid", lambda: 12_345_678)
        with pytest.raises(KeyFileError, match="属于另一个用户"):
            load_keys(path)

    def test_missing(self, path: Path) -> None:
        with pytest.raises(KeyFileError, match="找不到假名密钥文件"):
            load_keys(path)

    def test_never_overwritten(self, path: Path) -> None:
        create_keys(path)
        before = path.read_bytes()
        with pytest.raises(KeyFileError, match="已经存在，没有覆盖"):
            create_keys(path)
        assert path.read_bytes() == before

    @pytest.mark.parametrize(
        "content",
        ["", "{", "[]", '{"format": 2, "keys": []}', '{"format": 1, "keys": []}',
         '{"format": 1, "keys": [{"number": 1, "created": "x", "secret": "00"}]}',
         '{"format": 1, "keys": [{"number": 1, "created": "x", "secret": "zz"}]}'],
    )  # fmt: skip
    def test_broken(self, path: Path, content: str) -> None:
        create_keys(path)
        path.write_text(content, "utf-8")
        with pytest.raises(KeyFileError, match="不能读取") as caught:
            load_keys(path)
        assert "00" * 4 not in str(caught.value)

    def test_place(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("EVALKIT_KEYS", raising=False)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        monkeypatch.setenv("APPDATA", str(tmp_path))
        assert default_key_file() == tmp_path / "evalkit" / "pseudonym-keys.json"
        assert create_keys().path == default_key_file()
        assert load_keys().current.number == 1
        monkeypatch.setenv("EVALKIT_KEYS", str(tmp_path / "elsewhere.json"))
        assert default_key_file() == tmp_path / "elsewhere.json"

    def test_made_on_first_need(self, path: Path) -> None:
        keys, made = ensure_keys(path)
        assert made
        assert ensure_keys(path) == (keys, False)

    @posix
    def test_first_need_refuses_what_others_may_read(self, path: Path) -> None:
        create_keys(path)
        path.chmod(0o644)
        with pytest.raises(KeyFileError, match="权限是 644，别人也能读写，因此没有使用"):
            ensure_keys(path)

    def test_two_at_once_agree(self, path: Path) -> None:
        with ThreadPoolExecutor(8) as executor:
            found = {keys for keys, _ in executor.map(lambda _: ensure_keys(path), range(16))}
        assert len(found) == 1
        assert [each.name for each in path.parent.iterdir()] == ["keys.json"]

    def test_disk_without_links(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "link", refuse)
        keys = create_keys(path)
        assert load_keys(path) == keys
        with pytest.raises(KeyFileError, match="已经存在"):
            create_keys(path)


class TestPseudonyms:
    def test_every_one_is_a_code_of_the_ledger(self, path: Path) -> None:
        column = next(
            column
            for sheet in load_ledger().sheets
            for column in sheet.columns
            if column.name == "case_code"
        )
        assert column.pattern is not None
        key = create_keys(path).current
        for number in (1, 26, 27, 702):
            code = Key(number, "", key.secret).pseudonym("2022010345")
            assert re.fullmatch(column.pattern, code), code

    def test_keyed_and_of_one_form(self, path: Path) -> None:
        key = create_keys(path).current
        found = key.pseudonym("2022010345")
        plain = hashlib.blake2b(b"2022010345", digest_size=5, person=b"evalkit student")
        assert found == load_keys(path).current.pseudonym(" ２０２２０１ 0345")
        assert (found[:3], len(found)) == ("KA-", 11)
        assert base64.b32encode(plain.digest()).decode() != found[3:]
        assert found != Key(1, "", bytes(32)).pseudonym("2022010345")
        assert key.pseudonym("s1a") == key.pseudonym("S1A") != key.pseudonym("S1B")

    def test_rotation(self, path: Path) -> None:
        first = create_keys(path)
        second = rotate_keys(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 or os.name == "nt"
        assert load_keys(path) == second
        assert second.every[0] == first.current
        assert second.current.number == 2
        old, new = (pseudonyms(["2022010345"], second, number) for number in (1, None))
        assert old == pseudonyms(["2022010345"], first)
        assert new["2022010345"].startswith("KB-")
        assert new["2022010345"][3:] != old["2022010345"][3:]
        assert [each.name for each in path.parent.iterdir()] == ["keys.json"]

    def test_many_differ(self, path: Path) -> None:
        keys = create_keys(path)
        students = [f"20220{number:05d}" for number in range(5_000)]
        assert len(set(pseudonyms(students, keys).values())) == 5_000

    def test_what_cannot_be(self, path: Path) -> None:
        keys = create_keys(path)
        with pytest.raises(KeyFileError, match="学号是空的"):
            pseudonyms([" "], keys)
        with pytest.raises(KeyFileError, match="没有第 7 号密钥。现有：1"):
            pseudonyms(["1"], keys, 7)

    def test_secret_is_never_shown(self, path: Path) -> None:
        keys = create_keys(path)
        secret = json.loads(path.read_text("utf-8"))["keys"][0]["secret"]
        assert keys.current.secret.hex() == secret
        assert secret not in repr(keys)
        assert repr(keys.current.secret) not in repr(keys)
