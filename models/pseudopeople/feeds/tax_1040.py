"""Form 1040: who declares the income of a year, with spouse and dependents."""

from riskscreen.declare import Column, Each, Feed, RecordKind, Sensitivity, Text, Who, Whole, YearEnd

from .columns import KEPT_DAYS, LAW, PURPOSE, SOURCE, TRUTH, YEARLY, address, home, lives, named, names, ssn

MAIL = "mailing_address_"
DEPENDENTS = tuple(f"dependent_{number}" for number in (1, 2, 3, 4))

FILER = Who(
    name="filer",
    words=(*names(), *lives(MAIL, box=True)),
    id="ssn",
    shared_id=True,
    wave="tax_year",
)
SPOUSE = Who(
    name="spouse",
    words=(*names("spouse_"), *lives(MAIL, box=True)),
    id="spouse_ssn",
    shared_id=True,
    to="filer",
    relation="spouse",
)

tax_1040 = Feed(
    name="tax_1040",
    label=Text("Income tax returns (1040)", "所得税申报(1040)"),
    owner=Text("Internal Revenue Service", "国内税务局"),
    legal_basis=LAW,
    purpose=PURPOSE,
    cadence=YEARLY,
    retention_days=KEPT_DAYS,
    files=("taxes_1040*", "tax_1040_*"),
    source=SOURCE,
    columns=(
        *TRUTH,
        *named(),
        ssn(),
        *address(MAIL, box=True),
        *named("spouse_"),
        ssn("spouse_ssn", "spouse's number", "配偶社会安全号码"),
        *(
            column
            for who in DEPENDENTS
            for column in (*named(f"{who}_", middle=""), ssn(f"{who}_ssn", "dependent's number", "受抚养人号码"))
        ),
        Column(
            name="tax_year",
            type=Whole(at_least=1900, at_most=2100),
            label=Text("tax year", "税务年度"),
            required=True,
            sensitivity=Sensitivity.ORDINARY,
        ),
    ),
    who=(
        FILER,
        SPOUSE,
        *(
            Who(
                name=who,
                words=(*names(f"{who}_", middle=""), *lives(MAIL, box=True)),
                id=f"{who}_ssn",
                shared_id=True,
                to="filer",
                relation="dependent",
            )
            for who in DEPENDENTS
        ),
    ),
    records=(
        RecordKind(
            name="tax_return",
            label=Text("income tax return of a year", "年度所得税申报"),
            person="filer",
            key=("filer", "tax_year"),
            happened=YearEnd("tax_year"),
            lag_days=105,  # due in the middle of April
            household=home(MAIL),
        ),
        RecordKind(
            name="joint_return",
            label=Text("told of as the spouse in a tax return", "作为配偶申报"),
            person="spouse",
            key=("spouse", "filer", "tax_year"),
            happened=YearEnd("tax_year"),
            lag_days=105,
            household=home(MAIL),
            optional=True,  # most rows name no spouse
        ),
        RecordKind(
            name="dependent",
            label=Text("told of as a dependent in a tax return", "作为受抚养人申报"),
            person="dependent_{nth}",
            key=("dependent_{nth}", "filer", "tax_year"),
            happened=YearEnd("tax_year"),
            lag_days=105,
            each=Each("nth", (1, 2, 3, 4)),
            household=home(MAIL),
            optional=True,
        ),
    ),
)
