"""The demo and a browser, once for all tests here."""

from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

from aiohttp import ClientSession
from playwright.async_api import Browser, StorageState
import pytest

from tests.programs import require_program
from tests.whole_programs import give_second_try

from .demo import Demo, running_demo
from .frontend import Frontend
from .window import NAMES, open_window, running_browser

_PICTURES = Path("test-failures")
_FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all tests that need the demo in one process; give them a second try."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))
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


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """Return a session that reaches the simulators."""
    async with ClientSession() as session:
        yield session


@pytest.fixture(scope="session")
def remembered() -> dict[str, StorageState]:
    """Return what the browser remembers once somebody has logged in."""
    return {}


@pytest.fixture
async def browser(socket_enabled: None) -> AsyncIterator[Browser]:
    """Run the browser that is installed."""
    async with running_browser() as browser:
        yield browser


@pytest.fixture
async def frontend(
    browser: Browser,
    demo: Demo,
    remembered: dict[str, StorageState],
    request: pytest.FixtureRequest,
) -> AsyncIterator[Frontend]:
    """Open a window in which somebody is logged in."""
    context = await open_window(browser, remembered.get("state"))
    frontend = Frontend(await context.new_page(), demo.url)
    if not remembered:
        await frontend.sign_in()
        remembered["state"] = await context.storage_state()
    yield frontend
    if request.node.stash.get(_FAILED, False):
        _PICTURES.mkdir(exist_ok=True)
        path = _PICTURES / f"{request.node.name}.png"
        await frontend.page.screenshot(path=path)
    await context.close()
