"""The parts of a zip file of XML as events, however much they pretend to be.

Everything is counted while it is unpacked and read: bytes, elements, time. So what a
file costs has a limit that it has no say in.
"""

from collections.abc import Iterator
from io import BytesIO
from time import monotonic
from typing import Final, Protocol
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile
import zlib

from custom_components.cloud_energy.client.errors import Malformed

_MAGIC: Final = b"PK\x03\x04"
_MAX_PACKED: Final = 4 * 1024 * 1024
_MAX_PARTS: Final = 256
_MAX_BYTES: Final = 16 * 1024 * 1024
_MAX_ELEMENTS: Final = 750_000
"""Thirteen months of two sheets have some 100,000."""
_MAX_SECONDS: Final = 20.0
_CHUNK: Final = 32 * 1024
_METHODS: Final = (ZIP_STORED, ZIP_DEFLATED)
_UNREADABLE: Final = (
    BadZipFile,
    EOFError,
    LookupError,  # An encoding that nobody knows
    OSError,
    RuntimeError,  # A part is encrypted
    ValueError,
    expat.ExpatError,
    zlib.error,
)

type Attributes = dict[str, str]
"""By local name."""


class Handler(Protocol):
    """Takes the events of one part; names come without their namespaces."""

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take some text; that of one element may come in pieces."""


class Archive:
    """A zip file, to be read once."""

    def __init__(self, content: bytes) -> None:
        """Open it.

        :raises Malformed: it is no zip file, or too large.
        """
        if not content.startswith(_MAGIC):
            raise Malformed("The workbook is not an Excel file")
        if len(content) > _MAX_PACKED:
            raise Malformed("The workbook is too large")
        try:
            self._zip = ZipFile(BytesIO(content))
        except _UNREADABLE as err:
            raise _damaged(err) from None
        if len(self._zip.infolist()) > _MAX_PARTS:
            raise Malformed("The workbook has too many parts")
        self._bytes = _MAX_BYTES
        self._elements = _MAX_ELEMENTS
        self._deadline = monotonic() + _MAX_SECONDS

    def has(self, part: str) -> bool:
        """Return whether there is a part of this name."""
        return part in self._zip.namelist()

    def read(self, part: str, handler: Handler) -> None:
        """Pass the events of a part to a handler.

        :raises Malformed: it is damaged, declares entities, or is too much.
        """
        parser = self._parser(handler)
        try:
            for chunk in self._chunks(part):
                parser.Parse(chunk)
            parser.Parse(b"", True)
        except _UNREADABLE as err:
            raise _damaged(err) from None

    def _chunks(self, part: str) -> Iterator[bytes]:
        if self._zip.getinfo(part).compress_type not in _METHODS:
            raise Malformed("The workbook is compressed in an unusual way")
        with self._zip.open(part) as unpacked:
            while chunk := unpacked.read(_CHUNK):
                self._bytes -= len(chunk)
                if self._bytes < 0:
                    raise Malformed("The workbook is too large when unpacked")
                if monotonic() > self._deadline:
                    raise Malformed("The workbook takes too long to read")
                yield chunk

    def _parser(self, handler: Handler) -> expat.XMLParserType:
        def start(name: str, attributes: Attributes) -> None:
            self._elements -= 1
            if self._elements < 0:
                raise Malformed("The workbook has too many elements")
            handler.start(
                _local(name), {_local(key): value for key, value in attributes.items()}
            )

        def refuse(*_: object) -> None:
            raise Malformed("The workbook declares entities")

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.EndElementHandler = lambda name: handler.end(_local(name))
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = refuse
        return parser


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _damaged(error: Exception) -> Malformed:
    return Malformed(f"The workbook is damaged: {type(error).__name__}")
