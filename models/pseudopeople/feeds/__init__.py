"""The contracts of the seven tables."""
