"""Tokens in forms: what another site's page cannot know, so cannot send."""

import hashlib
import hmac


def form_token(secret: str) -> str:
    """The hidden field of a form, from the secret in the browser's cookie."""
    return hmac.new(secret.encode(), b"riskscreen form", hashlib.sha256).hexdigest()


def is_ours(secret: str, token: str) -> bool:
    """Whether a form came from a page that we gave to the holder of this secret."""
    return bool(secret) and hmac.compare_digest(form_token(secret).encode(), token.encode())
