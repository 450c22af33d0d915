"""What several contracts share: ids with their check characters, amounts, days, coded words, and legal bases."""

from riskscreen.declare import (
    Address,
    CheckCharacter,
    Code,
    Column,
    Day,
    Expected,
    FreeText,
    Id,
    InRegion,
    Money,
    Numerals,
    OlderForm,
    PersonName,
    Placed,
    Role,
    Says,
    Sensitivity,
    Text,
    Who,
    Whole,
)

from ..regions import CITY, REGIONS, TOWNS

ASSISTANCE = Text("Interim Measures for Social Assistance, art. 58", "《社会救助暂行办法》第五十八条")
MONITORING = Text("State Council General Office, no. 39 of 2023", "国办发〔2023〕39号")
MONTHLY, WEEKLY, DAILY = Text("monthly", "每月"), Text("weekly", "每周"), Text("daily", "每日")
A_MONTH, A_WEEK, A_DAY = 31, 7, 1  # reporting lags, in days: from entry at the agency to delivery
OF_THE_MONTH, OF_THE_WEEK, OF_THE_DAY = (Expected(period_days=days) for days in (A_MONTH, A_WEEK, A_DAY))
SENSITIVE = Sensitivity.SENSITIVE
YES_NO = (("0", "no", "否"), ("1", "yes", "是"))

DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
NUMERALS = Numerals(digits=("〇零○", "一", "二", "三", "四", "五", "六", "七", "八", "九"), ten="十")

CITIZEN = Id(
    "citizen",
    r"\d{17}[\dX]",
    CheckCharacter(weights=(7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), characters="10X98765432"),  # GB 11643
    mistaken=("OLI", "011"),
    older=OlderForm(pattern=r"\d{15}", at=6, put="19"),  # of before 1999: GB 11643-1989
    says=Says(born=6, sex=16, sexes=(("1", "13579"), ("2", "02468"))),
)
ORGANISATION = Id(
    "organisation",
    r"[0-9A-HJ-NPQRTUWXY]{18}",
    CheckCharacter(  # GB 32100: 31 less the rest
        weights=(1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28),
        characters="0YXWUTRQPNMLKJHGFEDCBA987654321",
        alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY",
    ),
)


def citizen(
    name: str = "citizen_id", en: str = "citizen id", zh: str = "公民身份号码", *, required: bool = True
) -> Column:
    """The citizen id of whom a row is about, or of somebody whom it names."""
    return Column(name=name, type=CITIZEN, label=Text(en, zh), required=required, sensitivity=SENSITIVE)


def born_in(name: str = "citizen_id") -> InRegion:
    """Warns of a citizen id from no region, or from one that had ended before its holder was born."""
    return InRegion(id=name, regions=REGIONS, day=6)


def number(name: str, kind: str, en: str, zh: str, pattern: str = r"[0-9A-Z]{6,24}") -> Column:
    """The agency's number of what a row is about."""
    return Column(name=name, type=Id(kind, pattern), label=Text(en, zh), required=True)


def day(name: str, en: str, zh: str, *, required: bool = False, sensitive: bool = False) -> Column:
    """A day as YYYY-MM-DD, or in another usual way of writing."""
    sensitivity = SENSITIVE if sensitive else Sensitivity.PERSONAL
    return Column(name=name, type=Day(DAYS, NUMERALS), label=Text(en, zh), required=required, sensitivity=sensitivity)


def month(name: str = "month") -> Column:
    """A month as YYYY-MM; it counts as its first day."""
    return Column(name=name, type=Day(("%Y-%m",)), label=Text("month, as YYYY-MM", "月份(YYYY-MM)"), required=True)


def stated_on() -> Column:
    """When the agency entered or changed the row."""
    return day("stated_on", "entered on", "登记日期", required=True)


