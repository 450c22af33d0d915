"""What several of the tables share: names, addresses, days of birth, and who is truly who."""

from riskscreen.declare import (
    Code,
    Column,
    ColumnType,
    Day,
    FreeText,
    HouseholdKey,
    Id,
    Is,
    PersonName,
    Role,
    Sensitivity,
    Text,
)

LAW = Text("made-up people: no law asks for anything", "虚构人口,不涉及法律依据")
PURPOSE = Text("to find small children for whom food aid can be offered", "发现可提供食品援助的幼儿")
SOURCE = "pseudopeople 1.3.1, sample population, default errors"
YEARLY = Text("yearly", "每年")
KEPT_DAYS = 3650

# What a scanner reads for a digit, and the digit.
SCANNED = ("OQIL|!ZSBG", "0011112586")
SSN = Id("ssn", r"[0-9]{3}-[0-9]{2}-[0-9]{4}", mistaken=SCANNED)
COLLECTIVE = Is(
    "housing_type",
    "Carceral",
    "College",
    "Military",
    "Nursing home",
    "Other institutional",
    "Other noninstitutional",
)

TRUTH = (
    Column(
        name="simulant_id",
        type=Id("simulant"),
        label=Text("who it truly is", "真实人员"),
        truth=True,
        source="pseudopeople: for scoring linkage alone",
    ),
    Column(
        name="household_id",
        type=Id("true_household"),
        label=Text("where they truly live", "真实家庭"),
        truth=True,
        source="pseudopeople: for scoring linkage alone",
    ),
)
SEX = Column(name="sex", type=Code(("Female", "Male")), label=Text("sex", "性别"), protected=True)
RACE = Column(
    name="race_ethnicity",
    type=Code(("White", "Black", "Latino", "Asian", "AIAN", "NHOPI", "Multiracial or Other")),
    label=Text("race and ethnicity", "种族与族裔"),
    sensitivity=Sensitivity.SENSITIVE,
    protected=True,
)


def ssn(name: str = "ssn", of: str = "social security number", zh: str = "社会安全号码") -> Column:
    """A social security number; one that is none, however it is read, is not known."""
    return Column(name=name, type=SSN, label=Text(of, zh), wrong_is_missing=True, sensitivity=Sensitivity.SENSITIVE)


def born(*formats: str) -> Column:
    """The day of birth, as an agency writes it."""
    label = Text("day of birth", "出生日期")
    return Column(name="date_of_birth", type=Day(formats), label=label, wrong_is_missing=True)


def named(before: str = "", middle: str = "middle_initial") -> tuple[Column, ...]:
    """Columns of a name; of dependents no middle name is told."""
    parts = [
        ("first_name", "first name", "名"),
        (middle, "middle name or initial", "中间名"),
        ("last_name", "last name", "姓"),
    ]
    return tuple(
        Column(name=f"{before}{name}", type=PersonName(), label=Text(en, zh)) for name, en, zh in parts if name
    )


def names(before: str = "", middle: str = "middle_initial") -> tuple[tuple[Role, str], ...]:
    """The roles of those columns."""
    told = [(Role.GIVEN_NAME, "first_name"), (Role.MIDDLE_NAME, middle), (Role.LAST_NAME, "last_name")]
    return tuple((role, f"{before}{name}") for role, name in told if name)


def address(before: str = "", *, box: bool = False) -> tuple[Column, ...]:
    """Columns of an address; street and number are codes, for by them it is known who lives together."""
    parts: list[tuple[str, ColumnType, str, str]] = [
        ("street_number", Code(), "street number", "门牌号"),
        ("street_name", Code(), "street", "街道"),
        ("unit_number", FreeText(), "unit", "单元"),
        ("po_box", FreeText(), "box at the post office", "邮政信箱"),
        ("city", FreeText(), "city", "城市"),
        ("state", FreeText(), "state", "州"),
        ("zipcode", FreeText(), "ZIP code", "邮政编码"),
    ]
    return tuple(
        Column(name=f"{before}{name}", type=kind, label=Text(en, zh))
        for name, kind, en, zh in parts
        if box or name != "po_box"
    )


def lives(before: str = "", *, box: bool = False) -> tuple[tuple[Role, str], ...]:
    """The roles of those columns; all states are one in most tables, so they tell nobody apart."""
    roles = [
        (Role.STREET_NUMBER, "street_number"),
        (Role.STREET_NAME, "street_name"),
        (Role.UNIT, "unit_number"),
        (Role.PLACE, "city"),
        (Role.POSTCODE, "zipcode"),
    ]
    boxes = [(Role.PO_BOX, "po_box")] if box else []
    return tuple((role, f"{before}{name}") for role, name in roles + boxes)


def home(before: str = "", collective: Is | None = None) -> HouseholdKey:
    """Who lives at one address."""
    return HouseholdKey("address", (f"{before}street_number", f"{before}street_name"), collective)
