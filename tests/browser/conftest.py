"""The demo and a browser, once for all tests here."""

from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
import shutil

from aiohttp import ClientSession
from playwright.async_api import Browser, StorageState, ViewportSize, async_playwright
import pytest

from .demo import Demo, running_demo
from .frontend import TIME_ZONE, Frontend

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_NO_BROWSER = (
    "There is no Chromium here. Debian and Ubuntu: apt-get install chromium. "
    "Fedora: dnf install chromium. Others: any Chromium or Chrome on the PATH."
)
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_SIZE = ViewportSize(width=1280, height=900)
_MILLISECONDS = 30_000
_PICTURES = Path("test-failures")
_FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all tests that need the demo in one process."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


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
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Run the demo."""
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
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    assert path, _NO_BROWSER
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)


@pytest.fixture
async def frontend(
    browser: Browser,
    demo: Demo,
    remembered: dict[str, StorageState],
    request: pytest.FixtureRequest,
) -> AsyncIterator[Frontend]:
    """Open a window in which somebody is logged in."""
    context = await browser.new_context(
        viewport=_SIZE,
        timezone_id=TIME_ZONE,
        storage_state=remembered.get("state"),
    )
    context.set_default_timeout(_MILLISECONDS)
    frontend = Frontend(await context.new_page(), demo.url)
    if not remembered:
        await frontend.log_in()
        remembered["state"] = await context.storage_state()
    yield frontend
    if request.node.stash.get(_FAILED, False):
        _PICTURES.mkdir(exist_ok=True)
        path = _PICTURES / f"{request.node.name}.png"
        await frontend.page.screenshot(path=path)
    await context.close()
