"""Signals of what a home owns, as registers tell: dwelling, vehicle, shop. Where nothing is known, it may rent."""

from riskscreen.declare import AtLeast, Is, StateAt, Text

from .roll_up import people

YES_NO = ((0, Text("no", "否")), (1, Text("yes", "是")))

PERSON = (
    StateAt(
        name="owns_dwelling",
        label=Text("owns a dwelling", "名下有住房"),
        theme="assets",
        records="property",
        where=(Is("use", "residential"),),
        direction=-1,
        words=YES_NO,
        reason=Text("Owns a dwelling: {value}", "名下有住房:{value}"),
    ),
    StateAt(
        name="owns_vehicle",
        label=Text("owns a car, van or truck", "名下有汽车"),
        theme="assets",
        records="vehicle",
        where=(Is("model", "car", "van"),),
        direction=-1,
        words=YES_NO,
        reason=Text("Owns a car, van or truck: {value}", "名下有汽车:{value}"),
    ),
    StateAt(
        name="has_business",
        label=Text("has a registered business", "名下有登记的经营主体"),
        theme="assets",
        records="business",
        words=YES_NO,
        reason=Text("Has a registered business: {value}", "名下有登记的经营主体:{value}"),
    ),
)

HOUSEHOLD = (
    people(
        "members_with_dwelling",
        AtLeast("owns_dwelling", 1),
        ("members who own a dwelling", "家中名下有住房"),
        theme="assets",
        direction=-1,
    ),
    people(
        "members_with_vehicle",
        AtLeast("owns_vehicle", 1),
        ("members who own a car, van or truck", "家中名下有汽车"),
        theme="assets",
        direction=-1,
    ),
    people(
        "members_with_business",
        AtLeast("has_business", 1),
        ("members with a registered business", "家中有登记经营主体"),
        theme="assets",
        direction=0,
    ),
)
