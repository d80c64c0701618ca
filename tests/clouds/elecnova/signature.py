"""The signature of a request (wire 3.1)."""

from base64 import b64encode
import hmac


def signature(secret: str, path: str, timestamp: str) -> str:
    """`X-Signature` of a path at a time: the Base64 of the digest's lower-case hex text, 88 characters.

    :param timestamp: Unix time in milliseconds, as in `X-Timestamp`
    """
    message = f"{path}{timestamp}".encode()
    digest = hmac.new(secret.encode(), message, "sha256").hexdigest()
    return b64encode(digest.encode()).decode()
