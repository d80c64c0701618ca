"""Logging in with codes, what is kept of it, renewing it, logging out."""

import asyncio
from datetime import UTC, datetime
import json
import logging
from pathlib import Path
import stat

import pytest

from scripts.cloud_cli.app import PROVIDERS

from .terminal import Terminal, run_line

each_cloud = pytest.mark.parametrize("terminal", PROVIDERS, indirect=True)


def cloud(name: str) -> pytest.MarkDecorator:
    """Put a test in front of one cloud."""
    return pytest.mark.parametrize("terminal", [name], indirect=True)


@each_cloud
async def test_a_session(terminal: Terminal) -> None:
    """It begins with the login, is the owner's alone, and ends with the logout."""
    before = await terminal.run("accounts")
    assert before.code == 3
    assert before.err == (
        f"You are not signed in: run `{terminal.cloud.provider} login` first.\n"
    )
    assert "Signed in." in (await terminal.sign_in()).out
    assert stat.S_IMODE(terminal.session.stat().st_mode) == 0o600
    assert stat.S_IMODE(terminal.session.parent.stat().st_mode) == 0o700
    assert len(list(terminal.session.parent.iterdir())) == 1
    told = await terminal.succeed("accounts", "--format", "csv")
    person = terminal.person()
    ids = {"elecnova": "cabinet", "emporia": "device_gid", "flowerhub": "asset_id"}
    wanted = str(person[ids.get(terminal.cloud.provider, "meter")])
    assert wanted in told.out
    assert "Signed out." in (await terminal.succeed("logout")).out
    assert not terminal.session.exists()
    assert "not signed in" in (await terminal.succeed("logout")).out
    assert (await terminal.run("accounts")).code == 3


@each_cloud
async def test_nothing_secret_is_shown_or_kept(
    terminal: Terminal, caplog: pytest.LogCaptureFixture
) -> None:
    """No password in the file, where the cloud gives tokens; nothing on the screen."""
    # The test's own server logs what it is asked.
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    caplog.set_level(logging.DEBUG, "custom_components")
    person = terminal.person()
    shown = await terminal.sign_in("--verbose")
    shown_later = await terminal.succeed("refresh", "--verbose")
    kept = terminal.session.read_text("utf-8")
    # What was typed visibly is on the screen of a terminal anyway
    secrets = [person.get("password"), person.get("client_secret")]
    stored = json.loads(kept)["session"]
    login = stored.get("login", stored)
    tokens = [*login.values(), *login.get("tokens", {}).values()]
    tokens += list(stored.get("cookies", {}).values())
    secrets += [token for token in tokens if isinstance(token, str) and len(token) > 40]
    assert ": 200 in " in caplog.text
    for text in (shown.out, shown.err, shown_later.out, shown_later.err, caplog.text):
        for secret in filter(None, secrets):
            assert secret not in text
    assert ("client_secret" in kept) == (terminal.cloud.provider == "elecnova")
    if password := person.get("password"):
        assert password not in kept
    if terminal.cloud.provider == "iec":
        assert person["user_id"] not in kept


@each_cloud
async def test_renewal(signed_in: Terminal) -> None:
    """New tokens are kept at once, and the next command goes on with them."""
    before = signed_in.session.read_text("utf-8")
    result = await signed_in.succeed("refresh")
    assert "The session was renewed." in result.err
    after = signed_in.session.read_text("utf-8")
    assert (before == after) == (signed_in.cloud.provider == "elecnova")
    await signed_in.succeed("accounts")


@cloud("iec")
async def test_wrong_code_first(terminal: Terminal) -> None:
    """A wrong code does not end the login; the way it came is told."""
    person = terminal.person()
    typed = (person["user_id"], "2", "000001", person["code"])
    result = await terminal.succeed("login", typed=typed)
    assert "1: text message" in result.err
    assert "A code is on its way by email" in result.err
    assert result.err.count("The code was refused.") == 1
    assert terminal.session.exists()


@cloud("dominion_energy")
async def test_another_code(terminal: Terminal) -> None:
    """An empty line has another code sent; a code may have blanks."""
    person = terminal.person()
    code = f"{person['code'][:3]} {person['code'][3:]}"
    typed = (person["username"], person["password"], "1", "", "2", "123", code)
    result = await terminal.succeed("login", typed=typed)
    assert "A code is on its way by email" in result.err
    assert "A code is on its way by text message" in result.err
    assert "The code was refused." in result.err


