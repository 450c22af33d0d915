"""Signals of income, as papers tell of it: contributions, the provident fund, declared income.

A month's contribution is known about 75 days after the month began, so a window of 120 days holds the newest month or
two, and days since the last contribution stand near 90 for everybody who still pays. Of a month the pension of
employees alone is counted: other insurances are paid on the same base. Papers know nothing of informal work.
"""

from riskscreen.clock import Window
from riskscreen.declare import AtLeast, Count, DaysSinceLast, Derived, Is, Latest, Text, Total

from .roll_up import over, people, yuan

YEAR, NEWEST = Window(365), Window(120)
OF_EMPLOYEES = (Is("aae140", "110"),)

PERSON = (
    Count(
        name="months_insured",
        label=Text("months of pension contributions known in a year", "近一年已知职工养老保险缴费月数"),
        theme="income",
        unit="months",
        records="contribution",
        window=YEAR,
        where=OF_EMPLOYEES,
        direction=-1,
        reason=Text(
            "Months of pension contributions known in the last {days} days: {value}",
            "近 {days} 天已知职工养老保险缴费 {value} 个月",
        ),
    ),
    Latest(
        name="pay_base",
        label=Text("latest contribution base, a month", "最近一月缴费基数"),
        theme="income",
        unit="yuan",
        records="contribution",
        column="contribution_base",
        window=NEWEST,
        where=OF_EMPLOYEES,
        direction=-1,
        reason=Text("The latest contribution was on {value} yuan a month", "最近一月社保缴费基数 {value} 元"),
    ),
    DaysSinceLast(
        name="days_since_contribution",
        label=Text("days since the last month with a contribution began", "距最近缴费月份天数"),
        theme="income",
        unit="days",
        records="contribution",
        window=YEAR,
        where=OF_EMPLOYEES,
        direction=1,
        reason=Text(
            "The last month with a pension contribution began {value} days ago", "最近一次社保缴费距今 {value} 天"
        ),
    ),
    Total(
        name="declared_365",
        label=Text("income declared in a year", "近一年申报收入"),
        theme="income",
        unit="yuan",
        records="income",
        column="declared_income",
        window=YEAR,
        direction=-1,
        reason=Text("Declared {value} yuan of income in the last {days} days", "近 {days} 天申报收入 {value} 元"),
    ),
    Latest(
        name="fund_deposit",
        label=Text("latest deposit into the provident fund, a month", "最近一月公积金缴存额"),
        theme="income",
        unit="yuan",
        records="deposit",
        column="monthly_deposit",
        window=NEWEST,
        direction=-1,
        reason=Text("The latest deposit into the provident fund was {value} yuan", "最近一月公积金缴存 {value} 元"),
    ),
)

HOUSEHOLD = (
    over(
        "household_months_insured",
        "months_insured",
        "sum",
        ("months of pension contributions of all members in the last 365 days", "近 365 天全家职工养老保险缴费"),
        ("", "个月"),
        theme="income",
        direction=-1,
    ),
    people(
        "members_insured",
        AtLeast("pay_base", 0),
        ("members with a pension contribution in the last 120 days", "近 120 天有职工养老保险缴费的成员"),
        theme="income",
        direction=-1,
    ),
    yuan(
        "household_pay_base",
        "pay_base",
        "sum",
        ("contribution bases of all members, a month", "全家月缴费基数合计"),
        theme="income",
        direction=-1,
    ),
    Derived(
        name="pay_base_per_head",
        label=Text("contribution bases a head and month", "人均月缴费基数"),
        theme="income",
        unit="yuan",
        how="ratio",
        of=("household_pay_base", "members"),
        direction=-1,
        reason=Text("Contributions are paid on {value} yuan a head and month", "全家社保缴费基数人均每月仅 {value} 元"),
    ),
    over(
        "household_days_since_contribution",
        "days_since_contribution",
        "max",
        ("days since a member's last month with a pension contribution began", "家中一人最近一次社保缴费距今"),
        ("", "天"),
        theme="income",
    ),
    yuan(
        "household_declared",
        "declared_365",
        "sum",
        ("income that members declared in the last 365 days", "近 365 天全家申报收入"),
        theme="income",
        direction=-1,
    ),
    Derived(
        name="declared_per_head",
        label=Text("declared income a head in a year", "近一年人均申报收入"),
        theme="income",
        unit="yuan",
        how="ratio",
        of=("household_declared", "members"),
        direction=-1,
        reason=Text("Income declared in the last 365 days: {value} yuan a head", "近 365 天申报收入人均 {value} 元"),
    ),
    yuan(
        "household_fund_deposit",
        "fund_deposit",
        "sum",
        ("deposits of all members into the provident fund, a month", "全家月公积金缴存合计"),
        theme="income",
        direction=-1,
    ),
)
