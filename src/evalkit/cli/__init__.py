"""The command ``evalkit``. Each command lives in a file of its own, imported when it is called."""

from __future__ import annotations

import gettext
import os
import sys
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files

import click

from evalkit.errors import EvalkitError

__all__ = ["main"]

COMMANDS = {
    "init": "建立一个工作区",
    "sample": "生成虚构学校的示例数据",
    "template": "生成下发的空白工作簿",
    "check": "核对交来的台账和评分表",
    "report": "生成一个学年的全部报告",
    "documents": "生成评审会前后的文书",
    "lab": "打开 JupyterLab 探索数据",
    "page": "打开评审组的网页：看佐证、打分、主持评审会",
    "metrics": "计算一所或许多学校的指标",
    "research": "导出去除身份的研究数据",
    "scan": "检查文件中有没有个人信息",
    "log": "查看和核验发布记录",
    "codes": "为学生生成编号，和对照表",
    "lock": "加密数据快照或文件",
    "unlock": "解密",
    "status": "查看报告是不是最新的、上次运行的结果",
    "due": "查看近期应办事项",
    "schedule": "安装或取消定时生成",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"evalkit.cli.{cmd_name}").command
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("命令"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands,
    options_metavar="[选项]",
    subcommand_metavar="命令 …",
    help="二级心理辅导站学年考核：台账和评分表进，评审会报告出。",
    epilog="每个命令都可以加 --help 看用法，例如 evalkit report --help。",
)
@click.version_option(version("evalkit"), message="evalkit %(version)s", help="显示版本并退出。")
def _evalkit() -> None: ...


def main() -> None:
    """Run the command line; every message is Chinese, and no traceback reaches the user."""
    _speak_chinese()
    try:
        _evalkit.main(prog_name="evalkit", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.secho("已中断。已经生成的文件是完整的，可以重新运行。", fg="yellow", err=True)
        sys.exit(130)
    except EvalkitError as error:
        click.secho(str(error), fg="red", err=True)
        sys.exit(1)
    except OSError as error:
        place = f"“{error.filename}”" if error.filename else "文件"
        click.secho(f"无法读写{place}：{_reason(error)}。", fg="red", err=True)
        sys.exit(1)
    except Exception as error:
        if os.environ.get("EVALKIT_DEBUG"):
            raise
        click.secho(
            f"程序遇到意料之外的错误（{type(error).__name__}：{error}），没有完成。"
            "请把这句话和所用的命令告诉维护人员；设环境变量 EVALKIT_DEBUG=1 再运行可看详情。",
            fg="red",
            err=True,
        )
        sys.exit(70)


def _speak_chinese() -> None:
    """Let click's own texts come from our catalogue, whatever the system's language is."""
    os.environ["LANGUAGE"] = "zh_CN"
    gettext.bindtextdomain("evalkit", str(files("evalkit").joinpath("resources", "locale")))
    gettext.textdomain("evalkit")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _reason(error: OSError) -> str:
    known = {
        PermissionError: "没有权限，或文件正被别的程序打开，请关闭后重试",
        FileNotFoundError: "找不到，请检查路径",
        FileExistsError: "已经存在，请换一个名字",
        NotADirectoryError: "上级路径不是文件夹，请检查路径",
        IsADirectoryError: "这是一个文件夹，请检查路径",
    }
    text = next((text for kind, text in known.items() if isinstance(error, kind)), None)
    return text or (error.strerror or "原因不明")
