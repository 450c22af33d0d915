"""Who a row is about, and who else stands in it: which columns say how somebody is called."""

import enum
from dataclasses import dataclass

from riskscreen.declare.text import check_name
from riskscreen.errors import DeclarationError


class Role(enum.Enum):
    """What a column says of somebody; the value is the word of a claim that it becomes.

    A ``FULL_NAME`` stands in place of a given name: linkage parts it where it is written as one. A ``PLACE`` is a town
    or village, an ``ADDRESS`` one that was placed (a ``Placed`` column), or the whole of one that is not. A ``PO_BOX``
    stands for street and number where these are not known.
    """

    FULL_NAME = "full"
    GIVEN_NAME = "given"
    MIDDLE_NAME = "middle"
    LAST_NAME = "surname"
    BIRTH_DATE = "birth"
    BIRTH_YEAR = "year"
    SEX = "sex"
    STREET_NUMBER = "number"
    STREET_NAME = "street"
    UNIT = "unit"
    POSTCODE = "place"
    PLACE = "town"
    PHONE = "phone"
    ADDRESS = "home"
    PO_BOX = "box"


ONE_OF = ((Role.FULL_NAME, Role.GIVEN_NAME), (Role.FULL_NAME, Role.LAST_NAME), (Role.BIRTH_DATE, Role.BIRTH_YEAR))


@dataclass(frozen=True, kw_only=True)
class Who:
    """Somebody in a row: a claim is made of their id, if they have one, and of what ``words`` name by role.

    ``name`` tells the people of a row apart; a record kind's ``person`` may be it. ``id`` is an ``Id`` column, and may
    be missing in a row. Days of birth that are no ``Day`` columns (with errors in them, or digits alone) are read as
    eight digits in ``birth_order``. ``relation`` says what they are ``to`` another of the row: guardian, spouse, head.
    ``wave`` is a column of the feed's waves (a census's years), where it has one record a person and wave. ``others``
    are further ``Id`` columns: ids of theirs of another kind, or the one that they had before. Where ``shared_id`` says
    that several people come with one id (lent, or misspelt), records are told apart by the whole claim, and not by the
    id alone.

    What a claim says is sealed: it reaches neither the landing log nor the quarantine, logs or errors.
    """

    name: str = "self"
    words: tuple[tuple[Role, str], ...] = ()
    id: str | None = None
    birth_order: str = "YYYYMMDD"
    to: str = ""
    relation: str = ""
    wave: str | None = None
    others: tuple[str, ...] = ()
    shared_id: bool = False

    def __post_init__(self) -> None:
        check_name("somebody in a row", self.name)
        if not self.words and self.id is None:
            raise DeclarationError(f"nothing says who {self.name!r} is: name an id, or columns by role")
        roles = [role for role, _ in self.words]
        if len(set(roles)) < len(roles) or any(one in roles and other in roles for one, other in ONE_OF):
            raise DeclarationError(f"{self.name!r} has two columns for one role: keep one")
        if sorted(self.birth_order) != sorted("YYYYMMDD") or any(
            part not in self.birth_order for part in ("YYYY", "MM", "DD")
        ):
            raise DeclarationError(
                f"days of birth in the order {self.birth_order!r}: write it as YYYYMMDD, or MMDDYYYY"
            )
        if self.others and self.id is None:
            raise DeclarationError(f"{self.name!r} has other ids and none of its own: make the first of them the id")
        if self.shared_id and self.id is None:
            raise DeclarationError(f"{self.name!r} shares an id and has none: name it, or leave shared_id out")
        if bool(self.to) != bool(self.relation):
            raise DeclarationError(f"{self.name!r} is related to somebody: say to whom, and how")
        if self.relation:
            check_name("a relation", self.relation)

    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        waves = () if self.wave is None else (self.wave,)
        return (*(column for _, column in self.words), *self.ids(), *waves)

    def ids(self) -> tuple[str, ...]:
        """The columns of their ids."""
        return (*([] if self.id is None else [self.id]), *self.others)

    def column(self, role: Role) -> str | None:
        """The column of a role; ``None`` where it has none."""
        return dict(self.words).get(role)
