"""Time zones by whatever name."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from custom_components.cloud_energy.client.zones import read_zone


def test_a_zone() -> None:
    """It is the one that is named."""
    assert read_zone("Europe/Brussels") == ZoneInfo("Europe/Brussels")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Mars/Base",
        "Europe",
        "Europe/" + "x" * 300,
        "America/New_York" * 600,
        "../../etc/passwd",
        "/etc/localtime",
        "a\0b",
        "\ud83d",
        "tzdata.zi",
    ],
)
def test_no_zone(name: str) -> None:
    """UTC stands for it, whatever the file system makes of the name."""
    assert read_zone(name) is UTC
