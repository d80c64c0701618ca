"""What failures in a row mean."""

from collections.abc import Sequence

import pytest

from custom_components.elecnova.live.broker import (
    BrokerError,
    CutOff,
    Refused,
    Unreachable,
    Untrusted,
)
from custom_components.elecnova.live.trouble import Trouble, Troubles

GONE, REFUSED, CUT = Unreachable(), Refused(), CutOff()
SHORT = "short"
HELD = "held"
CONNECTED = "connected"


def after(events: Sequence[BrokerError | str]) -> Troubles:
    """Let things happen."""
    troubles = Troubles()
    for event in events:
        if isinstance(event, BrokerError):
            troubles.failed(event)
        elif event == SHORT:
            troubles.connected()
            troubles.ended_early()
        elif event == HELD:
            troubles.held()
        else:
            troubles.connected()
    return troubles


@pytest.mark.parametrize(
    ("events", "trouble"),
    [
        ([], None),
        ([GONE, GONE], None),
        ([GONE] * 3, Trouble.UNREACHABLE),
        ([GONE] * 3 + [CONNECTED], None),
        ([GONE, GONE, REFUSED, GONE], None),
        ([REFUSED], None),
        ([REFUSED] * 2, Trouble.NOT_AUTHORISED),
        ([REFUSED, CONNECTED, REFUSED], None),
        ([Untrusted()], Trouble.UNTRUSTED),
        ([SHORT] * 2, None),
        ([SHORT] * 3, Trouble.IN_USE_ELSEWHERE),
        ([SHORT, SHORT, HELD, SHORT], None),
        ([SHORT, SHORT, REFUSED, SHORT], None),
        ([SHORT, GONE, SHORT, GONE, SHORT], Trouble.IN_USE_ELSEWHERE),
        ([SHORT] * 3 + [CONNECTED], Trouble.IN_USE_ELSEWHERE),
        ([SHORT] * 3 + [HELD], None),
        ([SHORT] * 3 + [GONE] * 3, Trouble.UNREACHABLE),
        ([CUT] * 5, None),
    ],
)
def test_trouble(events: Sequence[BrokerError | str], trouble: Trouble | None) -> None:
    """One failure is none; and what was before a connection that held is over."""
    assert after(events).trouble is trouble


def test_pauses() -> None:
    """They grow from five seconds to five minutes, with some chance in them."""
    troubles = Troubles()
    pauses = [troubles.pause() for _ in range(12)]
    for pause, least in zip(pauses, (5, 10, 20, 40, 80, 160, 300), strict=False):
        assert least <= pause <= 1.2 * least
    assert all(300 <= pause <= 360 for pause in pauses[6:])
    troubles.held()
    assert troubles.pause() <= 6


def test_whoever_shares_credentials_waits() -> None:
    """A quarter of an hour, until a connection holds."""
    troubles = after([SHORT] * 3)
    assert [900 <= troubles.pause() <= 1080 for _ in range(3)] == [True] * 3
    troubles.held()
    assert troubles.pause() <= 6
