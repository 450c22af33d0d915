"""What several files share: how ids, household numbers, employers and areas are written."""

from riskscreen.declare import Always, Checked, Numbered, Of, OnDay

ID = Of("id")
EMPTY, NOTHING = Always(""), Always("0.00")
STATED_ON = OnDay("stated")
HOUSEHOLD_NO = Numbered("home", "9905", 8)


def organisation(field: str, kind: str) -> Checked:
    """A code of an organisation (GB 32100): 91 for companies, 92 for shops; 99 has no region."""
    return Checked(
        Numbered(field, f"{kind}990508MA", 7),
        weights=(1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28),
        alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY",
        characters="0YXWUTRQPNMLKJHGFEDCBA987654321",
    )