@cloud("emporia")
@pytest.mark.parametrize(
    ("name", "choices"),
    [("sms_home", ()), ("email_home", ()), ("totp_home", ()), ("choice_home", ("1",))],
)
async def test_challenges_of_emporia(
    terminal: Terminal, name: str, choices: tuple[str, ...]
) -> None:
    """Codes by every way that the user pool knows."""
    person = terminal.person(name)
    typed = (person["username"], person["password"], *choices, person["code"])
    await terminal.succeed("login", typed=typed)
    await terminal.succeed("accounts")


@cloud("emporia")
async def test_token_of_a_google_account(terminal: Terminal) -> None:
    """Without a password a refresh token will do."""
    person = terminal.person("google_home")
    typed = (person["username"], "", person["refresh_token"])
    await terminal.succeed("login", typed=typed)
    await terminal.succeed("accounts")


@cloud("dominion_energy")
async def test_tokens_of_a_browser(terminal: Terminal, tmp_path: Path) -> None:
    """Without a password tokens of a signed-in browser will do, if they live."""
    await terminal.sign_in()
    stored = json.loads(terminal.session.read_text("utf-8"))["session"]["login"]
    access, refresh = stored["tokens"]["access"], stored["tokens"]["refresh"]
    await terminal.succeed("logout")
    typed = ("somebody", "", access, f"Bearer {refresh}")
    await terminal.succeed("login", typed=typed)
    await terminal.succeed("accounts")
    again = await terminal.run("login", typed=typed)
    assert again.code == 3


@cloud("dominion_energy")
async def test_wrong_password(terminal: Terminal) -> None:
    """It is told in a sentence; the session of an earlier login stays."""
    await terminal.sign_in()
    kept = terminal.session.read_text("utf-8")
    typed = (terminal.person()["username"], "wrong password")
    result = await terminal.run("login", typed=typed)
    assert result.code == 3
    assert "This was refused." in result.err
    assert "refuses what you signed in with" in result.err
    assert "Traceback" not in result.err
    assert terminal.session.read_text("utf-8") == kept


@cloud("flowerhub")
async def test_wrong_password_first(terminal: Terminal) -> None:
    """It is asked for again, and so is the name, which an empty line keeps."""
    person = terminal.person()
    typed = ("wrong password", "", person["password"])
    line = ("login", "-u", person["username"])
    result = await terminal.succeed(*line, typed=typed)
    assert result.err.count("This was refused.") == 1
    assert f"User name [{person['username']}]" in result.err
    await terminal.succeed("logout")
    often = await terminal.run(
        *line, typed=("wrong", "", "wrong", "", "wrong", "", "x")
    )
    assert often.code == 3
    assert often.err.count("This was refused.") == 2


@each_cloud
async def test_auth_info(signed_in: Terminal) -> None:
    """It tells where the session is and how long it lasts, and asks the cloud nothing."""
    asked = len(signed_in.cloud.requests.entries)
    (row,) = (await signed_in.succeed("auth-info", "-f", "csv")).rows
    assert row["profile"] == "default"
    assert row["file"] == str(signed_in.session)
    assert len(signed_in.cloud.requests.entries) == asked
    if signed_in.cloud.provider in ("emporia", "iec"):
        assert datetime.fromisoformat(row["expires_at"]) > datetime.now(UTC)


SELECTIONS = {
    "dominion_energy": ("landlord", "account", "forecast"),
    "emporia": ("landlord", "device", "usage"),
    "iec": ("landlord", "contract", "bills"),
}


@pytest.mark.parametrize("terminal", SELECTIONS, indirect=True)
async def test_selection(terminal: Terminal) -> None:
    """What is selected is used by later commands; without it they say what they use."""
    name, what, report = SELECTIONS[terminal.cloud.provider]
    await terminal.succeed("login", typed=terminal.answers(name))
    before = await terminal.succeed(report)
    assert f"Using {what} " in before.err
    assert "`select-account`" in before.err
    wrong = await terminal.run("select-account", "1")
    assert wrong.code == 1
    assert f"no such {what}" in wrong.err
    rows = (await terminal.succeed("accounts", "-f", "csv")).rows
    number = rows[-1][what]
    assert number not in before.err
    done = await terminal.succeed("select-account", typed=(number,))
    assert f"Later commands are about {what} {number}." in done.err
    after = await terminal.succeed(report)
    assert f"Using {what} " not in after.err
    assert after.out != before.out
    (facts,) = (await terminal.succeed("auth-info", "-f", "csv")).rows
    assert facts[f"selected_{what}"] == number
    named = await terminal.succeed(report, "-a", number)
    assert named.out == after.out
    await terminal.succeed("logout")
    assert not list(terminal.session.parent.iterdir())


