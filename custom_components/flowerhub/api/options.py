"""How a single call is made (wire 4.14)."""

from typing import TypedDict


class CallOptions(TypedDict, total=False):
    """How long and how often a call is tried."""

    retry_5xx_attempts: int | None
    """How often it is tried again after a 5xx or 429; None: as the client does it."""
    timeout_total: float | None
    """Seconds; None: the client's 10, 0: no limit."""


class FetchOptions(CallOptions, total=False):
    """How a call is made, and what becomes of its failure."""

    raise_on_error: bool
    """Default True. False: None is returned, and only `on_api_error` is called.

    A refused login is raised all the same.
    """
