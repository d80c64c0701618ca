"""Lists in pages, of servers that send shorter ones than are asked for."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from custom_components.elecnova.api.pages import Page, Pages

from .conftest import Fleet


@dataclass
class Server:
    """Serves entries in pages of its own length."""

    count: int
    longest: int
    tells_total: bool = False
    ignores_page: bool = False
    asked: list[int] = field(default_factory=list)

    async def page(self, number: int, size: int) -> Page[Any]:
        """Return a page."""
        self.asked.append(number)
        number = 1 if self.ignores_page else number
        length = min(size, self.longest)
        ids = range((number - 1) * length, min(number * length, self.count))
        total = self.count if self.tells_total else None
        return Page([Entry(str(each)) for each in ids], total)


@dataclass(frozen=True)
class Entry:
    """Something with an id."""

    id: str


@pytest.mark.parametrize("tells_total", [True, False])
@pytest.mark.parametrize(
    ("count", "longest"), [(0, 10), (1, 100), (25, 10), (120, 50), (100, 100), (101, 9)]
)
async def test_all_of_it(count: int, longest: int, tells_total: bool) -> None:
    """No entry is lost, however short the pages are, and no page asked for in vain."""
    server = Server(count, longest, tells_total=tells_total)
    found = await Pages().read("list", server.page, key="id")
    assert [entry.id for entry in found] == [str(number) for number in range(count)]
    pages = -(-count // longest)
    assert len(server.asked) == max(1, pages if tells_total else pages + (count > 0))


async def test_the_same_page_again() -> None:
    """A server that knows no pages is asked twice."""
    server = Server(80, 100, ignores_page=True)
    found = await Pages().read("list", server.page, key="id")
    assert len(found) == 80
    assert server.asked == [1, 2]


async def test_a_single_page_is_remembered() -> None:
    """What lies behind it is looked for again when it changes, and once a day."""
    now = 0.0
    pages, server = Pages(lambda: now), Server(3, 3)
    for _ in range(3):
        assert len(await pages.read("list", server.page, key="id")) == 3
    assert server.asked == [1, 2, 1, 1]
    server.count = 4
    now = 25 * 3600.0
    assert len(await pages.read("list", server.page, key="id")) == 4
    server.longest, server.asked = 10, []
    assert len(await pages.read("list", server.page, key="id")) == 4
    assert server.asked == [1, 2]


async def test_a_fleet_in_short_pages(fleet: Fleet) -> None:
    """All cabinets and sites are found."""
    client = await fleet.client("aggregator")
    cabinets = await client.get_all_cabinets()
    fleet.cloud.apply({"look": {"longest_page": 3}})
    assert await (await fleet.client("aggregator")).get_all_cabinets() == cabinets
    assert len(cabinets) == 8
    fleet.cloud.apply({"look": {"longest_page": 1}})
    for project in await client.get_projects():
        assert await client.get_all_sites(project.id)
