"""Residence permits of people without local hukou: where they live, and for how long they may."""

from riskscreen.declare import DayOf, Feed, RecordKind, Role, Text

from .columns import (
    A_MONTH,
    MONITORING,
    MONTHLY,
    OF_THE_MONTH,
    address,
    birth_date,
    born_in,
    citizen,
    day,
    files,
    grid,
    home,
    number,
    person_name,
    phone,
    sex,
    somebody,
    stated_on,
)

RESIDENCE_PERMIT = Feed(
    name="residence_permit",
    label=Text("Residence permits", "居住证"),
    owner=Text("Public Security", "公安"),
    legal_basis=MONITORING,
    purpose=Text("to know where people without local hukou live", "了解外来人口居住地"),
    cadence=MONTHLY,
    expected=OF_THE_MONTH,
    retention_days=1825,
    files=files("residence_permit"),
    columns=(
        number("permit_no", "permit", "number of the permit", "居住证号"),
        citizen(),
        person_name(),
        sex(),
        birth_date(),
        phone(),
        day("valid_from", "valid from", "有效期起", required=True),
        day("valid_to", "valid until", "有效期止", required=True),
        address("residence_address", "address of residence", "居住地址"),
        stated_on(),
        home("home", "residence_address"),
        grid("residence_grid", "residence_address"),
    ),
    who=(
        somebody(
            words=(
                (Role.FULL_NAME, "name"),
                (Role.BIRTH_DATE, "birth_date"),
                (Role.SEX, "sex"),
                (Role.PHONE, "phone"),
                (Role.ADDRESS, "home"),
            )
        ),
    ),
    checks=(born_in(),),
    records=(
        RecordKind(
            name="residence_permit",
            label=Text("residence permit", "居住证"),
            person="person",
            key=("permit_no",),
            happened=DayOf("valid_from"),
            known=DayOf("stated_on"),
            lag_days=A_MONTH,
            ends=DayOf("valid_to"),
            values=("residence_grid",),
        ),
    ),
)
