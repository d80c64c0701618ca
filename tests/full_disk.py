"""A disk that takes no file of Home Assistant's for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
import errno
from unittest.mock import patch

from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError


@contextmanager
def full_disk() -> Iterator[None]:
    """Let all writes fail, in tests whose files are kept in memory."""
    full = WriteError(OSError(errno.ENOSPC, "No space left on device"))
    with patch.object(Store, "_async_write_data", side_effect=full):
        yield
