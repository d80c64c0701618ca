"""What the cloud has, as a table, JSON, CSV or as it came."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from yarl import URL

from custom_components.dominion_energy.api.workbook import read_workbook
from scripts.cloud_cli.output import Output

from .terminal import DAY, Terminal, day_options, intervals, published_day


def cloud(name: str) -> pytest.MarkDecorator:
    """Put a test in front of one cloud."""
    return pytest.mark.parametrize("terminal", [name], indirect=True)


def truth(
    terminal: Terminal, zone: str, first: date, last: date, account: str = ""
) -> Mapping[str, Any]:
    """Return the series of local days, the last one included, by start."""
    begin = datetime.combine(first, time(), ZoneInfo(zone))
    end = datetime.combine(last + DAY, time(), ZoneInfo(zone))
    account = account or terminal.person()["account"]
    series = terminal.cloud.truth(account, begin, end)["series"]
    return {
        name: {datetime.fromisoformat(i["start"]): i["value"] for i in intervals}
        for name, intervals in series.items()
    }


def column(rows: Iterable[Mapping[str, str]], name: str) -> dict[datetime, float]:
    """Return a column of numbers by the start of their rows."""
    return {
        datetime.fromisoformat(row["start"]).astimezone(UTC): float(row[name])
        for row in rows
    }


@cloud("iec")
async def test_usage_of_iec(signed_in: Terminal) -> None:
    """Every quarter of an hour of the days asked for, to the watt-hour."""
    first, last = published_day() - DAY, published_day()
    told = await signed_in.succeed("usage", "--format=csv", *day_options(first, last))
    expected = truth(signed_in, "Asia/Jerusalem", first, last)["consumption"]
    assert len(expected) == intervals("Asia/Jerusalem", first, last, minutes=15)
    assert column(told.rows, "consumption_kwh") == pytest.approx(expected)


@cloud("dominion_energy")
async def test_usage_of_dominion(signed_in: Terminal, tmp_path: Path) -> None:
    """Half hours both ways; raw is the workbook itself."""
    first, last = published_day() - DAY, published_day()
    days = day_options(first, last)
    told = await signed_in.succeed("usage", "--format=csv", *days)
    expected = truth(signed_in, "America/New_York", first, last)
    assert len(expected["consumption"]) == 96
    consumption = column(told.rows, "consumption_kwh")
    assert consumption == pytest.approx(expected["consumption"])
    assert column(told.rows, "return_kwh") == pytest.approx(expected["return"])
    target = tmp_path / "usage.xlsx"
    raw = await signed_in.succeed("usage", "--format=raw", "--output", target, *days)
    assert f"Wrote {target}" in raw.err
    read = {
        usage.start: usage.consumption for usage in read_workbook(target.read_bytes())
    }
    assert {start: read[start] for start in consumption} == consumption


@cloud("dominion_energy")
@pytest.mark.parametrize("resolution", ["hour", "day"])
async def test_coarser_usage_of_dominion(signed_in: Terminal, resolution: str) -> None:
    """Hours and days add up to the half hours."""
    day = published_day()
    options = (f"--resolution={resolution}", "--format=json", *day_options(day))
    rows = json.loads((await signed_in.succeed("usage", *options)).out)
    assert len(rows) in ((1,) if resolution == "day" else (23, 24, 25))
    expected = truth(signed_in, "America/New_York", day, day)["consumption"]
    total = sum(row["consumption_kwh"] for row in rows)
    assert total == pytest.approx(sum(expected.values()), abs=0.02)


@cloud("emporia")
async def test_usage_of_emporia(signed_in: Terminal) -> None:
    """Hours of the mains over more than one request's length."""
    first, last = published_day() - 9 * DAY, published_day()
    told = await signed_in.succeed("usage", "--format=csv", *day_options(first, last))
    expected = truth(signed_in, "America/Denver", first, last)["4050/1,2,3"]
    assert len(expected) == intervals("America/Denver", first, last, minutes=60)
    assert column(told.rows, "kwh") == pytest.approx(expected, abs=1e-6)
    options = ("--channel=97", "--format=csv", *day_options(last))
    told = await signed_in.succeed("usage", *options)
    expected = truth(signed_in, "America/Denver", last, last)["4050/97"]
    assert column(told.rows, "kwh") == pytest.approx(expected, abs=1e-6)


