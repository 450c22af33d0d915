"""How many cases a generated test takes: all of them in the long suite, and in the fast one a part."""

from hypothesis import settings

ALL = "all cases"
SOME = "some cases"
PART = 4  # one in so many
DEFAULT = 100


def register() -> None:
    """A slow machine is no failure, so no case has a deadline. The profile is that of `--hypothesis-profile`."""
    settings.register_profile(ALL, deadline=None, max_examples=DEFAULT)
    settings.register_profile(SOME, deadline=None, max_examples=DEFAULT // PART)
    settings.load_profile(SOME)


def cases(number: int) -> int:
    """The cases of a test that takes so many in the long suite."""
    return number if settings.get_current_profile_name() == ALL else max(number // PART, 2)
