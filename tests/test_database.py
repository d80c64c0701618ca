"""The database servers that the recorder's tests can run on."""

import os
from pathlib import Path

from homeassistant.components.recorder.db_schema import (
    Base,
    RecorderRuns,
    SchemaChanges,
    States,
)
import pytest
import sqlalchemy
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from .database import SERVERS


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_server(name: str, socket_enabled: None) -> None:
    """It serves databases to this machine only, as an ordinary user."""
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
    assert not server._folder.exists()
    with pytest.raises(OperationalError):
        engine.connect()


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_a_database_is_lent_again(name: str, socket_enabled: None) -> None:
    """With the recorder's tables and their version, and without any row."""
    server = SERVERS[name]()
    with server.running():
        with server.database() as url:
            engine = sqlalchemy.create_engine(url)
            Base.metadata.create_all(engine)
            with Session(engine) as session, session.begin():
                session.add_all((SchemaChanges(schema_version=1), RecorderRuns()))
                session.add_all((old := States(), States(old_state=old)))
            engine.dispose()
        with server.database() as again:
            assert again == url
            with Session(engine) as session:
                versions = session.scalars(select(SchemaChanges.schema_version))
                assert versions.all() == [1]
                for table in (RecorderRuns, States):
                    assert not session.scalars(select(table)).all()
            engine.dispose()
