"""Signals of health: what hospital bills say of one person.

May be changed: everything; each signal is one kind of the closed vocabulary over one kind of record.
``direction`` says whether more of it can only raise (1) or only lower (-1) the risk. ``reason`` is the
sentence that a social worker reads: it must be true for any ``{value}``; ``{days}`` is the window. Agency
and day are added to it.
"""

from riskscreen.clock import Window
from riskscreen.declare import (
    Average,
    Count,
    DaysSinceLast,
    Distinct,
    Is,
    Largest,
    Latest,
    Share,
    Text,
    Total,
    Trend,
)

HALF_YEAR = Window(180)
YEAR = Window(365)

HEALTH = (
    Count(
        name="emergency_stays",
        label=Text("emergency stays in hospital", "急诊住院次数"),
        theme="health",
        records="bill",
        window=YEAR,
        where=(Is("ward", "emergency"),),
        direction=1,
        reason=Text("Emergency stays in hospital in the last {days} days: {value}", "近 {days} 天急诊住院 {value} 次"),
    ),
    Total(
        name="self_paid",
        label=Text("paid for hospital stays", "住院自付"),
        theme="health",
        unit="talers",
        records="bill",
        column="self_paid",
        window=HALF_YEAR,
        direction=1,
        reason=Text(
            "Paid {value} talers for hospital stays in the last {days} days", "近 {days} 天住院自付 {value} 元"
        ),
    ),
    Largest(
        name="largest_bill",
        label=Text("largest hospital bill", "最大一笔住院自付"),
        theme="health",
        unit="talers",
        records="bill",
        column="self_paid",
        window=YEAR,
        direction=1,
        reason=Text(
            "The largest bill of the last {days} days left {value} talers to be paid",
            "近 {days} 天最大一笔住院自付 {value} 元",
        ),
    ),
    Latest(
        name="latest_bill",
        label=Text("latest hospital bill", "最近一笔住院自付"),
        theme="health",
        unit="talers",
        records="bill",
        column="self_paid",
        direction=1,
        reason=Text("The latest hospital bill left {value} talers to be paid", "最近一笔住院自付 {value} 元"),
    ),
    Average(
        name="average_bill",
        label=Text("average hospital bill", "平均每笔住院自付"),
        theme="health",
        unit="talers",
        records="bill",
        column="self_paid",
        window=YEAR,
        direction=1,
        reason=Text(
            "Hospital bills of the last {days} days left {value} talers to be paid on average",
            "近 {days} 天平均每笔住院自付 {value} 元",
        ),
    ),
    Share(
        name="self_paid_share",
        label=Text("share of hospital bills paid by the patient", "住院费用自付比例"),
        theme="health",
        unit="%",
        records="bill",
        column="self_paid",
        whole="total",
        window=YEAR,
        reason=Text(
            "Of the hospital bills of the last {days} days, {value} was left to be paid",
            "近 {days} 天住院费用中自付占 {value}",
        ),
    ),
    Trend(
        name="self_paid_trend",
        label=Text("change in what is paid for hospital stays", "住院自付增减"),
        theme="health",
        unit="talers",
        records="bill",
        column="self_paid",
        window=Window(90),
        direction=1,
        reason=Text(
            "Paid for hospital stays in the last {days} days, less the {days} days before: {value} talers",
            "近 {days} 天住院自付较前 {days} 天增减 {value} 元",
        ),
    ),
    Distinct(
        name="wards",
        label=Text("different wards", "住过的科室数"),
        theme="health",
        records="bill",
        column="ward",
        window=YEAR,
        direction=1,
        reason=Text(
            "Different wards stayed in during the last {days} days: {value}", "近 {days} 天住过 {value} 个科室"
        ),
    ),
    DaysSinceLast(
        name="days_since_discharge",
        label=Text("days since the last hospital stay", "距最近出院天数"),
        theme="health",
        unit="days",
        records="bill",
        reason=Text("Days since the last hospital stay ended: {value}", "最近一次出院距今 {value} 天"),
    ),
)
