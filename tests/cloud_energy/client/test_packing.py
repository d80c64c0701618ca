"""Bodies that come compressed, wholly or not."""

from collections.abc import Callable
import gzip
from typing import Final
import zlib

from aiohttp import ClientPayloadError
from hypothesis import given, strategies as st
import pytest

from custom_components.cloud_energy.client.call import Call
from custom_components.cloud_energy.client.errors import CannotConnect
from custom_components.cloud_energy.client.packing import Packing
from custom_components.cloud_energy.client.transport import Transport

from .conftest import ScriptedServer, reply

type MakeCall = Callable[..., Call]


def _bare(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


PACKERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    " Deflate": _bare,
    "identity": bytes,
    "": bytes,
}


def _unpacked(encoding: str, packed: bytes, size: int) -> bytes:
    packing, found = Packing(encoding), b""
    for at in range(0, len(packed), size):
        found += packing.take(packed[at : at + size], 10_000)
    packing.finish()
    return found


@given(st.sampled_from(sorted(PACKERS)), st.binary(max_size=500), st.integers(1, 600))
def test_whole(encoding: str, content: bytes, size: int) -> None:
    """In whatever pieces it comes, it is what was packed."""
    assert _unpacked(encoding, PACKERS[encoding](content), size) == content


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4), st.integers(1, 300))
def test_parts(contents: list[bytes], size: int) -> None:
    """Gzip may come in parts, one behind the other: none is left out."""
    packed = b"".join(gzip.compress(each) for each in contents)
    assert _unpacked("gzip", packed, size) == b"".join(contents)
    assert _unpacked("gzip", packed + bytes(8), size) == b"".join(contents)
    if len(contents) > 1:
        with pytest.raises(ClientPayloadError):
            _unpacked("gzip", packed[:-9], size)


@given(
    st.sampled_from(["gzip", "x-gzip", "deflate", " Deflate"]),
    st.binary(min_size=1, max_size=500),
    st.data(),
)
def test_cut_off(encoding: str, content: bytes, data: st.DataObject) -> None:
    """A beginning is no body."""
    packed = PACKERS[encoding](content)
    length = data.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(ClientPayloadError):
        _unpacked(encoding, packed[:length], 100)


@given(st.sampled_from(["gzip", "deflate", "br", "gzip, gzip"]), st.binary(min_size=1))
def test_anything(encoding: str, packed: bytes) -> None:
    """It is a body, or an error."""
    try:
        _unpacked(encoding, packed, 10)
    except ClientPayloadError:
        return


@pytest.mark.parametrize("packed", [b"", gzip.compress(b'{"a": 1}')])
async def test_a_packed_answer(
    server: ScriptedServer, transport: Transport, get: MakeCall, packed: bytes
) -> None:
    """It comes back unpacked; nothing at all needs no frame."""
    server.script(reply(body=packed, Content_Encoding="gzip"))
    answer = await transport.send(get())
    assert answer.body == (gzip.decompress(packed) if packed else b"")
    assert server.requests[0].headers["Accept-Encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b"a day's readings, " * 100)[:-9], b"no gzip"],
)
async def test_a_broken_answer(
    server: ScriptedServer, transport: Transport, get: MakeCall, body: bytes
) -> None:
    """Its beginning is not taken for all of it: the connection has failed."""
    server.script(reply(body=body, Content_Encoding="gzip"))
    with pytest.raises(CannotConnect):
        await transport.send(get(attempts=1))


def test_what_unfolds() -> None:
    """No more of it is unpacked than an answer may have."""
    packed = gzip.compress(bytes(50_000_000))
    assert len(Packing("gzip").take(packed, 1000)) == 1000
