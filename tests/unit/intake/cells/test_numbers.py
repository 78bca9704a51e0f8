"""Numbers as typed → value and remarks."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from evalkit.findings import Severity
from evalkit.intake.cells import Context, Reading, Remark, clean
from evalkit.ledger import Column
from evalkit.ledger.model import ColumnType

D = Decimal


def column(kind: ColumnType, **rules: Any) -> Column:
    return Column(name="a", header="甲", type=kind, **rules)


COUNT = column("int", unit="人", minimum=D(0), maximum=D(50_000))
TIMES = column("int", unit="次")
CLASSES = column("int", unit="个")
VISITS = column("int", unit="人次")
YEARS = column("dec", unit="年", minimum=D(0))
HOURS = column("dec", unit="小时")
LESSONS = column("dec", unit="学时")
AREA = column("dec", unit="㎡")
MARK = column("dec", unit="1–5")
BARE = column("dec")
MONEY = column("money", unit="元")
SHARE = column("pct", unit="%", minimum=D(0), maximum=D(100))

READ: dict[str, tuple[Column, dict[Any, tuple[Any, str]]]] = {
    "canonical": (COUNT, {120.0: (120, ""), 0.0: (0, ""), 5000: (5000, "")}),
    "canonical decimals": (
        YEARS,
        {
            0.5: (D("0.5"), ""), 0.1: (D("0.1"), ""), 8.3: (D("8.3"), ""),
            0.1 + 0.2: (D("0.3"), ""), D("0.3"): (D("0.3"), ""),
        },
    ),
    "text": (
        COUNT,
        {
            "0": (0, "N06I"), "120": (120, "N06I"), "1,200": (1200, "N06I"),
            "1 200": (1200, "N06I"), "120.0": (120, "N06I"), " 120\u00a0": (120, "N06I"),
            "'120": (120, "N06I"), "1\u200b20": (120, "N06I"), "+5": (5, "N06I"),
        },
    ),
    "decimal text": (
        YEARS,
        {
            ".5": (D("0.5"), "N06I"), "5.": (D(5), "N06I"), "1,234.5": (D("1234.5"), "N06I"),
        },
    ),
    "full width": (
        COUNT,
        {
            "１２０": (120, "N01I"), "1，200": (1200, "N01I"), "１２０人": (120, "N01I N02I"),
            "60＋": (60, "N01I N02W"), "⑤": (5, "N06I"),
        },
    ),
    "full-width decimals": (YEARS, {"１２．５": (D("12.5"), "N01I")}),
    "units": (
        COUNT,
        {
            "120人": (120, "N02I"), "120 人": (120, "N02I"), "3千": (3000, "N02I"),
            "1.2万人": (12000, "N02I"), "120名": (120, "N02I"), "共120人": (120, "N02I"),
            "共计 120 人": (120, "N02I"),
            "120次": (120, "N02W"), "120人次": (120, "N02W"), "两次": (2, "N04I N02W"),
        },
    ),
    "times": (TIMES, {"2次": (2, "N02I"), "两次": (2, "N04I"), "3场": (3, "N02I")}),
    "classes": (CLASSES, {"12个班": (12, "N02I"), "12个": (12, "N02I"), "12人": (12, "N02W")}),
    "visits": (VISITS, {"120人次": (120, "N02I"), "120人": (120, "N02W")}),
    "years": (YEARS, {"0.5年": (D("0.5"), "N02I"), "三年": (D(3), "N04I")}),
    "hours": (HOURS,
    {"2小时": (D(2), "N02I"), "1.5h": (D("1.5"), "N02I"), "2学时": (D(2), "N02W")}),
    "area": (
        AREA,
        {
            "20㎡": (D(20), "N02I"), "20m²": (D(20), "N02I"), "20m2": (D(20), "N02I"),
            "20 平方米": (D(20), "N02I"), "２０m²": (D(20), "N01I N02I"),
        },
    ),
    "marks": (MARK, {"4.6": (D("4.6"), "N06I"), "4.6分": (D("4.6"), "N02I")}),
    "no unit": (BARE, {"7件": (D(7), "N02I"), "-20": (D(-20), "N06I"), "−20": (D(-20), "N06I")}),
    "money": (
        MONEY,
        {
            12.3: (D("12.3"), ""), -20.5: (D("-20.5"), ""), "-20": (D(-20), "N06I"),
            "12,345.60元": (D("12345.60"), "N02I"), "1.2万元": (D(12000), "N02I"),
            "￥200": (D(200), "N02I"), "¥ 200.50": (D("200.50"), "N02I"),
            "200元整": (D(200), "N02I"), "人民币200元": (D(200), "N02I"),
            "壹佰贰拾元整": (D(120), "N04I"), "1.25万": (D(12500), "N02I"),
        },
    ),
    "roughly": (
        COUNT,
        {
            "约200": (200, "N02W"), "200余人": (200, "N02W"), "60+": (60, "N02W"),
            "200左右": (200, "N02W"), "大概50": (50, "N02W"), "200多": (200, "N02W"),
            "200人左右": (200, "N02W"), "60人以上": (60, "N02W"), "3千多人": (3000, "N02W"),
            ">50": (50, "N02W"), "≥50人": (50, "N02W"), "近200": (200, "N02W"),
            "约120次": (120, "N02W N02W"),
            "近百人": (100, "N04W"), "百余人": (100, "N04W"), "十几": (10, "N04W"),
            "二十几人": (20, "N04W"), "数十": (10, "N04W"), "几百人": (100, "N04W"),
            "约三十人": (30, "N04W"), "一百多人": (100, "N04W"), "十来人": (10, "N04W"),
        },
    ),
    "Chinese numerals": (
        COUNT,
        {
            "三十二": (32, "N04I"), "一百二十": (120, "N04I"), "十": (10, "N04I"),
            "二〇二四": (2024, "N04I"), "壹佰贰拾": (120, "N04I"), "3千5百": (3500, "N04I"),
            "两万三": (23000, "N04I"), "三十二人": (32, "N04I"), "廿五": (25, "N04I"),
            "一千零五": (1005, "N04I"), "零人": (0, "N04I"),
        },
    ),
    "percentages": (
        SHARE,
        {
            98.0: (D(98), ""), 100.0: (D(100), ""), 0.0: (D(0), ""), 0.98: (D(98), "N03W"),
            D("0.98"): (D("0.98"), ""), "98": (D(98), "N06I"), "98%": (D(98), "N03I"),
            "９８．５％": (D("98.5"), "N01I N03I"), "0.98": (D(98), "N03W"),
            "0.5%": (D("0.5"), "N03I"), "1%": (D(1), "N03I"), "百分之九十八": (D(98), "N04I N03I"),
            "百分之98": (D(98), "N03I"), "98%以上": (D(98), "N02W N03I"),
            0.9996: (D("99.96"), "N03W"),
        },
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[Column, dict[Any, str]]] = {
    "count": (
        COUNT,
        {
            "12.5": "N02", 12.5: "N02", "1,2": "N02", "3，4": "N02", "12 5": "N02", "1_0": "N02",
            "8,5": "N02", "5-8": "N02", "5~8人": "N02", "5—8": "N02", "100到120人": "N02",
            "人": "N02", "NaN": "N02", "Infinity": "N02", "几": "N02", "若干": "N02",
            "三五": "N02", "三五人": "N02", "一两个": "N02", "120人，其中男60人": "N02",
            date(2024, 9, 5): "N02", datetime(2024, 9, 5, 8): "N02", time(8): "N02",  # noqa: DTZ001
            True: "N02", "9" * 20: "N02", float("inf"): "N02", float("nan"): "N02",
            1e20: "N07", 1e15: "N07", -(10**16): "N07",
            "1e3": "N07", "2.02405E+11": "N07", "1e999999999": "N07", "10²": "N02", "½": "N02",
            "98%": "N02", "2天": "N02", "同上": "N05", "20二": "N02", b"1": "N02",
            "-1": "N06 V03", 50001.0: "V03", "6万人": "N02 V03",
            13800138000.0: "P01", "13800138000": "P01", "共 138 0013 8000": "P01",
        },
    ),
    "years": (
        YEARS,
        {
            "0,5": "N02", "0，5": "N02", "1.2.3": "N02", "1.5-2": "N02", ".": "N02", -0.5: "V03",
            "半年": "N02", "6个月": "N02", "1年6个月": "N02", "18月": "N02",
        },
    ),
    "hours": (HOURS, {"90分钟": "N02", "2天": "N02"}),
    "lessons": (LESSONS, {"2天": "N02"}),
    "money": (MONEY, {"200元5角": "N02", "5角": "N02", "(200)": "N02"}),
    "percentages": (
        SHARE, {1.0: "N03", "1": "N03", 101.0: "V03", "-1%": "N03 V03", "九成": "N02"},
    ),
}  # fmt: skip


def told(reading: Reading) -> str:
    return " ".join(f"{remark.code}{remark.severity}" for remark in reading.remarks)


@pytest.mark.parametrize(
    ("rules", "typed", "value", "remarks"),
    [(rules, typed, *want) for rules, row in READ.values() for typed, want in row.items()],
    ids=[f"{name}: {typed!r}" for name, (_, row) in READ.items() for typed in row],
)
def test_read(rules: Column, typed: object, value: object, remarks: str) -> None:
    reading = clean(typed, rules)
    assert (reading.value, type(reading.value)) == (value, type(value))
    assert told(reading) == remarks
    assert str(reading.value) == str(value)


@pytest.mark.parametrize(
    ("rules", "typed", "codes"),
    [(rules, typed, code) for rules, row in REFUSED.values() for typed, code in row.items()],
    ids=[f"{name}: {typed!r}" for name, (_, row) in REFUSED.items() for typed in row],
)
def test_refused(rules: Column, typed: object, codes: str) -> None:
    reading = clean(typed, rules)
    assert reading.value is None
    assert not reading.blank
    assert " ".join(remark.code for remark in reading.remarks) == codes
    assert reading.remarks[-1].severity is Severity.ERROR


@pytest.mark.parametrize("typed", ["无", "没有", "零", " 无 "])
def test_none_is_zero_only_where_zero_is_reported(typed: str) -> None:
    reading = clean(typed, COUNT)
    assert (reading.value, reading.blank, told(reading)) == (None, True, "N05W")
    reading = clean(typed, COUNT, Context(zero_report=True))
    assert (reading.value, reading.blank, told(reading)) == (0, False, "N05I")
    assert type(reading.value) is int


def test_text_file_holds_text() -> None:
    in_csv = Context(all_text=True)
    assert clean("120", COUNT, in_csv) == Reading(120)
    assert told(clean(" 120", COUNT, in_csv)) == "N06I"
    assert told(clean("120人", COUNT, in_csv)) == "N02I"


@pytest.mark.parametrize(
    "typed",
    [
        "9" * 100_000, "一" * 100_000, "1," * 50_000, "(" * 1000, " " * 50_000 + "x",
        D("NaN"), D("sNaN"), D("1e999999999"), 10**5000, object(), [1], "1e999999999",
    ],
    ids=range(12),
)  # fmt: skip
@pytest.mark.parametrize("rules", [COUNT, MONEY, SHARE])
def test_monstrous_cells_are_refused(rules: Column, typed: object) -> None:
    reading = clean(typed, rules)
    assert reading.value is None
    assert reading.remarks[-1].severity is Severity.ERROR


COUNTED = "只填数字（单位：人）"


@pytest.mark.parametrize(
    ("rules", "typed", "remark"),
    [
        (
            COUNT, "甲",
            Remark("N02", Severity.ERROR, "不是数字", COUNTED, "请删去文字和单位，只留数字"),
        ),
        (BARE, "甲",
        Remark("N02", Severity.ERROR, "不是数字", "只填数字", "请删去文字和单位，只留数字")),
        (
            COUNT, "5-8",
            Remark(
                "N02", Severity.ERROR, "写的是一个范围，不是一个数", COUNTED,
                "请删去文字和单位，只留数字",
            ),
        ),
        (
            COUNT, date(2024, 9, 5),
            Remark(
                "N02", Severity.ERROR, "填写的是日期或时间，不是数字", COUNTED,
                "请删去文字和单位，只留数字",
            ),
        ),
        (
            COUNT, 1.5,
            Remark("N02", Severity.ERROR, "不是整数", "以“人”为单位的整数", "请核对后改为整数"),
        ),
        (
            COUNT, "1" * 16,
            Remark("N02", Severity.ERROR, "的数字过长", "整数部分不超过 15 位的数字",
            "请核对后改正"),
        ),
        (
            COUNT, 1e16,
            Remark(
                "N07", Severity.ERROR, "的长数字变成了科学计数法，末几位已经丢失，无法恢复",
                "完整的号码或编号", "请先把单元格设为“文本”格式，再重新填写完整的内容",
            ),
        ),
        (
            HOURS, "90分钟",
            Remark(
                "N02", Severity.ERROR, "写的单位是“分钟”，与本列的单位“小时”不同，不能直接使用",
                "只填数字（单位：小时）", "请换算成以“小时”为单位的数字",
            ),
        ),
        (COUNT, 50_001.0,
        Remark("V03", Severity.ERROR, "超出允许范围", "0 至 50000人", "请核对后改正")),
        (YEARS, -1.0, Remark("V03", Severity.ERROR, "超出允许范围", "不小于 0年", "请核对后改正")),
        (
            column("int", maximum=D(3)), 4.0,
            Remark("V03", Severity.ERROR, "超出允许范围", "不大于 3", "请核对后改正"),
        ),
        (
            COUNT, "120次",
            Remark(
                "N02", Severity.WARNING, "写的单位是“次”，而本列的单位是“人”，读作“120”", COUNTED,
                "请核对数字和单位，改正后只填数字",
            ),
        ),
        (
            COUNT, "约200",
            Remark("N02", Severity.WARNING, "写的是约数，读作“200”", COUNTED,
            "请核对，改为准确的数字"),
        ),
        (
            COUNT, "十几",
            Remark("N04", Severity.WARNING, "写的是约数，读作“10”", COUNTED,
            "请核对，改为准确的数字"),
        ),
        (
            COUNT, "三十二",
            Remark(
                "N04", Severity.INFO, "写的是中文数字，读作“32”", COUNTED,
                "无需处理；下次请填阿拉伯数字",
            ),
        ),
        (
            COUNT, "120人",
            Remark(
                "N02", Severity.INFO, "中有单位或文字，读作“120”", COUNTED,
                "无需处理；下次请只填数字",
            ),
        ),
        (
            COUNT, "１２０",
            Remark(
                "N01", Severity.INFO, "中有全角字符，已按半角读入", "数字、字母和标点用半角",
                "无需处理；下次请切换到半角输入",
            ),
        ),
        (
            COUNT, "120",
            Remark(
                "N06", Severity.INFO, "是文本形式的数字，已按数字读入", "数字格式的单元格",
                "无需处理；下次请把单元格设为“数值”格式",
            ),
        ),
        (
            SHARE, "98%",
            Remark(
                "N03", Severity.INFO, "带有百分号，读作“98”", "0 至 100 的数字",
                "无需处理；下次请只填数字",
            ),
        ),
        (
            SHARE, 0.98,
            Remark(
                "N03", Severity.WARNING, "写的是小数，已乘以 100，读作“98”", "0 至 100 的数字",
                "请核对，改为 0 至 100 的数字",
            ),
        ),
        (
            SHARE, 1.0,
            Remark(
                "N03", Severity.ERROR, "写的是 1，不能确定是 1% 还是 100%", "0 至 100 的数字",
                "全部请填 100，百分之一请填 1%",
            ),
        ),
        (
            COUNT, "—",
            Remark(
                "N05", Severity.INFO, "写的是“—”，按没有填写处理", "没有内容的格子留空",
                "无需处理；若这一格本应填写，请补填",
            ),
        ),
        (
            COUNT, "无",
            Remark(
                "N05", Severity.WARNING, "写的是“无”，不能确定是否为零，按没有填写处理",
                "数量为零时填 0，不适用时留空", "确实为零请填 0，不适用请留空",
            ),
        ),
        (
            COUNT, "同上",
            Remark(
                "N05", Severity.ERROR, "写的是“同上”，不能确定是哪一格的内容",
                "每一格都写出完整的内容",
                "请写出完整的内容，不要写“同上”",
            ),
        ),
        (
            COUNT, 13800138000.0,
            Remark(
                "P01", Severity.ERROR, "中有身份证号或手机号", "不含身份证号和手机号的内容",
                "请删去号码；佐证材料由学院自己保管",
            ),
        ),
    ],
)  # fmt: skip
def test_remark_says_what_is_allowed_and_what_to_do(
    rules: Column, typed: object, remark: Remark
) -> None:
    assert clean(typed, rules).remarks == (remark,)


def test_explicit_zero_is_told() -> None:
    assert clean("无", COUNT, Context(zero_report=True)).remarks == (
        Remark(
            "N05",
            Severity.INFO,
            "写的是“无”，按 0 读入",
            "数量为零时填 0，不适用时留空",
            "无需处理；下次请填 0",
        ),
    )


@pytest.mark.parametrize("typed", [-0.0, "-0", D("-0")])
def test_zero_has_no_sign(typed: object) -> None:
    assert str(clean(typed, BARE).value) == "0"
    assert str(clean(typed, COUNT).value) == "0"


def test_private_numbers_are_not_told() -> None:
    secret = column("int", unit="人", private=True)
    assert clean("约 42 人", secret).remarks[0].what == "写的是约数"
    assert clean(13800138000.0, secret) == Reading(13800138000)
