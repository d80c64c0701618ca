"""Readings at the wire (sheet 5.13)."""

from .wire import Wire


async def test_day(signed_in: Wire) -> None:
    """Ninety-six rows of a local day, as UTC instants; the truth has the same values."""
    meter = await signed_in.meter("2026-02-24")
    rows = meter["periodConsumptions"]
    assert len(rows) == meter["numberOfPeriodAggregated"] == 96
    assert rows[0]["interval"] == "2026-02-23T22:00:00+00:00"
