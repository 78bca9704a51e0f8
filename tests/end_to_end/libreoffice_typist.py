"""Types into a workbook in a running LibreOffice, cell by cell, as at the keyboard; then saves it.

A program for the system's Python, whose `uno` module talks to the office: imported only when it
runs. Usage: libreoffice_typist.py JOB.json PROFILE. Into a protected cell nothing can be typed: the
office then asks what nobody can answer, ends, and so does this program.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any


def _properties(**values: object) -> tuple[Any, ...]:
    from com.sun.star.beans import PropertyValue

    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def _connect(pipe: str) -> Any:
    import uno
    from com.sun.star.connection import NoConnectException

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(240):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.25)
    raise SystemExit("LibreOffice did not start")


def _type(context: Any, file: str, cells: dict[str, dict[str, str]]) -> None:
    manager = context.ServiceManager
    desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    keys = manager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
    document = desktop.loadComponentFromURL(
        Path(file).as_uri(), "_blank", 0, _properties(Hidden=True)
    )
    frame = document.CurrentController.Frame
    for tab, values in cells.items():
        document.CurrentController.setActiveSheet(document.Sheets.getByName(tab))
        for address, text in values.items():
            keys.executeDispatch(frame, ".uno:GoToCell", "", 0, _properties(ToPoint=address))
            keys.executeDispatch(frame, ".uno:EnterString", "", 0, _properties(StringName=text))
    document.storeToURL(Path(file).as_uri(), _properties(FilterName="Calc MS Excel 2007 XML"))
    document.close(True)
    desktop.terminate()


def main(job_file: str, profile: str) -> None:
    """Do one job: start an office of its own, type, save, end it."""
    job = json.loads(Path(job_file).read_text("utf-8"))
    pipe = f"typist{uuid.uuid4().hex}"
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation={Path(profile).as_uri()}",
            "--headless",
            "--norestore",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _type(_connect(pipe), job["file"], job["cells"])
        office.wait(60)
    finally:
        office.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
