"""Settings for all tests: a slow machine is no failure, so generated cases have no deadline."""

from hypothesis import settings

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
