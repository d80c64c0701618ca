"""What was handed over to be stored: it counts as done no sooner than it is there."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch
from weakref import WeakKeyDictionary

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from custom_components.cloud_energy.readings import HOUR, hourly
from custom_components.cloud_energy.recorder.feed import Batch, StatisticsFeed
from tests.recorded import stored_rows

type _Hours = defaultdict[str, set[datetime]]


class Handed:
    """The hours that each feed was given, by the statistic's id.

    A later import writes what an earlier one has lost, so that nothing is missing in the
    end: only at once it can be told whether a feed knows what it has not stored.
    """

    def __init__(self) -> None:
        """Know of none."""
        self._hours = WeakKeyDictionary[StatisticsFeed, _Hours]()
        self._latest = WeakKeyDictionary[StatisticsFeed, dict[str, Batch]]()

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note what is handed to any feed."""
        submit, take = StatisticsFeed.async_submit, self._take

        def noting(feed: StatisticsFeed, batches: Sequence[Batch]) -> None:
            take(feed, batches)
            submit(feed, batches)

        with patch.object(StatisticsFeed, "async_submit", noting):
            yield

    def _take(self, feed: StatisticsFeed, batches: Sequence[Batch]) -> None:
        hours = self._hours.setdefault(feed, defaultdict(set))
        latest, now = self._latest.setdefault(feed, {}), dt_util.utcnow()
        for batch in batches:
            statistic_id = batch.series.statistic_id
            if latest.get(statistic_id) != batch:
                latest[statistic_id] = batch
                given = hourly(batch.readings).complete
                hours[statistic_id] |= {at for at in given if at + HOUR <= now}

    async def lost(self, hass: HomeAssistant, feed: StatisticsFeed) -> list[str]:
        """Tell what a feed counts as done that the recorder does not hold.

        What it says that it could not store is looked at once more later.
        """
        await feed.async_settled()
        found: list[str] = []
        hours = self._hours.get(feed, defaultdict[str, set[datetime]](set))
        for statistic_id in [each for each in hours if each not in feed.failed]:
            wanted, now = hours.pop(statistic_id), dt_util.utcnow()
            rows = await stored_rows(hass, statistic_id, "state", "mean")
            stored = {dt_util.utc_from_timestamp(row["start"]) for row in rows}
            lost = sorted(at for at in wanted - stored if at + HOUR <= now)
            if lost:
                found.append(
                    f"{statistic_id}: {len(lost)} hours are counted as done, and not "
                    f"stored: {lost[0]}"
                )
        return found
