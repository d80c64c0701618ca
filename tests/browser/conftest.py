"""The demo and a browser, once for all tests here."""

from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession
from playwright.async_api import BrowserContext, Page
import pytest
import pytest_asyncio

from tests.programs import require_program
from tests.whole_programs import give_second_try

from .demo import Demo, running_demo
from .frontend import Frontend
from .window import NAMES, open_window, running_browser

_PICTURES = Path("test-failures")
_FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all tests that need the demo in one process; give them a second try.

    And in one event loop, as they have one browser.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))
            if pytest_asyncio.is_async_test(item):
                one_loop = pytest.mark.asyncio(loop_scope="package")
                item.add_marker(one_loop, append=False)
    give_second_try(items, Path(__file__).parent)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note a failure: the window takes a picture before it closes."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture(scope="session")
def program() -> str:
    """Return the browser's path."""
    return require_program(*NAMES)


# Not of the session: it goes on importing as long as it lives
@pytest.fixture(scope="package")
def demo(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Run the demo, if there is a browser to look at it."""
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture(autouse=True)
def verify_cleanup() -> None:
    """Let the browser live on from test to test, and the event loop that drives it.

    The plugin's fixture of this name sees to it that a Home Assistant leaves nothing
    behind in the test's process: here there is none.
    """


@pytest_asyncio.fixture(loop_scope="package")
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """Return a session that reaches the simulators."""
    async with ClientSession() as session:
        yield session


@dataclass
class Window:
    """A browser window in which somebody has logged in."""

    context: BrowserContext
    page: Page
    """One for all tests: each starts a process, which reads all of the frontend anew."""
    memory: Mapping[str, str]
    """What the browser remembers of that."""


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def window(demo: Demo) -> AsyncIterator[Window]:
    """Run the browser that is installed, and log in.

    Once for all: a browser that has never seen the frontend works for seconds until
    it shows a page.
    """
    async with running_browser() as browser:
        context = await open_window(browser)
        page = await context.new_page()
        frontend = Frontend(page, demo.url)
        await frontend.sign_in()
        yield Window(context, page, await frontend.memory())


@pytest_asyncio.fixture(loop_scope="package")
async def frontend(
    window: Window, demo: Demo, request: pytest.FixtureRequest
) -> AsyncIterator[Frontend]:
    """Give a page in which nothing is left of the tests before."""
    frontend = Frontend(window.page, demo.url)
    await frontend.remember(window.memory)
    yield frontend
    if request.node.stash.get(_FAILED, False):
        _PICTURES.mkdir(exist_ok=True)
        await window.page.screenshot(path=_PICTURES / f"{request.node.name}.png")
        await window.page.close()
        window.page = await window.context.new_page()