@pytest.mark.parametrize("terminal", ["dominion_energy", "iec"], indirect=True)
async def test_closed_accounts(terminal: Terminal) -> None:
    """They are listed on request only."""
    await terminal.succeed("login", typed=terminal.answers("landlord"))
    rows = (await terminal.succeed("accounts", "-f", "csv")).rows
    every = (await terminal.succeed("accounts", "--all", "-f", "csv")).rows
    assert {row["active"] for row in rows} == {"yes"}
    assert "no" in {row["active"] for row in every}


@cloud("iec")
async def test_too_many_wrong_codes(terminal: Terminal) -> None:
    """The program gives up before the cloud does."""
    person = terminal.person()
    typed = (person["user_id"], "1", *["000001"] * 9)
    result = await terminal.run("login", typed=typed)
    assert result.code == 3
    assert "sign in again" in result.err
    assert not terminal.session.exists()


@cloud("flowerhub")
async def test_end_of_input(terminal: Terminal) -> None:
    """Whoever goes away has not logged in."""
    result = await terminal.run("login", typed=("somebody",))
    assert result.code == 130
    assert result.err.endswith("Interrupted.\n")


@cloud("flowerhub")
async def test_dead_session(signed_in: Terminal) -> None:
    """A session that the cloud has ended asks for a login."""
    signed_in.cloud.apply({"revoke_tokens": signed_in.person()["account"]})
    stored = json.loads(signed_in.session.read_text("utf-8"))
    for key in ("signed_in_at", "issued_at"):
        stored["session"]["login"][key] = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    signed_in.session.write_text(json.dumps(stored), "utf-8")
    result = await signed_in.run("usage")
    assert result.code == 3
    assert result.err.startswith("The session has ended: sign in again with `login`.")


@cloud("flowerhub")
@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/b", "..", "", "a\\b", "x" * 65])
async def test_a_profile_is_no_path(terminal: Terminal, name: str) -> None:
    """It names a file where sessions are kept, and none elsewhere."""
    told = await terminal.run("accounts", "--profile", name)
    assert told.code == 2
    assert "letters, digits" in told.err


@cloud("iec")
async def test_profiles(terminal: Terminal) -> None:
    """Several accounts at one provider do not meet."""
    person = terminal.person("solar_home")
    typed = (person["user_id"], "1", person["code"])
    await terminal.succeed("login", "--profile", "parents", typed=typed)
    assert (await terminal.run("accounts")).code == 3
    told = await terminal.succeed("accounts", "--profile", "parents")
    assert person["contract"] in told.out


@cloud("elecnova")
async def test_address_of_a_session(signed_in: Terminal) -> None:
    """The address that a key is good at is kept with it."""
    line = ["elecnova", "accounts", f"--state={signed_in.state}"]
    told = await asyncio.to_thread(run_line, line)
    assert told.code == 0
    assert signed_in.person()["cabinet"] in told.out


@cloud("emporia")
@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"version": 2, "session": {}}', '{"version": 1}']
)
async def test_unreadable_session(terminal: Terminal, content: str) -> None:
    """It counts as none."""
    terminal.session.parent.mkdir(parents=True)
    terminal.session.write_text(content, "utf-8")
    assert (await terminal.run("accounts")).code == 3


@cloud("emporia")
async def test_old_tokens_are_renewed(signed_in: Terminal) -> None:
    """What has expired since the last command is renewed without a word."""
    stored = json.loads(signed_in.session.read_text("utf-8"))
    stored["session"]["login"]["expires_at"] = datetime(
        2026, 1, 1, tzinfo=UTC
    ).isoformat()
    signed_in.session.write_text(json.dumps(stored), "utf-8")
    await signed_in.succeed("accounts")
    renewed = json.loads(signed_in.session.read_text("utf-8"))["session"]["login"]
    assert datetime.fromisoformat(renewed["expires_at"]) > datetime.now(UTC)
