"""What both the API and the pages read of doubtful pairs, written down as shown; and the opening of the vault."""

from collections.abc import Mapping

from riskscreen.errors import RiskscreenError, VaultClosed
from riskscreen.store import (
    Account,
    Action,
    AuditEvent,
    Need,
    Pair,
    PairsPage,
    PairState,
    Permission,
    Store,
    check_may,
    one_pair,
    pairs_page,
    record,
)

from .settings import Settings

Words = Mapping[int, Mapping[str, str]]


def shown_pairs(store: Store, settings: Settings, account: Account, state: PairState, cursor: int | None) -> PairsPage:
    """A page of pairs, after they were written down as shown. Raises ``Forbidden``, ``CallerError``."""
    page = pairs_page(store, account, state, cursor)
    if page.pairs:
        said = {"pairs": tuple(pair.number for pair in page.pairs)}
        record(store, AuditEvent(settings.now(), account.name, Action.PAIRS_SHOWN, "pairs", said))
    return page


def shown_pair(store: Store, settings: Settings, account: Account, number: int) -> Pair:
    """One pair, after it was written down as shown. Raises ``NotFound``, ``Forbidden``."""
    pair = one_pair(store, account, number)
    record(store, AuditEvent(settings.now(), account.name, Action.PAIRS_SHOWN, f"pair:{number}", {"pairs": (number,)}))
    return pair


def opened_words(store: Store, settings: Settings, account: Account, pair: Pair, need: Need) -> Words:
    """What the two claims of a pair say in plain words, after the opening was written down: who, as what, why, which.

    Raises ``Forbidden``, and ``VaultClosed`` where this server cannot open the vault; then nothing was opened.
    """
    check_may(account, Permission.OPEN_VAULT)
    claims = (pair.found.claim, pair.found.other)
    words = _opened(settings, claims)
    said = {"role": account.role.value, "reason": need.value, "claims": claims}
    record(store, AuditEvent(settings.now(), account.name, Action.VAULT_OPENED, f"pair:{pair.number}", said))
    return {claim: dict(words.get(claim, {})) for claim in claims}


def _opened(settings: Settings, claims: tuple[int, int]) -> Words:
    if settings.opener is None:
        raise VaultClosed("The vault cannot be opened: this server has no key to it; ask who keeps the service.")
    try:
        return settings.opener(claims)
    except RiskscreenError:
        # Not "from": its sentence may name a file of the home.
        raise VaultClosed(
            "The vault cannot be opened: this server's key is not the one that sealed it; ask who keeps the service."
        ) from None
