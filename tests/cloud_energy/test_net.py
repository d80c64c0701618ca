"""The last net under what must go on."""

import logging

from homeassistant.exceptions import ConfigEntryAuthFailed
import pytest

from custom_components.cloud_energy.client.errors import Malformed, RateLimited
from custom_components.cloud_energy.recorder.safety_net import SafetyNet

SECRET = "pat@example.com"


def read() -> None:
    """Fail as no code should."""
    raise KeyError(SECRET)


def test_an_unexpected_error_is_malformed(caplog: pytest.LogCaptureFixture) -> None:
    """It is counted, and told once, with its traceback but nothing of the answer."""
    net = SafetyNet()
    for _ in range(3):
        with pytest.raises(Malformed) as raised, net.malformed("a part"):
            read()
        assert SECRET not in str(raised.value)
    assert net.caught == {"a part: KeyError in read": 3}
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "test_net.py" in record.getMessage()
    assert SECRET not in caplog.text


@pytest.mark.parametrize("error", [RateLimited("slow", 60), ConfigEntryAuthFailed()])
def test_an_expected_error_passes(error: Exception) -> None:
    """Who has asked decides on it."""
    net = SafetyNet()
    with pytest.raises(type(error)) as raised, net.malformed("a part"):
        raise error
    assert raised.value is error
    assert not net.caught


def test_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    """What comes after it is done all the same."""
    net = SafetyNet()
    done = []
    for _ in range(2):
        with net.passed_over("a message"):
            read()
        done.append(True)
    assert len(done) == 2
    assert net.caught == {"a message: KeyError in read": 2}
    assert len(caplog.records) == 1
