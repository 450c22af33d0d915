"""The declarations, one folder a deployment."""
