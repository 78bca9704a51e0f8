"""Sending a letter by SMTP, in the way that the workspace's settings say."""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from evalkit.errors import EvalkitError
from evalkit.schedule.letter import Letter
from evalkit.workspace import MailSettings

__all__ = ["PASSWORD", "MailError", "keyring_service", "message_of", "send"]

PASSWORD = "EVALKIT_SMTP_PASSWORD"  # noqa: S105 -- the variable's name
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SECONDS = 30


class MailError(EvalkitError):
    """A letter could not be sent."""


def send(settings: MailSettings, letter: Letter) -> None:
    """Send a letter.

    Raises
    ------
    MailError
        If there is no password, or the server cannot be reached, is not to be trusted, or refuses.
    """
    place = f"邮件服务器 {settings.host}:{_port(settings)}"
    secret = _password(settings) if settings.user else ""
    try:
        with _connected(settings) as server:
            if settings.user:
                server.login(settings.user, secret)
            refused = server.send_message(message_of(settings, letter))
    except smtplib.SMTPAuthenticationError:
        raise MailError(
            f"{place} 不接受用户“{settings.user}”的密码，邮件没有发出。"
            "请核对密码；许多邮箱要用专门的“授权码”代替登录密码。"
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise MailError(
            f"{place} 不支持所要求的加密或登录方式，邮件没有发出。"
            "请核对 evalkit.toml 中 [mail] 的 security（starttls、tls 或 none）和 port。"
        ) from None
    except ssl.SSLError as error:
        raise MailError(
            f"{place} 的加密连接没有建立（{error.reason or error}），邮件没有发出。"
            "请核对 evalkit.toml 中 [mail] 的 security 和 port；"
            "服务器用学校自己签发的证书时，请用环境变量 SSL_CERT_FILE 指明根证书。"
        ) from None
    except smtplib.SMTPRecipientsRefused as error:
        listed = "、".join(error.recipients)
        raise MailError(f"{place} 不接受收件人 {listed}，邮件没有发出。请核对地址。") from None
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        raise MailError(
            f"{place} 没有收下邮件（{error.smtp_code} {text}），邮件没有发出。"
            "请把这句话告诉管理邮件的人员。"
        ) from None
    except (OSError, UnicodeError, smtplib.SMTPException) as error:
        raise MailError(
            f"{place} 连接不上或中途断开（{_reason(error)}），邮件没有发出。"
            "请核对 evalkit.toml 中 [mail] 的 host、port 和 security，以及网络。"
        ) from None
    if refused:
        listed = "、".join(refused)
        raise MailError(f"{place} 不接受收件人 {listed}，其余收件人已经发出。请核对地址。")


def message_of(settings: MailSettings, letter: Letter) -> EmailMessage:
    """Return a letter as it is sent: text in UTF-8, no attachments."""
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["From"] = Address("evalkit", addr_spec=settings.sender)
    message["To"] = tuple(Address(addr_spec=address) for address in settings.to)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2])
    # So that nobody's holiday notice answers it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, charset="utf-8", cte="base64")
    return message


def keyring_service(settings: MailSettings) -> str:
    """Return the name under which the password stands in the system's keyring."""
    return f"evalkit:{settings.host}"


def _connected(settings: MailSettings) -> smtplib.SMTP:
    port = _port(settings)
    if settings.security == "tls":
        return smtplib.SMTP_SSL(
            settings.host, port, timeout=_SECONDS, context=ssl.create_default_context()
        )
    server = smtplib.SMTP(settings.host, port, timeout=_SECONDS)
    if settings.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _port(settings: MailSettings) -> int:
    return _PORTS[settings.security] if settings.port is None else settings.port


def _password(settings: MailSettings) -> str:
    secret = os.environ.get(PASSWORD)
    if secret:
        return secret
    try:
        import keyring  # optional
        from keyring.errors import KeyringError
    except ImportError:
        secret = None
    else:
        try:
            secret = keyring.get_password(keyring_service(settings), settings.user)
        except KeyringError:
            secret = None
    if secret:
        return secret
    raise MailError(
        f"没有找到用户“{settings.user}”在 {settings.host} 的邮件密码，邮件没有发出。"
        f"请设环境变量 {PASSWORD}；或安装 evalkit[mail] 后运行"
        f"“keyring set {keyring_service(settings)} {settings.user}”，存入系统的密码库。"
    )


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "等待超时"
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return "没有这个主机名"
    if isinstance(error, ConnectionRefusedError):
        return "连接被拒绝"
    return str(error) or type(error).__name__
