"""What several files share: how ids, household numbers, employers and areas are written."""

from riskscreen.declare import Always, Checked, Coded, Numbered, OfPerson, OnDay

from ...feeds.columns import ORGANISATION

ID, NAME, BORN, PHONE = (OfPerson(what) for what in ("id", "name", "birth_date", "phone"))
SEX = Coded("male", {1: "1", 0: "2"})
EMPTY, NOTHING = Always(""), Always("0.00")
STATED_ON = OnDay("stated")
HOUSEHOLD_NO = Numbered("home", "9905", 8)


def organisation(field: str, kind: str) -> Checked:
    """A code of an organisation (GB 32100): 91 for companies, 92 for shops; 99 has no region."""
    assert ORGANISATION.check is not None
    return Checked(Numbered(field, f"{kind}990508MA", 7), ORGANISATION.check)