def coded(
    name: str,
    label: Text,
    words: tuple[tuple[str, str, str], ...],
    *,
    required: bool = False,
    sensitive: bool = False,
    protected: bool = False,
) -> Column:
    """A code out of a list: value, meaning in English and Chinese."""
    return Column(
        name=name,
        type=Code(tuple(value for value, _, _ in words)),
        label=label,
        words=tuple((value, Text(en, zh)) for value, en, zh in words),
        required=required,
        sensitivity=SENSITIVE if sensitive else Sensitivity.PERSONAL,
        protected=protected,
    )


def yuan(name: str, en: str, zh: str, *, required: bool = False, at_least: int | None = None) -> Column:
    """An amount in yuan with two decimals; ``at_least`` is in fen."""
    return Column(
        name=name,
        type=Money(at_least=at_least),
        label=Text(en, zh),
        unit="yuan",
        required=required,
        sensitivity=SENSITIVE,
    )


def count(name: str, en: str, zh: str, unit: str, *, at_most: int | None = None, sensitive: bool = False) -> Column:
    """A whole number, zero or more."""
    sensitivity = SENSITIVE if sensitive else Sensitivity.PERSONAL
    return Column(
        name=name, type=Whole(at_least=0, at_most=at_most), label=Text(en, zh), unit=unit, sensitivity=sensitivity
    )


def sex() -> Column:
    """Sex; never a signal."""
    return coded("sex", Text("sex", "性别"), (("1", "male", "男"), ("2", "female", "女")), protected=True)


def birth_date(*, required: bool = False) -> Column:
    """The day of birth, or only its month where no more is known, which counts as its first day."""
    return Column(
        name="birth_date",
        type=Day((*DAYS, "%Y-%m"), NUMERALS),
        label=Text("day of birth", "出生日期"),
        required=required,
        sensitivity=Sensitivity.PERSONAL,
    )


def somebody(
    name: str = "person",
    words: tuple[tuple[Role, str], ...] = ((Role.FULL_NAME, "name"),),
    *,
    of: str = "citizen_id",
    others: tuple[str, ...] = (),
    to: str = "",
    relation: str = "",
) -> Who:
    """Whom a row is about, or who else stands in it: their citizen id, where it is known, and their words by role."""
    return Who(name=name, id=of, words=words, others=others, to=to, relation=relation)


def person_name(name: str = "name", en: str = "name", zh: str = "姓名") -> Column:
    """The name of whom a row is about, or of somebody whom it names; for claims alone."""
    return Column(name=name, type=PersonName(), label=Text(en, zh), sensitivity=SENSITIVE)


def phone(name: str = "phone", en: str = "phone", zh: str = "联系电话") -> Column:
    """A phone at which somebody can be reached."""
    return words(name, en, zh)


def words(name: str, en: str, zh: str) -> Column:
    """A name, or what somebody wrote: delivered, and never kept."""
    return Column(name=name, type=FreeText(), label=Text(en, zh), sensitivity=SENSITIVE)


def address(name: str, en: str, zh: str) -> Column:
    """An address, of which only the grid is kept."""
    return Column(name=name, type=Address("address_library"), label=Text(en, zh), sensitivity=SENSITIVE)


def home(name: str, of: str) -> Column:
    """The room in which an address lay, as the address library tells rooms apart; for claims alone."""
    return Column(
        name=name, type=Placed(of, "address_id", "stated_on"), label=Text("room", "房屋"), sensitivity=SENSITIVE
    )


def grid(name: str, of: str) -> Column:
    """The grid (网格) in which an address lay on the day on which it was entered."""
    return Column(name=name, type=Placed(of, "grid_code", "stated_on"), label=Text("grid", "网格代码"))


def subdistrict(name: str = "area_code") -> Column:
    """The code of a subdistrict; one of a district that has ended counts as that of what it became."""
    return Column(
        name=name,
        type=Code(regions=(*CITY, *TOWNS), on="stated_on"),
        label=Text("subdistrict", "镇街代码"),
        required=True,
    )


def files(feed: str) -> tuple[str, ...]:
    """The names of a feed's files: its name and the day of delivery, which begins with 2."""
    return tuple(f"{feed}_2*.{ending}" for ending in ("csv", "csv.gz", "parquet"))
