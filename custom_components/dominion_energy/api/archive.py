"""A guard in front of the workbook reader, which trusts what it is given."""

from io import BytesIO
import re
from typing import Final
from zipfile import BadZipFile, ZipFile
import zlib

from custom_components.cloud_energy.client.errors import Malformed

_MAGIC: Final = b"PK\x03\x04"
_MOST_BYTES: Final = 32 * 1024 * 1024
_CHUNK: Final = 64 * 1024
_LONGEST_TAG: Final = 1024
# The reader makes a full table out of a sheet: a single cell in the far corner
# would have it ask for half a terabyte, which ends the whole process. Cells up to
# column DZ and row 9999 (27 years of days) do no harm.
_FAR_CELL: Final = re.compile(
    rb"""<(?:\w+:)?(?:c|row)\s[^>]*?\br\s*=\s*["'](?:[A-Z]{3}|[E-Z][A-Z]|[A-Z]*\d{5})""",
    re.IGNORECASE,
)
_UNREADABLE: Final = (
    BadZipFile,
    EOFError,
    OSError,
    RuntimeError,  # A part is encrypted, or packed in an unknown way
    ValueError,
    zlib.error,
)


def check(content: bytes) -> None:
    """Let a workbook pass that can be read without harm.

    :raises Malformed: it is no zip file, too large, or made to hurt.
    """
    if not content.startswith(_MAGIC):
        raise Malformed("The workbook is no Excel file")
    try:
        with ZipFile(BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > _MOST_BYTES:
                raise Malformed("The workbook is too large when unpacked")
            for part in archive.infolist():
                _check_part(archive.read(part))
    except _UNREADABLE as err:
        raise Malformed(f"The workbook is damaged: {type(err).__name__}") from None


def _check_part(part: bytes) -> None:
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise Malformed("The workbook declares entities")
    # In pieces, since a search lets no other thread run meanwhile.
    for at in range(0, len(part), _CHUNK):
        if _FAR_CELL.search(part, at, at + _CHUNK + _LONGEST_TAG):
            raise Malformed("The workbook has cells far outside of a usage table")
