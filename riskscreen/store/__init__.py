"""SQL tables and migrations. Every write takes its audit event, and one transaction saves both.

Nothing here reads a clock: a write happens at its event's time, a reading takes ``now``.
"""

from riskscreen.store.accounts import (
    Throttle,
    all_accounts,
    change_account,
    change_password,
    check_name,
    check_password,
    create_account,
    find_account,
)
from riskscreen.store.areas import (
    areas_seen,
    areas_there,
    can_see,
    check_may_see,
    put_areas,
    unseen_areas,
)
from riskscreen.store.audit import Recorded, record, trail
from riskscreen.store.cases import Case, OpenCases, all_open_cases, cases_in, close_case, open_case
from riskscreen.store.changes import Came, Change, Left, LeftBecause
from riskscreen.store.events import DETAILS, Action, AuditEvent
from riskscreen.store.lists import NewList, listed_areas, publish, roll_back
from riskscreen.store.migrations import upgrade
from riskscreen.store.pages import (
    Cursor,
    ListedEntry,
    ListHead,
    Page,
    current_lists,
    current_page,
    entry,
    left_entries,
)
from riskscreen.store.roles import MAY, Account, Permission, Role, can, check_may
from riskscreen.store.sessions import (
    Timeouts,
    end_session,
    purge_sessions,
    see_session,
    session_account,
    start_session,
)
from riskscreen.store.store import Store, has_store, open_store, prepare_store
from riskscreen.store.tokens import KnownToken, NewToken, issue_token, revoke_token, token_account, tokens_of

__all__ = [
    "DETAILS",
    "MAY",
    "Account",
    "Action",
    "AuditEvent",
    "Came",
    "Case",
    "Change",
    "Cursor",
    "KnownToken",
    "Left",
    "LeftBecause",
    "ListHead",
    "ListedEntry",
    "NewList",
    "NewToken",
    "OpenCases",
    "Page",
    "Permission",
    "Recorded",
    "Role",
    "Store",
    "Throttle",
    "Timeouts",
    "all_accounts",
    "all_open_cases",
    "areas_seen",
    "areas_there",
    "can",
    "can_see",
    "cases_in",
    "change_account",
    "change_password",
    "check_may",
    "check_may_see",
    "check_name",
    "check_password",
    "close_case",
    "create_account",
    "current_lists",
    "current_page",
    "end_session",
    "entry",
    "find_account",
    "has_store",
    "issue_token",
    "left_entries",
    "listed_areas",
    "open_case",
    "open_store",
    "prepare_store",
    "publish",
    "purge_sessions",
    "put_areas",
    "record",
    "revoke_token",
    "roll_back",
    "see_session",
    "session_account",
    "start_session",
    "token_account",
    "tokens_of",
    "trail",
    "unseen_areas",
    "upgrade",
]
