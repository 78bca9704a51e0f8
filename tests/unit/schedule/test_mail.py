"""Mail through a real server on this machine."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from post_office import PASSWORD, USER, certificate, open_office

from evalkit.schedule.letter import Letter
from evalkit.schedule.mail import MailError, send
from evalkit.workspace import MailSettings

# The server does not see that a connection was encrypted from its first byte.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

TEXT = "2024-2025 学年\n生成了 2 份：\n  · 学校报告\n  · 学院报告_C01_精细化工学院\n" * 30
LETTER = Letter("success", "社区大学二级心理辅导站考核：生成了 2 份报告（2024-11-05）", TEXT)
PLACE = "邮件服务器 127.0.0.1:{port}"


class Vault(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.known.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.known[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.known[service, username]


@pytest.fixture(autouse=True)
def vault(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.delenv("EVALKIT_SMTP_PASSWORD", raising=False)
    before, ours = keyring.get_keyring(), Vault()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a certificate that this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path)))
    return tmp_path


def settings(port: int, security: str, **more: Any) -> MailSettings:
    return MailSettings.model_validate(
        {
            "host": "127.0.0.1", "port": port, "security": security, "from": USER,
            "to": ["a@school.cn", "b@school.cn"], **more,
        }
    )  # fmt: skip


def refusal(mail: MailSettings) -> str:
    with pytest.raises(MailError) as caught:
        send(mail, LETTER)
    return str(caught.value)


def test_a_letter_as_it_arrives() -> None:
    with open_office("none") as office:
        send(settings(office.port, "none"), LETTER)
    (letter,) = office.letters
    assert letter["Subject"] == LETTER.subject
    assert letter["From"] == f"evalkit <{USER}>"
    assert letter["To"] == "a@school.cn, b@school.cn"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@school.cn>")
    assert abs(parsedate_to_datetime(letter["Date"]) - datetime.now(UTC)) < timedelta(minutes=5)
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content_charset() == "utf-8"
    assert not letter.is_multipart()
    assert letter.get_content() == TEXT
    assert office.envelopes == [(USER, ["a@school.cn", "b@school.cn"])]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_and_logged_in(
    trusted: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    monkeypatch.setenv("EVALKIT_SMTP_PASSWORD", PASSWORD)
    with open_office(security, trusted, login=True) as office:
        send(settings(office.port, security, user=USER), LETTER)
    assert [letter["Subject"] for letter in office.letters] == [LETTER.subject]
    assert (office.secure, office.users) == ([True], [USER])


def test_the_password_from_the_keyring(trusted: Path, vault: Vault) -> None:
    vault.set_password("evalkit:127.0.0.1", USER, PASSWORD)
    with open_office("starttls", trusted, login=True) as office:
        send(settings(office.port, "starttls", user=USER), LETTER)
    assert office.users == [USER]


@pytest.mark.parametrize("locked", [False, True])
def test_no_password(vault: Vault, locked: bool) -> None:
    vault.locked = locked
    assert refusal(settings(1, "starttls", user=USER)) == (
        f"没有找到用户“{USER}”在 127.0.0.1 的邮件密码，邮件没有发出。"
        "请设环境变量 EVALKIT_SMTP_PASSWORD；或安装 evalkit[mail] 后运行"
        f"“keyring set evalkit:127.0.0.1 {USER}”，存入系统的密码库。"
    )


def test_a_wrong_password(trusted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALKIT_SMTP_PASSWORD", "wrong")
    with open_office("starttls", trusted, login=True) as office:
        said = refusal(settings(office.port, "starttls", user=USER))
    assert said == (
        f"{PLACE.format(port=office.port)} 不接受用户“{USER}”的密码，邮件没有发出。"
        "请核对密码；许多邮箱要用专门的“授权码”代替登录密码。"
    )
    assert office.letters == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    certificate(tmp_path)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("EVALKIT_SMTP_PASSWORD", PASSWORD)
    with open_office(security, tmp_path, login=True) as office:
        said = refusal(settings(office.port, security, user=USER))
    assert said == (
        f"{PLACE.format(port=office.port)} 的加密连接没有建立（CERTIFICATE_VERIFY_FAILED），"
        "邮件没有发出。请核对 evalkit.toml 中 [mail] 的 security 和 port；"
        "服务器用学校自己签发的证书时，请用环境变量 SSL_CERT_FILE 指明根证书。"
    )
    assert (office.letters, office.users) == ([], [])


def test_a_certificate_of_another_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path, host="127.0.0.2")))
    with open_office("starttls", tmp_path) as office:
        said = refusal(settings(office.port, "starttls"))
    assert "（CERTIFICATE_VERIFY_FAILED），邮件没有发出。" in said
    assert office.letters == []


def test_a_server_that_does_not_encrypt_gets_nothing() -> None:
    with open_office("none") as office:
        said = refusal(settings(office.port, "starttls"))
    assert said == (
        f"{PLACE.format(port=office.port)} 不支持所要求的加密或登录方式，邮件没有发出。"
        "请核对 evalkit.toml 中 [mail] 的 security（starttls、tls 或 none）和 port。"
    )
    assert office.letters == []


def test_nobody_takes_the_letter() -> None:
    with open_office("none") as office:
        said = refusal(settings(office.port, "none", to=["nobody@a.cn", "nobody@b.cn"]))
    assert said == (
        f"{PLACE.format(port=office.port)} 不接受收件人 nobody@a.cn、nobody@b.cn，"
        "邮件没有发出。请核对地址。"
    )


def test_one_of_two_takes_it() -> None:
    with open_office("none") as office:
        said = refusal(settings(office.port, "none", to=["nobody@a.cn", "a@school.cn"]))
    assert said == (
        f"{PLACE.format(port=office.port)} 不接受收件人 nobody@a.cn，其余收件人已经发出。"
        "请核对地址。"
    )
    assert office.envelopes == [(USER, ["a@school.cn"])]


def test_a_letter_that_is_refused() -> None:
    with open_office("none") as office:
        office.answer = "554 looks like spam"
        said = refusal(settings(office.port, "none"))
    assert said == (
        f"{PLACE.format(port=office.port)} 没有收下邮件（554 looks like spam），邮件没有发出。"
        "请把这句话告诉管理邮件的人员。"
    )


def test_no_server() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        said = refusal(settings(port, "none"))
    assert said == (
        f"{PLACE.format(port=port)} 连接不上或中途断开（连接被拒绝），邮件没有发出。"
        "请核对 evalkit.toml 中 [mail] 的 host、port 和 security，以及网络。"
    )


@pytest.mark.parametrize("host", ["smtp.invalid", "smtp..invalid", "a" * 64 + ".cn"])
def test_no_such_host(host: str) -> None:
    mail = settings(2525, "none").model_copy(update={"host": host})
    assert refusal(mail) == (
        f"邮件服务器 {host}:2525 连接不上或中途断开（没有这个主机名），邮件没有发出。"
        "请核对 evalkit.toml 中 [mail] 的 host、port 和 security，以及网络。"
    )


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_usual_ports(security: str, port: int) -> None:
    mail = settings(1, security).model_copy(update={"port": None, "host": "smtp..invalid"})
    assert refusal(mail).startswith(f"邮件服务器 smtp..invalid:{port} 连接不上")
