"""What the broker sends: live values, and what is counted from them (wire 4.7)."""

from .live import Live
from .live_issues import live_issues
from .memory import async_remove_memory as async_forget_live

__all__ = ["Live", "async_forget_live", "live_issues"]