@cloud("flowerhub")
async def test_usage_of_flowerhub(signed_in: Terminal) -> None:
    """The months of both sites."""
    told = await signed_in.succeed("usage", "--format=csv")
    today = datetime.now(UTC).date()
    begin = today - 400 * DAY
    zone = ZoneInfo("Europe/Stockholm")
    for name, expected in truth(signed_in, "Europe/Stockholm", begin, today).items():
        kind, _, site = name.partition("/")
        if kind in ("consumption", "production"):
            volumes = {
                row["valid_from"]: float(row["volume"])
                for row in told.rows
                if row["site_id"] == site
            }
            months = {f"{start.astimezone(zone):%Y-%m-%d}" for start in expected}
            assert {volumes[month] for month in months} == set(expected.values())
            assert months


@cloud("elecnova")
async def test_usage_of_elecnova(signed_in: Terminal) -> None:
    """The power of the inverter, whose energy is the true one."""
    day = published_day()
    told = await signed_in.succeed("usage", "--format=csv", *day_options(day))
    found = truth(signed_in, "Europe/Brussels", day, day)
    (name,) = (name for name in found if name.startswith("pv_energy/"))
    energy = {
        start: watts / 12_000 for start, watts in column(told.rows, "power").items()
    }
    assert len(energy) == intervals("Europe/Brussels", day, day, minutes=5)
    assert energy == pytest.approx(found[name], abs=1e-4)


@cloud("flowerhub")
async def test_raw_answer(signed_in: Terminal) -> None:
    """It is told as the cloud has sent it."""
    told = await signed_in.succeed("usage", "--format=raw")
    assert json.loads(told.out)[0]["site_id"]


@cloud("iec")
async def test_several_raw_answers(signed_in: Terminal) -> None:
    """One to a line, as they came."""
    days = day_options(published_day() - DAY, published_day())
    told = await signed_in.succeed("usage", "--format=raw", *days)
    lines = told.out.splitlines()
    assert len(lines) == 2
    contract = signed_in.person()["contract"]
    assert {json.loads(line)["contractNumber"] for line in lines} == {contract}


REPORTS = [
    ("iec", "bills", "amount"),
    ("iec", "forecast", "register"),
    ("iec", "outages", "estimate"),
    ("iec", "tariffs", "distribution a month, 3 phases"),
    ("dominion_energy", "bills", "amount due"),
    ("dominion_energy", "forecast", "running"),
    ("dominion_energy", "months", "amount"),
    ("emporia", "chargers", "max rate"),
    ("emporia", "sessions", "plug out"),
    ("flowerhub", "accounts", "Connected"),
    ("flowerhub", "bills", "Group invoice"),
    ("flowerhub", "revenue", "compensation per kw"),
    ("flowerhub", "uptime", "uptime"),
    ("elecnova", "accounts", "Europe/Brussels"),
    ("elecnova", "sites", "Demo site"),
    ("elecnova", "energy", "kwh"),
    ("elecnova", "topics", "topic"),
    ("emporia", "rates", "Garage EV"),
    ("emporia", "snapshot", "Heat pump"),
    ("emporia", "preferences", "value"),
    ("flowerhub", "agreement", "production"),
    ("iec", "check-contract", "bp kind"),
    ("iec", "discount", "exists"),
    ("iec", "appliances", "minutes"),
    ("iec", "masa", "size"),
    ("iec", "shares", "contact"),
]


@pytest.mark.parametrize(
    ("terminal", "report", "word"),
    REPORTS,
    indirect=["terminal"],
    ids=[f"{provider}-{report}" for provider, report, _ in REPORTS],
)
async def test_reports(signed_in: Terminal, report: str, word: str) -> None:
    """Each is there in every format, with the same number of rows."""
    table = await signed_in.succeed(report)
    assert word in table.out
    data = json.loads((await signed_in.succeed(report, "--format=json")).out)
    rows = (await signed_in.succeed(report, "--format=csv")).rows
    assert len(rows) == len(data) > 0
    assert list(rows[0]) == list(data[0])


@cloud("elecnova")
async def test_energy_of_longer_times(signed_in: Terminal) -> None:
    """Months have days and years have months."""
    now = datetime.now(UTC)
    month = (now.replace(day=1) - DAY).strftime("%Y-%m")
    days = await signed_in.succeed("energy", f"--month={month}", "--format=csv")
    assert len(days.rows) >= 28
    months = await signed_in.succeed("energy", f"--year={now.year}", "--format=csv")
    assert 1 <= len(months.rows) <= 12
    wrong = await signed_in.run("energy", "--month=May")
    assert wrong.code == 2
    assert "A month is wanted" in wrong.err


