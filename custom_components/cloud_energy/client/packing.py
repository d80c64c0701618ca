"""Bodies that come compressed.

aiohttp gives the beginning of a gzip stream that was cut off as if it were all of it.
"""

from typing import Final
import zlib

from aiohttp import ClientPayloadError

ACCEPTED: Final = "gzip, deflate"
"""What is asked for."""
_GZIP: Final = 31
_ZLIB: Final = 15
_BARE: Final = -15
_DEFLATE_METHOD: Final = 8


class Packing:
    """Unpacks one body as it comes."""

    def __init__(self, encoding: str) -> None:
        """Take its `Content-Encoding`; empty if there is none.

        :raises ClientPayloadError: it is none of those that were asked for.
        """
        self._name = encoding.strip().lower().removeprefix("x-")
        if self._name not in ("", "identity", "gzip", "deflate"):
            raise ClientPayloadError("unknown encoding")
        self._stream: zlib._Decompress | None = None

    def take(self, chunk: bytes, maximum: int) -> bytes:
        """Return what a piece says: at most so many bytes, the rest is dropped.

        :raises ClientPayloadError: it is not packed as its head says.
        """
        if not chunk or self._name in ("", "identity"):
            return chunk
        if self._stream is None:
            self._stream = zlib.decompressobj(self._format_of(chunk))
        try:
            return self._stream.decompress(chunk, maximum)
        except zlib.error:
            raise ClientPayloadError("broken encoding") from None

    def _format_of(self, start: bytes) -> int:
        if self._name == "gzip":
            return _GZIP
        # Many servers leave the frame out.
        return _ZLIB if start[0] & 0x0F == _DEFLATE_METHOD else _BARE

    def finish(self) -> None:
        """Take it that nothing more comes.

        :raises ClientPayloadError: something is missing.
        """
        if self._stream is not None and not self._stream.eof:
            raise ClientPayloadError("cut off")
