"""The database servers that the recorder's tests can run on."""

import os
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.exc import OperationalError

from .database import SERVERS


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_server(name: str, socket_enabled: None) -> None:
    """It serves databases to this machine only, as an ordinary user, and leaves none."""
    server = SERVERS[name]()
    with server.running():
        assert server._process is not None
        owner = Path(f"/proc/{server._process.pid}").stat().st_uid
        assert owner != 0
        assert os.geteuid() in (0, owner)
        with server.database() as url, server.database() as other:
            assert url != other
            engine = sqlalchemy.create_engine(url)
            with engine.begin() as connection:
                connection.execute(sqlalchemy.text("CREATE TABLE texts (t VARCHAR(9))"))
                connection.execute(sqlalchemy.text("INSERT INTO texts VALUES ('חשמל')"))
            server.stop()
            server.start()
            engine.dispose()
            with engine.connect() as connection:
                found = connection.execute(sqlalchemy.text("SELECT t FROM texts"))
                assert found.scalar() == "חשמל"
            engine.dispose()
        with pytest.raises(OperationalError):
            engine.connect()
    assert not server._folder.exists()
