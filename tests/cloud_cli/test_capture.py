"""Captured answers keep their shape, and nothing of a person is in them."""

from collections.abc import Iterator
from datetime import timedelta
import json
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.cloud_energy.client.call import Call, Reply
from custom_components.dominion_energy.api.workbook import read_workbook
from scripts.cloud_cli.capture import Capture

from .terminal import Terminal, day_options, intervals, published_day

COMMANDS = {
    "dominion_energy": ["accounts", "usage", "bills", "forecast", "refresh"],
    "elecnova": ["accounts", "sites", "usage", "energy", "refresh"],
    "emporia": ["accounts", "usage", "chargers", "refresh"],
    "flowerhub": ["accounts", "usage", "bills", "revenue", "uptime", "refresh"],
    "iec": ["accounts", "usage", "bills", "forecast", "refresh"],
}
each_cloud = pytest.mark.parametrize("terminal", COMMANDS, indirect=True)

_OPEN = {"name", "kind", "factors", "second_factors", "time_zone", "mfa", "pool_id"}
"""What a simulator tells of an account that is no secret."""


def personal(data: Any) -> Iterator[str]:
    """Yield ids, names and credentials of an account."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in _OPEN:
                yield from personal(value)
    elif isinstance(data, list):
        for entry in data:
            yield from personal(entry)
    elif not isinstance(data, bool) and data is not None and len(str(data)) >= 4:
        yield str(data)


class Spy:
    """Keeps what is really answered while a command is captured."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Look over the shoulder of every capture."""
        self.replies: list[Reply] = []
        look = Capture.look

        async def spy(capture: Capture, reply: Reply) -> None:
            self.replies.append(reply)
            await look(capture, reply)

        monkeypatch.setattr(Capture, "look", spy)


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    """Return a spy."""
    return Spy(monkeypatch)


async def captured(terminal: Terminal, command: str, folder: Path) -> list[Path]:
    """Run a command with a capture and return the files of its answers."""
    options = day_options(published_day()) if command == "usage" else ()
    takes_range = terminal.cloud.provider != "flowerhub"
    await terminal.succeed(
        command, f"--capture={folder}", *(options if takes_range else ())
    )
    return sorted(folder.glob("*.json"))


def has(text: str, secret: str) -> bool:
    """Tell whether a text holds a secret as a word."""
    return bool(
        re.search(rf"(?<![^\W_]){re.escape(secret)}(?![^\W_])", text, re.IGNORECASE)
    )


@each_cloud
async def test_nothing_personal_is_captured(
    terminal: Terminal, spy: Spy, tmp_path: Path
) -> None:
    """All that the simulator knows of the person and has answered is gone."""
    folder = tmp_path / "login"
    await terminal.sign_in(f"--capture={folder}")
    for command in COMMANDS[terminal.cloud.provider]:
        await captured(terminal, command, tmp_path / command)
    session = json.loads(terminal.session.read_text("utf-8"))["session"]
    secrets = {*personal(terminal.person()), *personal(session)}
    secrets |= {"Sample Street", "Main St", "Testsson", "Garage EV", "Demo site"}
    answered = "\n".join(reply.text() for reply in spy.replies)
    came_up = {secret for secret in secrets if has(answered, secret)}
    assert len(came_up) >= 4
    for path in tmp_path.rglob("*/*.json"):
        if path.parent != terminal.session.parent:
            text = path.read_text("utf-8")
            # A short number may come about by chance where it has not come up
            assert [each for each in came_up if len(each) > 6 and has(text, each)] == []
            number = int(path.name[:3])
            assert number


@each_cloud
async def test_what_has_come_up_is_no_stand_in(
    terminal: Terminal, spy: Spy, tmp_path: Path
) -> None:
    """Not even a short number of an account is in the same capture."""
    await terminal.sign_in()
    spy.replies.clear()
    files = await captured(terminal, "accounts", tmp_path / "new")
    answered = "\n".join(reply.text() for reply in spy.replies)
    secrets = {each for each in personal(terminal.person()) if has(answered, each)}
    assert secrets
    text = "\n".join(file.read_text("utf-8") for file in files)
    assert [secret for secret in secrets if has(text, secret)] == []


def skeleton(data: Any) -> Any:
    """Return the structure of a document: keys, lengths of lists, types of values."""
    if isinstance(data, dict):
        return {key: skeleton(value) for key, value in data.items()}
    if isinstance(data, list):
        return [skeleton(entry) for entry in data]
    return (type(data), len(data)) if isinstance(data, str) else type(data)


@each_cloud
async def test_the_shape_is_kept(terminal: Terminal, spy: Spy, tmp_path: Path) -> None:
    """The same keys, lists as long, values of the same type and length."""
    await terminal.sign_in()
    spy.replies.clear()
    for command in COMMANDS[terminal.cloud.provider]:
        spy.replies.clear()
        files = await captured(terminal, command, tmp_path / command)
        assert len(files) == len(spy.replies) > 0
        for file, reply in zip(files, spy.replies, strict=True):
            found = json.loads(file.read_text("utf-8"))
            assert found["status"] == 200
            assert found["request"]["path"] == reply.call.path
            if "answer" in found:
                true = json.loads(reply.body)
                assert skeleton(found["answer"]) == skeleton(true)
                assert found["answer"] != true or not str(true).strip("{}[]")