@cloud("iec")
async def test_a_bill_as_pdf(signed_in: Terminal, tmp_path: Path) -> None:
    """It is written to the file that the user names."""
    bills = (await signed_in.succeed("bills", "--format=csv")).rows
    invoice = next(row["id"] for row in bills if row["start"])
    file = tmp_path / "bill.pdf"
    await signed_in.succeed("bill-pdf", invoice, file)
    assert file.read_bytes().startswith(b"%PDF")


@cloud("iec")
async def test_report_in_a_file(terminal: Terminal, tmp_path: Path) -> None:
    """Public prices need no login."""
    file = tmp_path / "tariffs.csv"
    told = await terminal.succeed("tariffs", "--format=csv", f"--output={file}")
    assert told.out == ""
    assert file.read_text("utf-8").startswith("price,ils\nkWh,0.64015\n")


@cloud("iec")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["usage", "--contract=1"], "The account has no such contract"),
        (["usage", "--meter=1"], "The account has no such meter"),
        (["usage", "--start=2026-11-02", "--end=2026-11-01"], "The range ends before"),
        (["usage", "--start=yesterday"], "a day is wanted, such as 2026-11-20"),
        (["bills", "--format=raw"], "This command has no raw format."),
    ],
)
async def test_wrong_wishes(
    signed_in: Terminal, options: list[str], sentence: str
) -> None:
    """They are told in a sentence."""
    result = await signed_in.run(*options)
    assert result.code in (1, 2)
    assert sentence in result.err
    assert "Traceback" not in result.err


@cloud("emporia")
async def test_account_without_devices(terminal: Terminal) -> None:
    """It has nothing to tell."""
    await terminal.succeed("login", typed=terminal.answers("newcomer"))
    assert (await terminal.succeed("accounts")).out == "Devices: nothing\n"
    result = await terminal.run("usage")
    assert (result.code, result.err) == (1, "The account has no device.\n")


@cloud("iec")
@pytest.mark.parametrize("kind", ["any", "BackStream", "Backstream"])
async def test_both_ways_of_iec(terminal: Terminal, kind: str) -> None:
    """What is returned is told as well, however the cloud spells the kind of meter."""
    person = terminal.person("solar_home")
    terminal.cloud.apply({"reading_look": {"backstream": kind}})
    typed = (person["user_id"], "1", person["code"])
    await terminal.succeed("login", typed=typed)
    day = published_day()
    told = await terminal.succeed("usage", "--format=csv", *day_options(day))
    expected = truth(terminal, "Asia/Jerusalem", day, day, person["account"])
    assert column(told.rows, "return_kwh") == pytest.approx(expected["return"])
    assert sum(expected["return"].values()) > 0


@cloud("emporia")
async def test_snapshot_of_emporia(signed_in: Terminal) -> None:
    """One interval of all devices, or of some, as the cloud knows them."""
    day = published_day()
    options = ("--scale=day", f"--at={day}T12:00:00", "--format=csv")
    rows = (await signed_in.succeed("snapshot", *options)).rows
    assert len({row["device"] for row in rows}) > 2
    expected = truth(signed_in, "America/Denver", day, day)["4050/97"]
    (heater,) = (r for r in rows if (r["device"], r["channel"]) == ("4050", "97"))
    assert float(heater["kwh"]) == pytest.approx(sum(expected.values()), abs=1e-5)
    some = (await signed_in.succeed("snapshot", "-a", 4054, "-a", 4057, *options)).rows
    assert {row["device"] for row in some} == {"4054", "4057"}
    wrong = await signed_in.run("snapshot", "-a", "1")
    assert "no such device" in wrong.err


@cloud("emporia")
async def test_rate_of_emporia(signed_in: Terminal) -> None:
    """It can be set, for one device."""
    told = await signed_in.succeed("set-rate", "-a", 4050, "21.5")
    assert "21.5 cents per kWh" in told.err
    rows = (await signed_in.succeed("rates", "--format=csv")).rows
    rates = {row["device"]: row["cents_per_kwh"] for row in rows}
    assert rates.pop("4050") == "21.5"
    assert "21.5" not in rates.values()


