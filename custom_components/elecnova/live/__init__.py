"""What the broker tells: live values, and what is counted from them (wire 4.7)."""

from .live import Live
from .repairs import async_forget_live

__all__ = ["Live", "async_forget_live"]
