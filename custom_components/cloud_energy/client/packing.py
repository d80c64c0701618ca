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
_GZIP_BEGINS: Final = b"\x1f"
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
        found = bytearray()
        while chunk and len(found) < maximum:
            if self._stream is None:
                self._stream = zlib.decompressobj(self._format_of(chunk))
            elif self._stream.eof:
                if not self._goes_on(chunk):
                    break
                self._stream = zlib.decompressobj(_GZIP)
            try:
                found += self._stream.decompress(chunk, maximum - len(found))
            except zlib.error:
                raise ClientPayloadError("broken encoding") from None
            chunk = self._stream.unused_data
        return bytes(found)

    def _goes_on(self, chunk: bytes) -> bool:
        """Return whether another part follows one that has ended: gzip may have many.

        Anything else behind the end is filling.
        """
        return self._name == "gzip" and chunk.startswith(_GZIP_BEGINS)

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
