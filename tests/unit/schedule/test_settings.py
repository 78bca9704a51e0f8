from __future__ import annotations

from pathlib import Path

import pytest

from evalkit.errors import DefinitionError
from evalkit.workspace import AcademicYear, MailSettings, ScheduleSettings, Workspace

MAIL = (
    '[mail]\nhost = "smtp.example.edu.cn"\nfrom = "a@example.edu.cn"\nto = ["b@example.edu.cn"]\n'
)


def read(root: Path, text: str) -> Workspace:
    (root / "evalkit.toml").write_text(f'[school]\nname = "社区大学"\n{text}', encoding="utf-8")
    return Workspace.find(root)


def faults(root: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(DefinitionError) as caught:
        read(root, text)
    return caught.value.faults


def test_what_needs_not_be_said(tmp_path: Path) -> None:
    space = read(tmp_path, "")
    assert space.mail is None
    assert space.schedule == ScheduleSettings(
        monthly_work_day=3, semester_work_days=3, head_forms="09-30", plan="09-30",
        templates="06-30", summary="07-15", yearly="08-31", corrections="09-30",
    )  # fmt: skip


def test_mail(tmp_path: Path) -> None:
    mail = read(tmp_path, MAIL).mail
    assert isinstance(mail, MailSettings)
    assert (mail.host, mail.port, mail.security, mail.user, mail.sender, mail.to, mail.on) == (
        "smtp.example.edu.cn", None, "starttls", "", "a@example.edu.cn", ("b@example.edu.cn",),
        ("failure", "success", "reminder"),
    )  # fmt: skip


@pytest.mark.parametrize("key", ["password", "Passwd", "smtp_pwd", "密码", "授权码"])
def test_no_password_in_the_file_and_none_in_the_message(tmp_path: Path, key: str) -> None:
    (said,) = faults(tmp_path, f'{MAIL}"{key}" = "geheim-0815"')
    assert said == (
        f"mail: 密码不能写在这个文件里，请删去“{key}”，改用环境变量 EVALKIT_SMTP_PASSWORD "
        "或系统的密码库（keyring）"
    )


def test_no_password_in_the_open(tmp_path: Path) -> None:
    (said,) = faults(tmp_path, f'{MAIL}security = "none"\nuser = "a"')
    assert said == (
        "mail: security 为 none（不加密）时不能登录，密码会被旁人看到；"
        "请删去 user，或把 security 改为 starttls 或 tls"
    )


def test_faults_of_mail(tmp_path: Path) -> None:
    text = '[mail]\nhost = ""\nport = 70000\nfrom = "心理中心"\nto = ["b@c"]\non = ["always"]'
    assert faults(tmp_path, text) == (
        "mail.host: 不能为空，现为 ''",
        "mail.port: 应不大于 65535，现为 70000",
        "mail.from: 应为邮件地址，例如 xinli@example.edu.cn，现为 '心理中心'",
        "mail.to[0]: 应为邮件地址，例如 xinli@example.edu.cn，现为 'b@c'",
        "mail.on[0]: 只能是 'failure'、'success'、'reminder'，现为 'always'",
    )


@pytest.mark.parametrize("day", ["02-29", "13-01", "9-30", "2024-09-30", "09-31", "00-10"])
def test_days_are_of_every_year(tmp_path: Path, day: str) -> None:
    assert faults(tmp_path, f'[schedule]\nplan = "{day}"') == (
        f"schedule.plan: 应为每年都有的一天，写作“月-日”，例如 09-30，现为 '{day}'",
    )


def test_number_of_work_days(tmp_path: Path) -> None:
    assert faults(tmp_path, "[schedule]\nmonthly_work_day = 0\nsemester_work_days = 16") == (
        "schedule.monthly_work_day: 应不小于 1，现为 0",
        "schedule.semester_work_days: 应不大于 15，现为 16",
    )


def test_the_year_of_a_day() -> None:
    year = AcademicYear(2024)
    days = [year.first_day, year.last_day, year.day("12-31"), year.day("01-01")]
    assert [AcademicYear.of(day) for day in days] == [year] * 4
    assert AcademicYear.of(year.next.first_day) == year.next == AcademicYear(2025)
