"""A value that changes now and then, with its whole history."""

from bisect import bisect_left, bisect_right


class Timeline[T]:
    """Steps of a value over UTC epoch seconds."""

    def __init__(self, first: T) -> None:
        """The value since ever."""
        self._times = [float("-inf")]
        self._values = [first]

    @property
    def is_constant(self) -> bool:
        """Whether it has never changed, and will not."""
        return len(self._times) == 1

    def at(self, time: float) -> T:
        """The value at a time."""
        return self._values[bisect_right(self._times, time) - 1]

    def set(self, time: float, value: T) -> None:
        """Change the value from `time` on; what was planned for later is dropped."""
        cut = bisect_left(self._times, time)
        del self._times[cut:], self._values[cut:]
        if not self._values or self._values[-1] != value:
            self._times.append(time)
            self._values.append(value)

    def insert(self, time: float, value: T) -> None:
        """Change the value from `time` on, until what was planned for later."""
        place = bisect_left(self._times, time)
        if self._values[place - 1] != value:
            self._times.insert(place, time)
            self._values.insert(place, value)

    def final(self) -> T:
        """The value once all that is planned has happened."""
        return self._values[-1]

    def steps(self, start: float, end: float) -> list[float]:
        """The times within `(start, end)` at which the value changes."""
        return self._times[
            bisect_right(self._times, start) : bisect_left(self._times, end)
        ]
