"""Proactive-discovery risk screening: find households at risk early, and offer help."""

__version__ = "0.1.0"
