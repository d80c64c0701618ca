"""What users have stays."""

from syrupy.assertion import SnapshotAssertion

from tests.registries import promised

from .house import House


async def test_ids_stay(house: House, snapshot: SnapshotAssertion) -> None:
    """Also of what is live."""
    entry = await house.add()
    await house.publish(entry)
    assert await promised(house.hass, entry) == snapshot
