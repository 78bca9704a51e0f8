from __future__ import annotations

import io
import re
import shutil
import zipfile
from html import unescape
from pathlib import Path

import pytest

from evalkit.assessment import Assessment, load_assessment
from evalkit.export.documents import Documents, decision_path
from evalkit.export.documents.blank_form import blank_decisions


def all_text(content: bytes) -> str:
    """Every text in every part of an Office file, also of the workbooks in it."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            if name.endswith((".xlsx", ".docx", ".pptx")):
                found.append(all_text(part))
            elif name.endswith((".xml", ".rels")):
                text = re.sub(r"</[aw]:(?:p|tc)>|<[aw]:br/>", "\n", part.decode("utf-8"))
                found.append(unescape(re.sub(r"<[^>]+>", "", text)))
                # Descriptions and the like stand in attributes.
                found += [unescape(t) for t in re.findall(r'(?:descr|title)="([^"]*)"', text)]
    return "\n".join(found)


def of_file(path: Path) -> str:
    content = path.read_bytes()
    is_office = path.suffix in (".docx", ".pptx", ".xlsx")
    return all_text(content) if is_office else content.decode("utf-8-sig")


@pytest.fixture(scope="session")
def folder(assessment: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All documents of the sample's assessed year, before the decision."""
    place = tmp_path_factory.mktemp("documents")
    Documents(assessment).write(place)
    return place


@pytest.fixture(scope="session")
def decided(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """The sample in a workspace of its own, with the blank form filled in by hand."""
    root = tmp_path_factory.mktemp("decided")
    shutil.copytree(sample, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("reports"))
    assessment = load_assessment("2024-2025", workspace=root)
    path = decision_path(assessment)
    path.parent.mkdir()
    path.write_text(filled(assessment), encoding="utf-8")
    return assessment


def filled(assessment: Assessment) -> str:
    """The blank form with every remark sign taken off and every text written."""
    lines = blank_decisions(assessment).splitlines()
    text = "\n".join(line.removeprefix("# ") for line in lines[3:])
    values = {
        "by": "校党委学生工作委员会",
        "reason": "会议纪要〔2025〕7号",
        "place": "行政楼三楼会议室",
        "seed": "甲乙丙",
        "office": "学校纪委",
        "phone": "023-00000000",
        "email": "xinli@example.edu.cn",
        "number": "示化院心〔2025〕3号",
    }
    for name, value in values.items():
        text = re.sub(rf'(?m)^( +{name}: )""', rf'\g<1>"{value}"', text)
    return text + "\n"