@cloud("emporia")
async def test_plan_of_emporia(signed_in: Terminal) -> None:
    """A plan by time of use has a row for each of its periods."""
    clock = {"second": 0, "nano": 0, "minute": 0}
    peak = {
        "ratePeriod": "Peak",
        "cost": 0.31,
        "intervalStart": {"hour": 17, **clock},
        "intervalEnd": {"hour": 21, **clock},
    }
    signed_in.cloud.apply({"rate_plan": [peak]})
    rows = (await signed_in.succeed("rates", "--format=csv")).rows
    first, _ = (row for row in rows if row["plan"])
    assert (first["plan"], first["days"]) == ("EV nights", "weekday")
    assert (first["start"], first["end"]) == ("17:00:00", "21:00:00")
    assert float(first["cents_per_kwh"]) == pytest.approx(31)


@cloud("emporia")
async def test_sessions_in_local_time(signed_in: Terminal) -> None:
    """Cars are plugged in by the clock of the charger's home."""
    rows = (await signed_in.succeed("sessions", "--format=csv")).rows
    for row in rows:
        at = datetime.fromisoformat(row["plug_in"])
        there = at.astimezone(ZoneInfo("America/Denver"))
        assert at.utcoffset() == there.utcoffset()


@cloud("iec")
async def test_sharing(signed_in: Terminal) -> None:
    """A contract can be shared, and be shared no longer."""
    told = await signed_in.succeed("share", "--format=csv")
    assert told.rows[0]["address"].startswith("https://")
    (guest,) = (await signed_in.succeed("shares", "--format=csv")).rows
    assert guest["contract"] == signed_in.person()["contract"]
    assert (await signed_in.run("unshare", "nobody")).code == 1
    await signed_in.succeed("unshare", guest["connection"])
    assert (await signed_in.succeed("shares")).out == "Shares: nothing\n"


@cloud("iec")
async def test_report_by_mail(signed_in: Terminal) -> None:
    """It is sent by the cloud."""
    told = await signed_in.succeed("mail-report", "dana@example.com")
    assert "on its way" in told.err


@cloud("iec")
async def test_one_appliance(terminal: Terminal) -> None:
    """Its use can be another than the usual one; no sign-in is needed."""
    rows = (await terminal.succeed("appliances", "--format=csv")).rows
    known = next(row for row in rows if row["kwh"])
    name, minutes = known["appliance"], float(known["minutes"])
    longer = (
        await terminal.succeed(
            "appliances", name, f"--minutes={2 * minutes}", "--format=csv"
        )
    ).rows[0]
    assert float(longer["kwh"]) == pytest.approx(2 * float(known["kwh"]), abs=0.002)
    assert (await terminal.run("appliances", "teleporter")).code == 1


@cloud("dominion_energy")
async def test_hint_at_older_usage(signed_in: Terminal) -> None:
    """Where half hours are over, the months are named."""
    day = published_day() - 200 * DAY
    told = await signed_in.succeed("usage", *day_options(day))
    assert told.out == "Usage: nothing\n"
    assert "`months`" in told.err


@cloud("flowerhub")
async def test_notices(signed_in: Terminal) -> None:
    """Both are shown as the portal has them."""
    assert (await signed_in.succeed("notices")).out == "Notices: nothing\n"
    signed_in.cloud.apply(
        {"notice": {"slug": "active-flower", "body": {"text": "Maintenance"}}}
    )
    (row,) = (await signed_in.succeed("notices", "--format=csv")).rows
    assert row["about"] == "service"
    assert "Maintenance" in row["notice"]


@cloud("elecnova")
async def test_live_points(signed_in: Terminal) -> None:
    """They are shown as the broker sends them."""
    broker = URL(signed_in.cloud.hosts["mqtt"])
    line = ("--broker", f"{broker.host}:{broker.port}", "--no-verify", "--seconds=20")
    signed_in.cloud.apply({"publish": True})
    told = await signed_in.succeed("points", *line, "--count=1", "--format=csv")
    assert {"owner", "name", "value", "unit", "time"} <= told.rows[0].keys()
    untrusted = await signed_in.run("points", *line[:2])
    assert untrusted.code == 4
    assert "certificate" in untrusted.err


def test_figures_and_times(capsys: pytest.CaptureFixture[str]) -> None:
    """Figures are rounded, and times that come as UTC are those of the home."""
    row = {"start": datetime(2026, 7, 1, 22, tzinfo=UTC), "kwh": 0.1 + 0.2 + 1e-9}
    home = ZoneInfo("Asia/Jerusalem")
    Output("table", zone=home).show("Usage", [row])
    Output("csv", zone=home).show("Usage", [row])
    shown = capsys.readouterr().out
    assert "2026-07-02 01:00+0300" in shown
    assert " 0.3 " in shown
    assert "2026-07-02T01:00:00+03:00,0.3\n" in shown
