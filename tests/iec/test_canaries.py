"""What our objects show of an account in logs and tracebacks."""

from homeassistant.core import HomeAssistant

from tests.canaries import told_by_reprs
from tests.clouds.iec import IecCloud

from .helpers import add_entry


async def test_no_repr_tells_an_account(
    hass: HomeAssistant, cloud: IecCloud, at_noon: object
) -> None:
    """No login, no secret, no number of a meter, device or contract."""
    entry = await add_entry(hass, cloud)
    assert entry.runtime_data
    assert not told_by_reprs(cloud)
