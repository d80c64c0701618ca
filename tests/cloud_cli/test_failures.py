"""What a user is told when something goes wrong, and how the program ends."""

from pathlib import Path
from typing import Any

import pytest

from custom_components.cloud_energy.client.errors import (
    AccountLocked,
    AuthFailed,
    BudgetSpent,
    CannotConnect,
    CloudError,
    CodeExpired,
    CodeRejected,
    InvalidCredentials,
    Maintenance,
    Malformed,
    NotPermitted,
    ProviderError,
    RateLimited,
    SessionExpired,
    TimedOut,
)
from custom_components.cloud_energy.client.retry import RetryPolicy
from scripts.cloud_cli.app import main
from scripts.cloud_cli.failures import failure_of

from .terminal import Terminal


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (InvalidCredentials("x"), 3, "check it and sign in again"),
        (SessionExpired("x"), 3, "sign in again with `login`"),
        (AccountLocked("x", 900), 3, "try again in 15 minutes"),
        (AuthFailed("x"), 3, "on its website or in its app"),
        (CodeRejected("x"), 3, "sign in again for a new one"),
        (CodeExpired("x"), 3, "sign in again for a new one"),
        (TimedOut("x"), 4, "did not answer in time"),
        (CannotConnect("x"), 4, "could not be reached"),
        (RateLimited("x", 20), 5, "try again in 20 seconds"),
        (BudgetSpent("x"), 5, "try again later"),
        (NotPermitted("x"), 6, "does not permit this"),
        (Maintenance("x"), 7, "a web page instead of data"),
        (Malformed("x"), 7, "run the command again with --capture"),
        (ProviderError("x"), 1, "an error of its own"),
        (CloudError("x"), 1, "could not be asked"),
    ],
)
def test_every_error_has_its_sentence(
    error: CloudError, code: int, sentence: str
) -> None:
    """One, with what to do next, and an exit code of its kind."""
    failure = failure_of(error)
    assert failure.exit_code == code
    assert sentence in str(failure)
    assert str(failure).endswith("(x)")


@pytest.mark.parametrize("terminal", ["flowerhub"], indirect=True)
@pytest.mark.parametrize(
    ("fault", "code", "sentence"),
    [
        ({"kind": "status", "status": 500}, 1, "an error of its own"),
        ({"kind": "html"}, 7, "a web page instead of data"),
        ({"kind": "truncated"}, 7, "--capture"),
        ({"kind": "rate_limited", "retry_after": 3600}, 5, "in 60 minutes"),
        ({"kind": "drop", "times": 9}, 4, "could not be reached"),
    ],
)
async def test_faults_of_a_cloud(
    signed_in: Terminal,
    fault: dict[str, Any],
    code: int,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """They are told without a traceback, and the answers are captured all the same."""
    monkeypatch.setattr(RetryPolicy, "first_pause", 0.001)
    signed_in.cloud.faults.add(endpoint="*/invoice", **{"times": 3} | fault)
    folder = tmp_path / "captured"
    result = await signed_in.run("bills", f"--capture={folder}")
    assert result.code == code, result.err
    assert sentence in result.err
    assert "Traceback" not in result.err
    assert result.out == ""
    is_answered = fault["kind"] != "drop"
    assert bool(list(folder.iterdir())) == is_answered


@pytest.mark.parametrize("terminal", ["iec"], indirect=True)
async def test_contract_without_meters(signed_in: Terminal) -> None:
    """Where the cloud refuses to tell the meters, the contract is told all the same."""
    signed_in.cloud.faults.add(
        endpoint="*/Device/*", kind="status", status=403, times=9
    )
    told = await signed_in.succeed("accounts", "--format=csv")
    assert "No meters of one contract" in told.err
    assert [row["meter"] for row in told.rows] == [""]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (["nobody", "accounts"], "No such command 'nobody'"),
        (["iec", "fly"], "No such command 'fly'"),
        (["iec", "tariffs", "--host=api"], "name=url is wanted"),
        (["iec", "tariffs", "--host=moon=http://x"], "There is no host moon, only api"),
        (["iec", "tariffs", "--format=xml"], "'xml' is not one of"),
    ],
)
def test_wrong_use(
    line: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told by the rules of command lines."""
    assert main(line) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("[", "this is no JSON"), ("[]", "an object of addresses is wanted")],
)
def test_wrong_file_of_addresses(
    tmp_path: Path, content: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is none of addresses."""
    file = tmp_path / "endpoints.json"
    file.write_text(content, "utf-8")
    assert main(["iec", "tariffs", f"--endpoints={file}"]) == 2
    assert sentence in capsys.readouterr().err


def test_unreachable_cloud(
    capsys: pytest.CaptureFixture[str],
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An address where nobody is; a single one of the hosts may be named."""
    monkeypatch.setattr(RetryPolicy, "first_pause", 0.001)
    assert main(["iec", "tariffs", "--host=api=http://localhost:1"]) == 4
    assert "The cloud could not be reached" in capsys.readouterr().err
