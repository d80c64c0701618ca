"""A member that is missing once is kept, one that is missing twice is gone."""

from operator import itemgetter

from hypothesis import given, strategies as st

from custom_components.cloud_energy.entry.presence import Presence

type Member = tuple[str, int]

LISTS = st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 9)))


def presence() -> Presence[Member]:
    """Know members by their letters."""
    return Presence(itemgetter(0))


def test_missing_once() -> None:
    """Its last word stays; the second time it is gone, and may come back."""
    known = presence()
    assert known.take([("a", 1), ("b", 1)]) == [("a", 1), ("b", 1)]
    assert known.take([("a", 2)]) == [("a", 2), ("b", 1)]
    assert known.take([("a", 3)]) == [("a", 3)]
    assert known.take([("a", 4), ("b", 2)]) == [("a", 4), ("b", 2)]


def test_nobody() -> None:
    """An empty list is as any other one."""
    known = presence()
    assert known.take([]) == []
    assert known.take([("a", 1)]) == [("a", 1)]
    assert known.take([]) == [("a", 1)]
    assert known.take([("a", 2)]) == [("a", 2)]
    assert known.take([]) == [("a", 2)]
    assert known.take([]) == []


def test_members_twice() -> None:
    """What the list itself holds is left as it is."""
    assert presence().take([("a", 1), ("a", 2)]) == [("a", 1), ("a", 2)]


@given(LISTS)
def test_any_lists(lists: list[dict[str, int]]) -> None:
    """What is told is returned; more only if the list before had it."""
    known = presence()
    before: dict[str, int] = {}
    for told in lists:
        taken = dict(known.take(told.items()))
        assert taken == before | told
        before = told
