"""Roles and what each may do, as a table."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from riskscreen.errors import Forbidden


class Role(enum.StrEnum):
    """What an account is for."""

    WORKER = "worker"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    DATA_STEWARD = "data_steward"
    DATA_SCIENTIST = "data_scientist"
    ADMIN = "admin"


class Permission(enum.StrEnum):
    """What can be allowed; entries of people always within the account's areas.

    Two claims may come from two areas, so doubtful pairs and the vault know none: they are all or nothing.
    """

    SEE_ENTRIES = "see_entries"
    TAKE_CASES = "take_cases"
    ASSIGN = "assign"
    SEE_FIGURES = "see_figures"
    READ_AUDIT = "read_audit"
    ROLL_BACK = "roll_back"
    DECIDE_IDENTITY = "decide_identity"
    OPEN_VAULT = "open_vault"
    MANAGE_ACCOUNTS = "manage_accounts"


# Who keeps the accounts sees no people; who sees people does not keep the accounts. Who opens the vault sees the names
# of the whole city, so no list and no score; a supervisor may settle a pair (by papers, by asking), without its names.
MAY: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.WORKER: frozenset({Permission.SEE_ENTRIES, Permission.TAKE_CASES}),
        Role.SUPERVISOR: frozenset(
            {
                Permission.SEE_ENTRIES,
                Permission.TAKE_CASES,
                Permission.ASSIGN,
                Permission.SEE_FIGURES,
                Permission.DECIDE_IDENTITY,
            }
        ),
        Role.AUDITOR: frozenset({Permission.READ_AUDIT, Permission.SEE_FIGURES}),
        Role.DATA_STEWARD: frozenset({Permission.DECIDE_IDENTITY, Permission.OPEN_VAULT}),
        Role.DATA_SCIENTIST: frozenset({Permission.SEE_FIGURES, Permission.ROLL_BACK}),
        Role.ADMIN: frozenset({Permission.MANAGE_ACCOUNTS, Permission.READ_AUDIT}),
    }
)


@dataclass(frozen=True)
class Account:
    """Who asks. ``areas`` are the ones given; whatever lies below them in the tree is seen too."""

    name: str
    role: Role
    areas: frozenset[str]
    disabled: bool = False


def check_may(account: Account, permission: Permission) -> None:
    """Raises ``Forbidden`` where the account's role does not allow it, or the account is disabled."""
    if account.disabled or permission not in MAY[account.role]:
        raise Forbidden(f"The role {account.role} does not include {permission}: ask who keeps the accounts.")


def can(account: Account, permission: Permission) -> bool:
    """Whether :func:`check_may` would pass."""
    try:
        check_may(account, permission)
    except Forbidden:
        return False
    return True
