"""Signals of work: spells of unemployment and wages of one person.

May be changed: everything; see ``health.py``. A spell has a beginning and an end, so it can be asked for how
long it has held (``SpellLength``), or whether it does (``StateAt``, in ``household.py``). Wages are known late:
the window is long enough to reach them.
"""

from riskscreen.clock import Window
from riskscreen.declare import Average, Count, DaysSinceFirst, Smallest, SpellLength, Text

TWO_YEARS = Window(790)

WORK = (
    SpellLength(
        name="out_of_work_days",
        label=Text("days out of work", "失业天数"),
        theme="work",
        unit="days",
        records="unemployment",
        direction=1,
        reason=Text("Out of work for {value} days", "已失业 {value} 天"),
    ),
    Count(
        name="times_out_of_work",
        label=Text("times out of work", "失业次数"),
        theme="work",
        records="unemployment",
        window=TWO_YEARS,
        direction=1,
        reason=Text("Times out of work in the last {days} days: {value}", "近 {days} 天失业 {value} 次"),
    ),
    DaysSinceFirst(
        name="days_since_first_out_of_work",
        label=Text("days since first out of work", "距首次失业天数"),
        theme="work",
        unit="days",
        records="unemployment",
        reason=Text("First registered as out of work {value} days ago", "首次登记失业距今 {value} 天"),
    ),
    Average(
        name="wages",
        label=Text("wages of a quarter", "季度工资"),
        theme="work",
        unit="talers",
        records="quarter_wage",
        column="wage{month}",
        window=TWO_YEARS,
        direction=-1,
        reason=Text("Known wages, on average: {value} talers a quarter", "已申报工资平均每季度 {value} 元"),
    ),
    Smallest(
        name="lowest_quarter",
        label=Text("lowest wages of a quarter", "最低季度工资"),
        theme="work",
        unit="talers",
        records="quarter_wage",
        column="wage{month}",
        window=TWO_YEARS,
        direction=-1,
        reason=Text(
            "The lowest wages of a quarter in the last {days} days: {value} talers",
            "近 {days} 天最低季度工资 {value} 元",
        ),
    ),
)
