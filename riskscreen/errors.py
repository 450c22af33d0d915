"""The few exceptions of riskscreen, by audience; each knows its exit code and its HTTP status.

Every message is one sentence for the person who can act on it: what is wrong, where, and what to do.
A message never carries a value that was read from a feed: values may be ids, names or free text.
"""


class RiskscreenError(Exception):
    """Something that riskscreen itself can put into a sentence; everything else is a fault of ours."""

    exit_code = 1
    http_status = 500


class CallerError(RiskscreenError):
    """The caller's fault: a wrong argument, a missing step, a state that does not allow the command."""

    exit_code = 2
    http_status = 422


class DeclarationError(CallerError):
    """A deployment says something that cannot hold; the message names the declaration and its file."""


class DeliveryError(CallerError):
    """An agency file was refused as a whole; nothing of it was landed."""


class HomeError(CallerError):
    """The home folder, or a key in it, cannot be used as it is."""


class StoreBusy(HomeError):
    """Another run writes to the store for longer than one waits."""

    exit_code = 4
    http_status = 503


class LockHeld(RiskscreenError):
    """Another run works on the same home."""

    exit_code = 4
    http_status = 423


class Unauthorized(CallerError):
    """Nobody known asks: no log-in, or one that is wrong, over, or taken back."""

    http_status = 401


class TooManyAttempts(Unauthorized):
    """Log-ins under one name failed too often; the message says how long to wait."""

    http_status = 429


class Forbidden(CallerError):
    """Somebody known asks for what their role or area does not allow."""

    http_status = 403


class NotFound(CallerError):
    """What is asked for is not there."""

    http_status = 404


class Conflict(CallerError):
    """What is asked for does not go with what stands; ``numbers`` name what stands, such as earlier decisions."""

    http_status = 409

    def __init__(self, sentence: str, numbers: tuple[int, ...] = ()) -> None:
        super().__init__(sentence)
        self.numbers = numbers


class VaultClosed(RiskscreenError):
    """The vault cannot be opened here: there is no key, or it is another's. The sentence names no place and no word."""

    exit_code = 2
    http_status = 503
