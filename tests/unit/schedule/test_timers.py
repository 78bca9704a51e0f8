"""Setting timers up and taking them away, with stand-ins for the systems' programs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import pytest
from paper_school import School
from stand_ins import Programs

from evalkit.schedule.cron import Cron, line_of
from evalkit.schedule.steps import Command, RemoveFile, ScheduleError, WriteFile, perform, run
from evalkit.schedule.systemd import Systemd, service_text, timer_text
from evalkit.schedule.systems import choose
from evalkit.schedule.timer import Timer, timer_of
from evalkit.schedule.windows import Windows, task_xml

AWKWARD = PurePosixPath("/srv/心理 中心/100% 'so' \"so\" $HOME \\n & <b>")
OTHERS = "MAILTO=a@b.cn\n0 3 * * * /usr/bin/backup\n"


def timer(
    name: str = "evalkit-0123456789", root: PurePosixPath = AWKWARD, minute: int = 30
) -> Timer:
    words = (str(root / "evalkit"), "report", "--due", "--workspace", str(root))
    return Timer(name, root, words, 6, minute)


class TestTimer:
    def test_of_a_workspace(self, school: School) -> None:
        made = timer_of(school.space, "22:05")
        assert re.fullmatch(r"evalkit-[0-9a-f]{10}", made.name)
        assert (made.at, made.root) == ("22:05", school.root)
        assert made.words[1:] == ("report", "--due", "--workspace", str(school.root))
        assert Path(made.words[0]).stem == "evalkit"
        assert Path(made.words[0]).is_file()

    def test_two_workspaces_do_not_meet(self, school: School, tmp_path: Path) -> None:
        other = School(tmp_path / "another")
        other.root.mkdir()
        assert timer_of(school.space).name != timer_of(other.space).name
        assert timer_of(school.space).name == timer_of(school.space, "07:00").name

    @pytest.mark.parametrize("at", ["6:30", "24:00", "06:60", "0630", "06:30\n", "早上"])
    def test_no_time(self, school: School, at: str) -> None:
        with pytest.raises(ScheduleError) as caught:
            timer_of(school.space, at)
        assert str(caught.value) == (
            f"“{at}”不是时间。请写作“时:分”，例如 06:30；从 00:00 到 23:59。"
        )

    @pytest.mark.skipif(os.name == "nt", reason="Windows knows no such names")
    def test_a_path_that_fits_no_line(self, tmp_path: Path) -> None:
        school = School(tmp_path / "two\nlines")
        school.root.mkdir()
        with pytest.raises(ScheduleError) as caught:
            timer_of(school.space)
        assert str(caught.value) == (
            "工作区的路径中有换行等看不见的字符，不能写进定时任务。请给文件夹换一个名字。"
        )


class TestSystemd:
    def test_units(self) -> None:
        assert timer_text(timer(root=PurePosixPath("/srv/心理 中心"))) == (
            "[Unit]\n"
            "Description=evalkit report --due (/srv/心理 中心)\n\n"
            "[Timer]\nOnCalendar=*-*-* 06:30:00\nPersistent=true\n\n"
            "[Install]\nWantedBy=timers.target\n"
        )
        assert service_text(timer(root=PurePosixPath("/srv/心理 中心"))) == (
            "[Unit]\n"
            "Description=evalkit report --due (/srv/心理 中心)\n\n"
            "[Service]\nType=oneshot\n"
            "EnvironmentFile=-%h/.config/evalkit/environment\n"
            'ExecStart="/srv/心理 中心/evalkit" "report" "--due" "--workspace" "/srv/心理 中心"\n'
        )

    def test_awkward_paths_are_quoted(self) -> None:
        call = service_text(timer()).splitlines()[-1]
        path = "/srv/心理 中心/100%% 'so' \\\"so\\\" $$HOME \\\\n & <b>"
        assert call == (
            f'ExecStart=/usr/bin/env "{path}/evalkit" "report" "--due" "--workspace" "{path}"'
        )
        call = service_text(timer(root=PurePosixPath("/srv/$HOME"))).splitlines()[-1]
        assert call == (
            'ExecStart="/srv/$HOME/evalkit" "report" "--due" "--workspace" "/srv/$$HOME"'
        )

    @pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
    @pytest.mark.parametrize("name", ["心理 中心 100% $HOME", "'so' \"so\" \\n $HOME"])
    def test_systemd_itself_accepts_them(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        root = tmp_path / name
        root.mkdir()
        (root / "evalkit").write_text("#!/bin/sh\n", encoding="utf-8")
        (root / "evalkit").chmod(0o755)
        made = timer(root=root)
        units = [tmp_path / f"{made.name}.{kind}" for kind in ("service", "timer")]
        for path, text in zip(units, (service_text(made), timer_text(made)), strict=True):
            path.write_text(text, encoding="utf-8")
        result = subprocess.run(
            ["systemd-analyze", "--user", "verify", *map(str, units)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (result.returncode, result.stderr) == (0, "")
        calendar = subprocess.run(
            ["systemd-analyze", "calendar", "*-*-* 06:30:00"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert "Normalized form: *-*-* 06:30:00" in calendar.stdout

    def test_install_twice_and_remove(self, programs: Programs, tmp_path: Path) -> None:
        programs.add("systemctl")
        folder = tmp_path / "home" / ".config" / "systemd" / "user"
        other = folder / "evalkit-9999999999.timer"
        system, made = Systemd(), timer()
        perform(system.install(timer(minute=5)))
        perform(system.install(made))
        other.write_text("", encoding="utf-8")
        names = [f"{made.name}.{kind}" for kind in ("service", "timer")]
        assert sorted(path.name for path in folder.iterdir()) == [*names, other.name]
        assert (folder / names[1]).read_text(encoding="utf-8") == timer_text(made)
        assert [(each.name, each.place) for each in system.installed()] == [
            (made.name, str(folder / names[1])), ("evalkit-9999999999", str(other))
        ]  # fmt: skip
        assert system.installed()[0].command.startswith('/usr/bin/env "/srv/心理 中心/')
        perform(system.remove(made.name))
        assert [path.name for path in folder.iterdir()] == [other.name]
        assert system.remove(made.name) == ()
        installing = [
            ["systemctl", "--user", "daemon-reload"],
            ["systemctl", "--user", "enable", names[1]],
            ["systemctl", "--user", "restart", names[1]],
        ]
        assert programs.calls == [
            *installing, *installing,
            ["systemctl", "--user", "disable", "--now", names[1]],
            ["systemctl", "--user", "daemon-reload"],
        ]  # fmt: skip


class TestCron:
    @pytest.fixture(autouse=True)
    def _crontab(self, programs: Programs) -> None:
        programs.add("crontab")

    def test_the_shell_reads_the_line_as_it_was_meant(self) -> None:
        line = line_of(timer(minute=5))
        assert line.startswith("5 6 * * * ")
        assert line.endswith(" >/dev/null")
        # Cron turns \% into % and leaves the rest to the shell.
        call = line.removeprefix("5 6 * * * ").removesuffix(" >/dev/null").replace("\\%", "%")
        assert "%" not in line.replace("\\%", "")
        assert tuple(shlex.split(call)) == timer().words

    def test_install_twice_and_remove(self, programs: Programs) -> None:
        table = programs.state / "crontab"
        table.write_text(OTHERS, encoding="utf-8")
        system, made, other = Cron(), timer(), timer("evalkit-9999999999", PurePosixPath("/srv/b"))
        perform(system.install(timer(minute=5)))
        perform(system.install(other))
        perform(system.install(made))
        assert table.read_text(encoding="utf-8") == (
            f"{OTHERS}"
            "# >>> evalkit-9999999999 由 evalkit schedule install 写入，请勿改动\n"
            "30 6 * * * /srv/b/evalkit report --due --workspace /srv/b >/dev/null\n"
            "# <<< evalkit-9999999999\n"
            "# >>> evalkit-0123456789 由 evalkit schedule install 写入，请勿改动\n"
            f"{line_of(made)}\n"
            "# <<< evalkit-0123456789\n"
        )
        assert [each.name for each in system.installed()] == [other.name, made.name]
        assert system.installed()[1].command == line_of(made)
        perform(system.remove(made.name))
        assert [each.name for each in system.installed()] == [other.name]
        perform(system.remove(other.name))
        assert table.read_text(encoding="utf-8") == OTHERS
        assert system.remove(made.name) == ()

    def test_no_crontab_yet(self, programs: Programs) -> None:
        perform(Cron().install(timer()))
        assert (programs.state / "crontab").read_text(encoding="utf-8").startswith("# >>> evalkit-")

    def test_a_last_line_without_an_end(self, programs: Programs) -> None:
        table = programs.state / "crontab"
        table.write_text(OTHERS.rstrip("\n"), encoding="utf-8")
        perform(Cron().install(timer()))
        assert table.read_text(encoding="utf-8").startswith(f"{OTHERS}# >>> evalkit-")

    def test_bytes_of_others_are_kept(self, programs: Programs) -> None:
        table = programs.state / "crontab"
        theirs = "# 备份\n".encode("gbk") + OTHERS.encode()
        table.write_bytes(theirs)
        perform(Cron().install(timer()))
        assert table.read_bytes().startswith(theirs)
        perform(Cron().remove(timer().name))
        assert table.read_bytes() == theirs

    def test_a_crontab_that_cannot_be_read_is_not_overwritten(self, programs: Programs) -> None:
        (programs.state / "crontab").write_text(OTHERS, encoding="utf-8")
        programs.spoil("crontab", "crontab: permission denied")
        with pytest.raises(ScheduleError) as caught:
            Cron().install(timer())
        assert str(caught.value) == (
            "读不到现有的 crontab（crontab: permission denied），为免覆盖其中的内容，没有改动。"
        )
        assert programs.calls == [["crontab", "-l"]]

    def test_a_mark_that_was_never_closed_is_left_alone(self, programs: Programs) -> None:
        torn = f"# >>> evalkit-0123456789 x\n{OTHERS}"
        (programs.state / "crontab").write_text(torn, encoding="utf-8")
        assert Cron().remove("evalkit-0123456789") == ()


class TestWindows:
    NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"

    def test_the_task(self) -> None:
        task = ElementTree.fromstring(task_xml(timer()))  # noqa: S314 -- ours
        texts = {each.tag.removeprefix(self.NAMESPACE): each.text for each in task.iter()}
        assert texts["Command"] == str(AWKWARD / "evalkit")
        assert texts["WorkingDirectory"] == str(AWKWARD)
        assert texts["Arguments"] == (
            'report --due --workspace "/srv/心理 中心/100% \'so\' \\"so\\" $HOME \\n & <b>"'
        )
        assert texts["StartBoundary"] == "2024-01-01T06:30:00"
        assert texts["DaysInterval"] == "1"
        assert texts["StartWhenAvailable"] == "true"

    def test_install_and_remove(self, programs: Programs) -> None:
        programs.add("schtasks")
        system, made = Windows(), timer()
        perform(system.install(made))
        perform(system.install(timer("evalkit-9999999999")))
        file = programs.state / "tasks" / "+evalkit+evalkit-0123456789"
        assert file.read_bytes().decode("utf-16") == task_xml(made)
        assert [(each.name, each.place, each.command) for each in system.installed()] == [
            (name, f"任务计划程序 \\evalkit\\{name}", "evalkit report --due ...")
            for name in ("evalkit-0123456789", "evalkit-9999999999")
        ]
        perform(system.remove(made.name))
        assert [each.name for each in system.installed()] == ["evalkit-9999999999"]
        assert system.remove(made.name) == ()
        creating, deleting = programs.calls[0], [c for c in programs.calls if c[1] == "/Delete"]
        assert creating[:5] == [
            "schtasks", "/Create", "/TN", "\\evalkit\\evalkit-0123456789", "/XML"
        ]  # fmt: skip
        assert creating[6:] == ["/F"]
        assert not Path(creating[5]).exists()
        assert deleting == [["schtasks", "/Delete", "/TN", "\\evalkit\\evalkit-0123456789", "/F"]]

    def test_tasks_that_cannot_be_listed(self, programs: Programs) -> None:
        programs.add("schtasks")
        programs.spoil("schtasks", "ERROR: Access is denied.")
        with pytest.raises(ScheduleError) as caught:
            Windows().remove("evalkit-0123456789")
        assert str(caught.value) == (
            "读不到任务计划程序中的任务（ERROR: Access is denied.），没有改动。请稍后再试。"
        )


class TestChoice:
    def test_the_first_that_there_is(self, programs: Programs) -> None:
        programs.add("schtasks")
        assert choose("auto").title == "windows"
        programs.add("crontab")
        assert choose("auto").title == "cron"
        programs.add("systemctl")
        assert choose("auto").title == "systemd"
        assert choose("cron").title == "cron"

    def test_a_systemd_that_does_not_serve_this_user(self, programs: Programs) -> None:
        programs.add("crontab", "systemctl")
        programs.spoil("systemctl", "Failed to connect to bus: No medium found")
        assert choose("auto").title == "cron"
        with pytest.raises(ScheduleError) as caught:
            choose("systemd")
        assert str(caught.value) == (
            "这台电脑上不能用 systemctl --user：没有安装 systemd，"
            "或当前用户没有自己的 systemd（例如在容器中、用 su 切换而来）。"
            "请以这个用户登录后再试，或用 --system cron。"
        )

    @pytest.mark.usefixtures("programs")
    def test_none(self) -> None:
        with pytest.raises(ScheduleError) as caught:
            choose("auto")
        assert str(caught.value) == (
            "这台电脑上没有可用的定时程序（systemctl --user、crontab、schtasks 都不能用）。"
            "请管理员安装 cron 后再试，或用别的办法每天运行一次：evalkit report --due"
        )

    @pytest.mark.parametrize(("name", "program"), [("cron", "crontab"), ("windows", "schtasks")])
    @pytest.mark.usefixtures("programs")
    def test_not_this_one(self, name: str, program: str) -> None:
        with pytest.raises(ScheduleError) as caught:
            choose(name)
        assert str(caught.value) == (
            f"这台电脑上没有 {program}，不能用它定时运行。"
            "请用 --system 换一种方式，或请管理员安装后再试。"
        )


class TestSteps:
    def test_what_is_shown(self, tmp_path: Path) -> None:
        file = tmp_path / "a.timer"
        assert WriteFile(file, "[Timer]\n\nx\n").shown() == (
            f"写入文件 {file}：\n    [Timer]\n\n    x"
        )
        assert RemoveFile(file).shown() == f"删除文件 {file}"
        assert Command(("crontab", "-"), "a\nb\n").shown() == "运行 crontab -\n    a\n    b"
        assert Command(("schtasks", "/XML", "{file}"), "<a/>").shown() == (
            "运行 schtasks /XML （内容如下的文件）\n    <a/>"
        )

    def test_a_program_that_fails(self, programs: Programs) -> None:
        programs.add("systemctl")
        programs.spoil("systemctl", "Failed to enable unit")
        with pytest.raises(ScheduleError) as caught:
            perform([Command(("systemctl", "--user", "enable", "x"))])
        assert str(caught.value) == (
            "运行“systemctl --user enable x”没有成功（退出码 1）：Failed to enable unit。"
            "请按提示处理后再试；再次安装或取消都不会重复。"
        )

    def test_messages_of_programs_are_english(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
        shown = run((sys.executable, "-c", "import os; print(os.environ['LC_ALL'])"))
        assert (shown.code, shown.out.strip(), shown.err) == (0, "C", "")
