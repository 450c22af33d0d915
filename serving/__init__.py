"""Delivery: the service, its pages and its API. It reads the store only, and loads no model."""