@pytest.mark.parametrize("terminal", ["iec"], indirect=True)
async def test_what_belongs_together_still_does(
    signed_in: Terminal, tmp_path: Path
) -> None:
    """A contract has the same number in every answer, with other leading zeros."""
    files = await captured(signed_in, "usage", tmp_path / "new")
    answers = {
        found["request"]["path"]: found["answer"]
        for found in (json.loads(file.read_text("utf-8")) for file in files)
    }
    contracts = answers["/customer/contract/{bp}"]["data"]["contracts"]
    report = answers["/Consumption/RemoteReadingRange/{contract}"]
    (device,) = answers["/Device/{contract}"]
    assert contracts[0]["contractId"].lstrip("0") == report["contractNumber"]
    (meter,) = report["meterList"]
    assert meter["meterSerial"] == device["deviceNumber"]
    assert meter["meterSerial"] != signed_in.person()["meter"]
    day = published_day()
    quarters = intervals("Asia/Jerusalem", day, day, minutes=15)
    assert len(meter["periodConsumptions"]) == quarters


@pytest.mark.parametrize("terminal", ["dominion_energy"], indirect=True)
async def test_workbook(signed_in: Terminal, spy: Spy, tmp_path: Path) -> None:
    """It can be read as the true one: as many half hours, on other days."""
    folder = tmp_path / "new"
    await captured(signed_in, "usage", folder)
    (file,) = folder.glob("*.xlsx")
    true = next(r.body for r in spy.replies if r.body.startswith(b"PK"))
    old, new = read_workbook(true), read_workbook(file.read_bytes())
    assert len(new) == len(old) > 1000
    distance = old[0].start - new[0].start
    assert distance > timedelta(days=700)
    pairs = zip(old, new, strict=True)
    same = {a.consumption for a, b in pairs if a.consumption == b.consumption}
    true_values = {each.consumption for each in old}
    # Single digits stay, and now and then one of many stand-ins is the value itself
    assert len(true_values) > 50
    assert len(same - {None, *range(10)}) < len(true_values) / 10


@pytest.mark.parametrize("terminal", ["dominion_energy"], indirect=True)
@pytest.mark.parametrize(
    "body", ["header_only", "corrupt", "oversized", "inflating", "json_error", "html"]
)
async def test_odd_workbooks(signed_in: Terminal, tmp_path: Path, body: str) -> None:
    """Whatever comes in place of a workbook is captured without harm."""
    signed_in.cloud.apply({"layout": {"body": body}})
    folder = tmp_path / "new"
    result = await signed_in.run("usage", f"--capture={folder}")
    assert "Traceback" not in result.err
    assert "Wrote" in result.err
    assert len(list(folder.glob("*.json"))) >= 2


def reply(body: bytes, content_type: str) -> Reply:
    """Return an answer."""
    call = Call(method="GET", base="https://a.example", path="/x/{account}")
    headers = {"Content-Type": content_type, "Set-Cookie": "session=secret"}
    return Reply(call=call, status=200, headers=headers, body=body)


@pytest.mark.parametrize(
    ("body", "content_type", "kept"),
    [
        (b"<html><p class='a'>Anna 100200300</p></html>", "text/html", r"<html><p .*</p>"),
        (b"<?xml version='1.0'?><feed id='Anna'><x>100200300</x></feed>", "", r"<feed .*<x>\d{9}</x></feed>"),
        (b"<a>Anna</a><!-- Anna --> <anna@example.com>", "text/html", r"</a><!-- "),
        (b"Date,Meter Number,kWh\n2026-11-20,100200300,2.75\n", "text/csv", r"Date,Meter Number,kWh\\n20\d\d-\d\d-\d\d,\d{9},\d\.\d\d"),
        (b"Name,Anna\nAddress,Main Street 100200300\n", "text/csv", r"Name,\w{4}\\nAddress,"),
        (b'"' + b"Anna " * 40_000, "text/csv", r'"text": "..\w{4} \w{4}'),
        (b"Anna 100200300", "text/plain", r'"text": "\w{4} \d{9}"'),
        (b"%PDF\xff\xfe Anna", "application/pdf", r'"bytes": "1 to|"bytes": "10 to'),
        (b"PK\x03\x04 Anna", "", r'"bytes"'),
        (b"", "", r'"text": ""'),
        (b'{"Anna Svensson": {"100200300": "Anna"}}', "application/json", r'"\w{4} \w{8}"'),
        (b"%PDF\xff\xfe", "application/pdf; name=Anna-100200300.pdf", r'"Content-Type": "application/pdf"'),
    ],
)  # fmt: skip
async def test_all_kinds_of_answers(
    tmp_path: Path, body: bytes, content_type: str, kept: str
) -> None:
    """What is no JSON keeps its structure as well; heads of answers are left out."""
    capture = Capture()
    await capture.look(reply(body, content_type))
    assert capture.write(tmp_path / "new" / "folder") == 1
    (file,) = (tmp_path / "new" / "folder").iterdir()
    assert file.name == "001-GET-x-account.json"
    text = file.read_text("utf-8")
    assert re.search(kept, text), text
    for secret in ("anna", "svensson", "100200300", "2.75", "2026-11-20", "secret"):
        assert secret not in text.lower()
