"""What each provider tells the command line of itself."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import tzinfo
from typing import Any, ClassVar, Protocol

from aiohttp import ClientSession, CookieJar, TCPConnector

from custom_components.cloud_energy.client.budget import RequestBudget
from custom_components.cloud_energy.client.call import Reply
from custom_components.cloud_energy.client.errors import CloudError
from custom_components.cloud_energy.client.transport import Transport

from .capture import Capture
from .failures import SIGN_IN, WRONG_USE, Failure, failure_of
from .output import Output, Row
from .rows import Choice, chosen
from .session_store import SessionStore
from .settings import Settings

type Session = Mapping[str, Any]
"""What is stored of a login, as JSON-like data."""


class Closeable(Protocol):
    """A client."""

    async def close(self) -> None:
        """Let what is under way come to its end."""


@dataclass
class RawAnswers:
    """Keeps the answers of some endpoints as they came."""

    paths: tuple[str, ...]
    bodies: list[bytes] = field(default_factory=list)

    async def look(self, reply: Reply) -> None:
        """Keep a good answer."""
        if reply.call.path in self.paths and reply.status in reply.call.good:
            self.bodies.append(reply.body)


@dataclass
class Link[ClientT]:
    """A client at work for one command."""

    client: ClientT
    transport: Transport
    output: Output
    selection: Mapping[str, str] = field(default_factory=dict)
    """What the user has selected: its kind -> its number."""

    def choose[T](self, found: Sequence[T], wanted: str | None, choice: Choice) -> T:
        """Return what the user has named, else selected, else the first.

        :raises Failure: there is none, or not that one.
        """
        if wanted is not None or not found:
            return chosen(found, wanted, choice)
        if selected := self.selection.get(choice.what):
            for each in found:
                if choice.is_named(each, selected):
                    return each
        if len(found) > 1:
            self.output.say(
                f"Using {choice.what} {choice.number(found[0])}, the first of "
                f"{len(found)}: choose another one with {choice.hint}."
            )
        return found[0]

    def keep_raw(self, *paths: str) -> RawAnswers:
        """Keep the answers of these path templates from now on."""
        answers = RawAnswers(paths)
        self.transport.observers.append(answers)
        return answers


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a client begins with."""

    endpoints: Any
    save: Callable[[Session], None]
    """Takes each new session at the moment it comes."""
    session: Session | None = None
    credentials: Any = None
    """What the user has typed, for a login only."""


class Provider[ClientT: Closeable](ABC):
    """One cloud, and how its client is made."""

    domain: ClassVar[str]
    title: ClassVar[str]
    requests_per_day: ClassVar[int]
    endpoints: ClassVar[Any]
    """The addresses of the cloud: a frozen dataclass."""
    name_label: ClassVar[str] = "User name"
    """What the cloud calls whom a login is for."""
    selects: ClassVar[str | None] = None
    """What most commands are about, where an account has several of them."""
    zone: ClassVar[tzinfo | None] = None
    """Where the homes are; the zone of this machine if they may be anywhere."""

    @abstractmethod
    def connect(self, transport: Transport, access: Access) -> ClientT:
        """Return a client that goes on with a session, or that can log in."""

    @abstractmethod
    def ask_credentials(self, name: str) -> Any:
        """Ask the user for what a login needs besides the name."""

    async def choices(self, link: Link[ClientT]) -> Sequence[Row]:
        """Return what `select-account` offers: a row each, with `selects` as its key."""
        return ()

    @abstractmethod
    async def sign_in(self, link: Link[ClientT], access: Access) -> None:
        """Log in, so that the session is saved.

        :raises CodeRequired: its handler ends the login.
        """

    @abstractmethod
    async def refresh(self, client: ClientT) -> None:
        """Renew the session now."""

    def store(self, settings: Settings) -> SessionStore:
        """Return where the session of a profile is."""
        return SessionStore(settings.state, self.domain, settings.profile)

    def signed_in(self, settings: Settings) -> Access:
        """Return what a client begins with that somebody is signed in with.

        :raises Failure: nobody is logged in.
        """
        session = self.store(settings).load()
        if session is None:
            sentence = f"You are not signed in: run `{self.domain} login` first."
            raise Failure(sentence, SIGN_IN)
        return replace(self.anonymous(settings), session=session)

    def anonymous(self, settings: Settings, credentials: Any = None) -> Access:
        """Return what a client begins with before a login."""
        names = {each.name for each in fields(self.endpoints)}
        if unknown := settings.addresses.keys() - names:
            wrong, known = (", ".join(sorted(each)) for each in (unknown, names))
            raise Failure(f"There is no host {wrong}, only {known}.", WRONG_USE)
        return Access(
            endpoints=replace(self.endpoints, **settings.addresses),
            save=self.store(settings).save,
            credentials=credentials,
        )

    @asynccontextmanager
    async def open(
        self, settings: Settings, output: Output, access: Access
    ) -> AsyncIterator[Link[ClientT]]:
        """Open a client for the length of a `with` block.

        :raises Failure: an error of the cloud, in words for the user.
        """
        # Browsers send a cookie's value as it came, and so must we.
        jar = CookieJar(quote_cookie=False)
        # While a user looks for a code, the cloud may close an idle connection.
        connector = TCPConnector(force_close=access.session is None)
        async with ClientSession(cookie_jar=jar, connector=connector) as http:
            transport = Transport(http, budget=RequestBudget(self.requests_per_day))
            client = self.connect(transport, access)
            async with _capturing(transport, settings, output):
                try:
                    selection = self.store(settings).selection()
                    yield Link(client, transport, output, selection)
                except CloudError as err:
                    raise failure_of(err) from err
                finally:
                    await client.close()


@asynccontextmanager
async def _capturing(
    transport: Transport, settings: Settings, output: Output
) -> AsyncIterator[None]:
    """Write down every answer of a `with` block, also of one that fails."""
    if settings.capture is None:
        yield
        return
    capture = Capture()
    transport.observers.append(capture)
    try:
        yield
    finally:
        written = await asyncio.to_thread(capture.write, settings.capture)
        output.say(f"Wrote {written} answers to {settings.capture}")
