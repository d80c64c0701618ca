"""What our objects show of an account in logs and tracebacks."""

from homeassistant.core import HomeAssistant

from tests.canaries import told_by_reprs
from tests.clouds.emporia import EmporiaCloud

from .helpers import add_entry


async def test_no_repr_tells_an_account(
    hass: HomeAssistant, cloud: EmporiaCloud, at_noon: object
) -> None:
    """No login, no secret, no number of a meter, device or contract."""
    entry = await add_entry(hass, cloud, "solar_home", days=0.2)
    assert entry.runtime_data
    assert not told_by_reprs(cloud)
