"""A database server of the test run's own, as homes run it beside Home Assistant.

It listens on a free port of this machine and belongs to an ordinary user: PostgreSQL
refuses to run as root.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
import fcntl
from itertools import count
import os
from pathlib import Path
import pwd
import shutil
import socket
import subprocess
import tempfile
from tempfile import mkdtemp
import time
from typing import Any, Final, override

from homeassistant.components.recorder.db_schema import (
    Base,
    MigrationChanges,
    SchemaChanges,
    States,
)
import sqlalchemy
from sqlalchemy.exc import OperationalError

from .programs import require_program

_HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 60
_ORDINARY: Final = "nobody"
_TABLES_OF_THE_SCHEMA: Final = (
    SchemaChanges.__tablename__,
    MigrationChanges.__tablename__,
)


class Server(ABC):
    """A server with its data in a folder that goes with it."""

    def __init__(self) -> None:
        """Choose folder and port."""
        self._folder = Path(mkdtemp(prefix="database-"))
        self._log = self._folder / "log"
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count()
        self._lent_before: list[str] = []
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            ordinary = pwd.getpwnam(_ORDINARY)
            os.chown(self._folder, ordinary.pw_uid, ordinary.pw_gid)
            self._user = {
                "user": ordinary.pw_uid,
                "group": ordinary.pw_gid,
                "extra_groups": (),
            }

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @abstractmethod
    def _initialize(self) -> Sequence[str | Path]:
        """Return the command that makes the data folder."""

    @abstractmethod
    def _serve(self) -> Sequence[str | Path]:
        """Return the command that serves it."""

    @abstractmethod
    def url(self, database: str | None = None) -> str:
        """Return the address of a database, or the one for commands to the server."""

    @contextmanager
    def running(self) -> Iterator[None]:
        """Make the data and serve them; both are gone afterwards."""
        try:
            self._make_data()
            self.start()
            yield
        finally:
            self.stop()
            shutil.rmtree(self._folder)

    def _make_data(self) -> None:
        """Make the data, one server after the other: several at once may fail.

        :raises RuntimeError: it can't be done.
        """
        alone = Path(tempfile.gettempdir()) / "making_databases.lock"
        with self._log.open("wb") as log, alone.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = self._command(subprocess.run, self._initialize(), log)
        if done.returncode:
            raise RuntimeError(self._log.read_text("utf-8"))

    def start(self) -> None:
        """Serve, and wait until it answers.

        :raises RuntimeError: it does not.
        """
        with self._log.open("ab") as log:
            self._process = self._command(subprocess.Popen, self._serve(), log)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self._log.read_text("utf-8"))
            time.sleep(0.1)

    def restart(self) -> None:
        """Let whoever is connected lose the connection."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """Let it end, with whoever is still connected."""
        if self._process is not None:
            self._process.send_signal(self._end_signal)
            self._process.wait(_STOP_SECONDS)
            self._process = None

    _end_signal = 15

    @contextmanager
    def database(self) -> Iterator[str]:
        """Lend a database without rows, and give its address.

        The recorder's tables stay for the next one: a server takes a second to make
        them.
        """
        name = self._lent_before.pop() if self._lent_before else self._new_database()
        yield self.url(name)
        self._empty(name)
        self._lent_before.append(name)

    def _new_database(self) -> str:
        name = f"home_{next(self._numbers)}"
        self.execute(self._create.format(name))
        return name

    def _empty(self, name: str) -> None:
        """Delete all rows but those that tell the recorder which tables there are."""
        engine = sqlalchemy.create_engine(self.url(name))
        with engine.begin() as connection:
            if sqlalchemy.inspect(connection).has_table(States.__tablename__):
                # Each state refers to the one before it
                connection.execute(sqlalchemy.update(States).values(old_state_id=None))
                for table in reversed(Base.metadata.sorted_tables):
                    if table.name not in _TABLES_OF_THE_SCHEMA:
                        connection.execute(table.delete())
        engine.dispose()

    _create = "CREATE DATABASE {}"

    def execute(self, statement: str) -> None:
        """Have the server do something, outside of any transaction."""
        engine = sqlalchemy.create_engine(self.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text(statement))
        engine.dispose()

    def hang_up(self) -> None:
        """Close the connections of everybody else."""
        engine = sqlalchemy.create_engine(self.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            found = connection.execute(sqlalchemy.text(self._others))
            for number in found.scalars().all():
                with suppress(OperationalError):  # It has gone by itself
                    connection.execute(sqlalchemy.text(self._kill.format(number)))
        engine.dispose()

    _others = ""
    """Selects the numbers of all connections but the one that asks."""
    _kill = ""

    def _answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except OperationalError:
            return False
        return True

    def _command(
        self,
        run: Callable[..., Any],
        command: Sequence[str | Path],
        log: object,
        **options: Any,
    ) -> Any:
        return run(
            command,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            **self._user,
            **options,
        )


class PostgreSql(Server):
    """See `Server`."""

    # Fast: its own end does not wait until everybody has hung up
    _end_signal = 2
    _others = (
        "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    _kill = "SELECT pg_terminate_backend({})"

    @override
    def _initialize(self) -> Sequence[str | Path]:
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        return (_real("initdb"), f"--pgdata={self._data}", "--username=home", *options)

    @override
    def _serve(self) -> Sequence[str | Path]:
        settings = {
            "listen_addresses": _HOST,
            "port": self._port,
            "unix_socket_directories": "",
            "fsync": "off",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        return (_real("postgres"), "-D", self._data, *options)

    @override
    def url(self, database: str | None = None) -> str:
        return f"postgresql://home@{_HOST}:{self._port}/{database or 'postgres'}"


class MariaDb(Server):
    """See `Server`."""

    # Nothing outlives the machine: what waits for its disk is off
    _settings = (
        "innodb-flush-log-at-trx-commit=0",
        "innodb-flush-method=nosync",
        "innodb-doublewrite=0",
        "innodb-file-per-table=0",
        "sync-frm=0",
        "skip-name-resolve",
    )
    _create = "CREATE DATABASE {} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
    _others = (
        "SELECT id FROM information_schema.processlist WHERE id <> connection_id()"
        " AND user = 'root'"
    )
    _kill = "KILL {}"

    @override
    def _initialize(self) -> Sequence[str | Path]:
        options = ("--auth-root-authentication-method=normal", "--skip-test-db")
        return (
            _real("mariadb-install-db"),
            "--no-defaults",
            f"--datadir={self._data}",
            *options,
        )

    @override
    def _serve(self) -> Sequence[str | Path]:
        return (
            _real("mariadbd"),
            "--no-defaults",
            f"--datadir={self._data}",
            f"--bind-address={_HOST}",
            f"--port={self._port}",
            f"--socket={self._folder / 'socket'}",
            f"--pid-file={self._folder / 'pid'}",
            *(f"--{each}" for each in self._settings),
        )

    @override
    def url(self, database: str | None = None) -> str:
        where = f"root@{_HOST}:{self._port}/{database or ''}"
        return f"mysql+pymysql://{where}?charset=utf8mb4"


SERVERS: Final[dict[str, type[Server]]] = {
    "postgresql": PostgreSql,
    "mariadb": MariaDb,
}


def _real(name: str) -> Path:
    """Return a program at its own place, which an ordinary user may reach."""
    return Path(require_program(name)).resolve()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((_HOST, 0))
        return int(listener.getsockname()[1])
