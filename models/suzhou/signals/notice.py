"""Signals of what others notice: accidents, calls to the hotline, reports of grid workers, meters that stand still.

Only rows that name somebody count: a call about an address alone makes no record of a person.
"""

from riskscreen.clock import Window
from riskscreen.declare import AtLeast, Count, Is, Largest, Text, Total

from .roll_up import over, yuan

HALF_YEAR, YEAR = Window(180), Window(365)

PERSON = (
    Count(
        name="injuries",
        label=Text("accidents with injury in a year", "近一年受伤事故"),
        theme="notice",
        records="incident",
        window=YEAR,
        where=(AtLeast("injured", 1),),
        direction=1,
        reason=Text("Accidents with injury in the last {days} days: {value}", "近 {days} 天受伤事故 {value} 起"),
    ),
    Count(
        name="traffic_injuries",
        label=Text("traffic accidents with injury in half a year", "近半年交通事故受伤"),
        theme="notice",
        records="incident",
        window=HALF_YEAR,
        where=(Is("kind", "traffic"), AtLeast("injured", 1)),
        direction=1,
        reason=Text(
            "Traffic accidents with injury in the last {days} days: {value}", "近 {days} 天交通事故受伤 {value} 起"
        ),
    ),
    Count(
        name="disasters",
        label=Text("fires, disasters and accidents at work in half a year", "近半年火灾、灾害或生产安全事故"),
        theme="notice",
        records="incident",
        window=HALF_YEAR,
        where=(Is("kind", "fire", "work", "disaster"),),
        direction=1,
        reason=Text(
            "Fires, disasters and accidents at work in the last {days} days: {value}",
            "近 {days} 天火灾、灾害或生产安全事故 {value} 起",
        ),
    ),
    Total(
        name="accident_loss",
        label=Text("losses by accidents in a year", "近一年事故损失"),
        theme="notice",
        unit="yuan",
        records="incident",
        column="loss",
        window=YEAR,
        direction=1,
        reason=Text("Lost {value} yuan by accidents in the last {days} days", "近 {days} 天事故损失 {value} 元"),
    ),
    Count(
        name="calls",
        label=Text("calls to the hotline in a year", "近一年 12345 热线来电"),
        theme="notice",
        records="hotline_call",
        window=YEAR,
        direction=1,
        reason=Text("Calls to the hotline in the last {days} days: {value}", "近 {days} 天 12345 热线来电 {value} 次"),
    ),
    Count(
        name="grid_reports",
        label=Text("reports of grid workers in a year", "近一年网格员上报"),
        theme="notice",
        records="grid_report",
        window=YEAR,
        direction=1,
        reason=Text("Reports of grid workers in the last {days} days: {value}", "近 {days} 天网格员上报 {value} 次"),
    ),
    Largest(
        name="zero_use_days",
        label=Text("longest time without water, power or gas in half a year", "近半年水电气零用量最长天数"),
        theme="notice",
        unit="days",
        records="meter_reading",
        column="zero_use_days",
        window=HALF_YEAR,
        direction=1,
        reason=Text(
            "A meter stood still for {value} days within the last {days} days",
            "近 {days} 天水电气表连续 {value} 天零用量",
        ),
    ),
)

HOUSEHOLD = (
    over(
        "household_injuries",
        "injuries",
        "sum",
        ("accidents in which members were injured in the last 365 days", "近 365 天家人受伤事故"),
        ("", "起"),
        theme="notice",
        members="then",
    ),
    over(
        "household_traffic_injuries",
        "traffic_injuries",
        "sum",
        ("traffic accidents in which members were injured in the last 180 days", "近 180 天家人交通事故受伤"),
        ("", "起"),
        theme="notice",
        members="then",
    ),
    over(
        "household_disasters",
        "disasters",
        "sum",
        ("fires, disasters and accidents at work in the last 180 days", "近 180 天家中火灾、灾害或生产安全事故"),
        ("", "起"),
        theme="notice",
        members="then",
    ),
    yuan(
        "household_accident_loss",
        "accident_loss",
        "sum",
        ("losses of the household by accidents in the last 365 days", "近 365 天家中事故损失"),
        theme="notice",
        members="then",
    ),
    over(
        "household_calls",
        "calls",
        "sum",
        ("calls to the hotline about members in the last 365 days", "近 365 天涉及家人的 12345 热线来电"),
        ("", "次"),
        theme="notice",
    ),
    over(
        "household_grid_reports",
        "grid_reports",
        "sum",
        ("reports of grid workers about members in the last 365 days", "近 365 天网格员上报家人情况"),
        ("", "次"),
        theme="notice",
    ),
    over(
        "household_zero_use_days",
        "zero_use_days",
        "max",
        (
            "days on which a meter of the household stood still within the last 180 days",
            "近 180 天家中水电气表最长零用量",
        ),
        ("", "天"),
        theme="notice",
    ),
)
