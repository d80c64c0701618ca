"""The user pool over the wire: password proof, errors, second factors."""

from collections.abc import Callable
from datetime import timedelta
import json
from typing import Any

import pytest

from tests.clouds.emporia.cognito_errors import LOGIN_ERRORS

from .wire import Challenge, Wire, timestamp

WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def error(answer: tuple[int, dict[str, Any]]) -> tuple[str, str]:
    """Type and message of an error with status 400."""
    status, body = answer
    assert status == 400
    return body["__type"], body["message"]


async def test_password_proof(wire: Wire) -> None:
    """Both steps end in three tokens that live an hour; challenges are about the internal name."""
    parameters = await wire.start_proof()
    assert parameters["USER_ID_FOR_SRP"] == wire.login["user_id"]
    assert "@" not in parameters["USERNAME"]
    status, answer = await wire.prove()
    assert status == 200
    assert answer["ChallengeParameters"] == {}
    result = answer["AuthenticationResult"]
    assert set(result) == {
        "AccessToken",
        "IdToken",
        "RefreshToken",
        "ExpiresIn",
        "TokenType",
    }
    assert (result["ExpiresIn"], result["TokenType"]) == (3600, "Bearer")


async def test_wrong_password(wire: Wire) -> None:
    """It fails in the second step only."""
    assert error(await wire.prove("wrong")) == WRONG
    assert (await wire.prove())[0] == 200


async def test_unknown_user(wire: Wire) -> None:
    """Told in the first step, or hidden until the second; capital letters are another user."""
    for name in ("nobody@example.com", wire.login["username"].upper()):
        answer = await wire.initiate("USER_SRP_AUTH", USERNAME=name, SRP_A="2")
        assert error(answer) == ("UserNotFoundException", "User does not exist.")
    wire.cloud.apply({"hide_unknown_users": True})
    first = await wire.start_proof("nobody@example.com")
    second = await wire.start_proof("nobody@example.com")
    assert first["SALT"] == second["SALT"]
    proof = Challenge(first, "any").responses(timestamp(wire.cloud.clock.now()))
    assert error(await wire.respond("PASSWORD_VERIFIER", **proof)) == WRONG
    plain = await wire.initiate(
        "USER_PASSWORD_AUTH", USERNAME="nobody@example.com", PASSWORD="x"
    )
    assert error(plain) == WRONG


async def test_secret_block_is_good_once(wire: Wire) -> None:
    """A challenge is answered once, by its own user, within three minutes."""
    parameters = await wire.start_proof()
    challenge = Challenge(parameters, wire.login["password"])
    right = challenge.responses(timestamp(wire.cloud.clock.now()))
    assert (await wire.respond("PASSWORD_VERIFIER", **right))[0] == 200
    assert error(await wire.respond("PASSWORD_VERIFIER", **right)) == WRONG
    assert error(await wire.prove(USERNAME="somebody")) == WRONG
    late = Challenge(await wire.start_proof(), wire.login["password"])
    wire.cloud.clock.advance(timedelta(seconds=180))
    answer = late.responses(timestamp(wire.cloud.clock.now()))
    assert error(await wire.respond("PASSWORD_VERIFIER", **answer)) == WRONG


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_clock_skew(wire: Wire, minutes: int) -> None:
    """A timestamp that is more than five minutes off is refused, although the proof is right."""
    parameters = await wire.start_proof()
    moment = wire.cloud.clock.now() + timedelta(minutes=minutes)
    answer = Challenge(parameters, wire.login["password"]).responses(timestamp(moment))
    assert error(await wire.respond("PASSWORD_VERIFIER", **answer)) == WRONG


@pytest.mark.parametrize(
    "text",
    [
        "Fri Nov 020 17:00:00 UTC 2026",
        "Fri Nov 20 5:00:00 UTC 2026",
        "Thu Nov 20 17:00:00 UTC 2026",
        "fre nov 20 17:00:00 UTC 2026",
        "Fri Nov 20 25:00:00 UTC 2026",
        "2026-11-20T17:00:00Z",
    ],
)
async def test_timestamp_format(wire: Wire, text: str) -> None:
    """English words, no leading zero of the day."""
    kind, message = error(await wire.prove(TIMESTAMP=text))
    assert kind == "InvalidParameterException"
    assert "TIMESTAMP" in message


@pytest.mark.parametrize("number", ["0", "not hex", "", "-1"])
async def test_bad_public_key(wire: Wire, number: str) -> None:
    """A that proves nothing is refused."""
    answer = await wire.initiate(
        "USER_SRP_AUTH", USERNAME=wire.login["username"], SRP_A=number
    )
    assert error(answer)[0] == "InvalidParameterException"


async def test_plain_password(wire: Wire) -> None:
    """The one-step flow takes the password as it is."""
    name, password = wire.login["username"], wire.login["password"]
    flow = "USER_PASSWORD_AUTH"
    status, answer = await wire.initiate(flow, USERNAME=name, PASSWORD=password)
    assert status == 200
    assert "RefreshToken" in answer["AuthenticationResult"]
    wrong = await wire.initiate(flow, USERNAME=name, PASSWORD=password.lower())
    assert error(wrong) == WRONG
    unknown = await wire.initiate(flow, USERNAME="x@example.com", PASSWORD="x")
    assert error(unknown)[0] == "UserNotFoundException"


async def test_lock(wire: Wire) -> None:
    """Five wrong passwords lock for a second, the next for two; `lock` does it for fifteen minutes."""
    exceeded = ("NotAuthorizedException", "Password attempts exceeded")
    for _ in range(5):
        assert error(await wire.prove("wrong")) == WRONG
    name = wire.login["username"]
    start = {"USERNAME": name, "SRP_A": "2"}
    assert error(await wire.initiate("USER_SRP_AUTH", **start)) == exceeded
    wire.cloud.clock.advance(timedelta(seconds=1))
    assert error(await wire.prove("wrong")) == WRONG
    wire.cloud.clock.advance(timedelta(seconds=1))
    assert error(await wire.initiate("USER_SRP_AUTH", **start)) == exceeded
    wire.cloud.apply({"unlock": "solar_home"})
    assert (await wire.prove())[0] == 200
    wire.cloud.apply({"lock": "solar_home"})
    plain = {"USERNAME": name, "PASSWORD": wire.login["password"]}
    assert error(await wire.initiate("USER_PASSWORD_AUTH", **plain)) == exceeded
    wire.cloud.clock.advance(timedelta(minutes=15))
    assert (await wire.prove())[0] == 200


@pytest.mark.parametrize("name", sorted(LOGIN_ERRORS))
async def test_login_errors(wire: Wire, name: str) -> None:
    """What can be made of a right password."""
    wire.cloud.apply({"login_error": {"account": "solar_home", "error": name}})
    status, answer = await wire.prove()
    assert (answer["__type"], answer["message"]) == LOGIN_ERRORS[name]
    assert status == {"internal": 500, "forbidden": 403}.get(name, 400)
    wire.cloud.apply({"login_error": {"account": "solar_home", "error": None}})
    assert (await wire.prove())[0] == 200


async def test_error_shape(wire: Wire) -> None:
    """The type stands in a header, too, and may have a prefix in the body."""
    wire.cloud.apply({"error_prefix": "com.amazonaws#"})
    async with wire.session.post(
        f"{wire.cloud.url}/",
        json={},
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
        },
    ) as response:
        kind = response.headers["x-amzn-ErrorType"]
        body = await response.json(content_type=None)
    assert kind == "ResourceNotFoundException:"
    assert body["__type"] == "com.amazonaws#ResourceNotFoundException"


@pytest.mark.parametrize(
    ("operation", "body", "headers", "kind"),
    [
        ("Nothing", {}, {}, "UnknownOperationException"),
        (
            "InitiateAuth",
            {},
            {"Content-Type": "application/json"},
            "SerializationException",
        ),
        ("InitiateAuth", b"{", {}, "SerializationException"),
        ("InitiateAuth", [], {}, "SerializationException"),
        ("GetUser", {"AccessToken": "x"}, {}, "NotAuthorizedException"),
    ],
)
async def test_bad_envelopes(
    wire: Wire, operation: str, body: Any, headers: dict[str, str], kind: str
) -> None:
    """A request that is none."""
    assert error(await wire.cognito(operation, body, **headers))[0] == kind


async def test_bad_parameters(wire: Wire) -> None:
    """Missing or misshapen fields, unknown flows."""
    answer = await wire.initiate("USER_SRP_AUTH", USERNAME="x")
    assert error(answer)[0] == "InvalidParameterException"
    assert error(await wire.initiate("CUSTOM_AUTH"))[0] == "InvalidParameterException"
    body = {"AuthFlow": "USER_SRP_AUTH", "ClientId": wire.login["client_id"]}
    assert error(await wire.cognito("InitiateAuth", body))[0] == (
        "SerializationException"
    )
    missing = await wire.prove(PASSWORD_CLAIM_SIGNATURE="")
    assert error(missing)[0] == "InvalidParameterException"


async def test_moved_pool(wire: Wire) -> None:
    """A client that knows the old ids is told so; with a new pool name its proofs fail."""
    wire.cloud.apply({"pool": {"pool_id": "us-east-2_Other9"}})
    assert error(await wire.prove()) == WRONG
    parameters = await wire.start_proof()
    moved = Challenge(parameters, wire.login["password"], "Other9")
    answer = moved.responses(timestamp(wire.cloud.clock.now()))
    assert (await wire.respond("PASSWORD_VERIFIER", **answer))[0] == 200
    wire.cloud.apply({"pool": {"client_id": "new"}})
    kind, message = error(await wire.refresh("any"))
    assert kind == "ResourceNotFoundException"
    assert message == f"User pool client {wire.login['client_id']} does not exist."


async def test_broken_secret_block(wire: Wire) -> None:
    """A client cannot decode it."""
    wire.cloud.apply({"broken_secret_block": True})
    assert (await wire.start_proof())["SECRET_BLOCK"].startswith("%")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("sms_home", "SMS_MFA"),
        ("email_home", "EMAIL_OTP"),
        ("totp_home", "SOFTWARE_TOKEN_MFA"),
    ],
)
async def test_second_factor(
    wires: Callable[[str], Wire], name: str, kind: str
) -> None:
    """Password, code, tokens; a wrong code ends the session, unless the cloud is lenient."""
    wire = wires(name)
    answer = (await wire.prove())[1]
    assert answer["ChallengeName"] == kind
    assert answer["ChallengeParameters"]["USER_ID_FOR_SRP"] == wire.login["user_id"]
    assert wire.login["code"] not in json.dumps(answer["ChallengeParameters"])
    user, field = {"USERNAME": wire.login["user_id"]}, f"{kind}_CODE"
    session = answer["Session"]
    wrong = await wire.respond(kind, session, **user, **{field: "000000"})
    assert error(wrong)[0] == "CodeMismatchException"
    assert "Session" not in wrong[1]
    code = {field: wire.login["code"]}
    again = await wire.respond(kind, session, **user, **code)
    assert "session is expired" in error(again)[1]
    wire.cloud.apply({"mfa_retry": "kept"})
    session = (await wire.prove())[1]["Session"]
    wrong = await wire.respond(kind, session, **user, **{field: "000000"})
    assert error(wrong)[0] == "CodeMismatchException"
    assert "Session" not in wrong[1]
    assert (
        "AuthenticationResult" in (await wire.respond(kind, session, **user, **code))[1]
    )
    spent = await wire.respond(kind, session, **user, **code)
    assert "session is expired" in error(spent)[1]
    wire.cloud.apply({"mfa_retry": "renewed"})
    session = (await wire.prove())[1]["Session"]
    wrong = await wire.respond(kind, session, **user, **{field: "000000"})
    right = await wire.respond(kind, wrong[1]["Session"], **user, **code)
    assert "IdToken" in right[1]["AuthenticationResult"]


async def test_choice_of_factors(wires: Callable[[str], Wire]) -> None:
    """The list of choices is JSON in a string; each answer gives a new session."""
    wire = wires("choice_home")
    asked = (await wire.prove())[1]
    choices = json.loads(asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"])
    assert choices == ["SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"]
    user = {"USERNAME": wire.login["user_id"]}
    kind = asked["ChallengeName"]
    _, chosen = await wire.respond(kind, asked["Session"], **user, ANSWER="EMAIL_OTP")
    assert chosen["ChallengeName"] == "EMAIL_OTP"
    assert chosen["Session"] != asked["Session"]
    code = wire.login["code"]
    _, done = await wire.respond(
        "EMAIL_OTP", chosen["Session"], **user, EMAIL_OTP_CODE=code
    )
    assert "IdToken" in done["AuthenticationResult"]
    asked = (await wire.prove())[1]
    wrong = await wire.respond(kind, asked["Session"], **user, ANSWER="PIGEON")
    assert error(wrong)[0] == "InvalidParameterException"


async def test_late_codes(wires: Callable[[str], Wire]) -> None:
    """Codes and sessions expire."""
    wire = wires("sms_home")
    fields = {"USERNAME": wire.login["user_id"], "SMS_MFA_CODE": wire.login["code"]}
    session = (await wire.prove())[1]["Session"]
    wire.cloud.apply({"expire_code": "sms_home"})
    late = await wire.respond("SMS_MFA", session, **fields)
    assert error(late)[0] == "ExpiredCodeException"
    session = (await wire.prove())[1]["Session"]
    wire.cloud.apply({"expire_session": "sms_home"})
    expired = error(await wire.respond("SMS_MFA", session, **fields))
    assert "session is expired" in expired[1]
    session = (await wire.prove())[1]["Session"]
    wire.cloud.clock.advance(timedelta(minutes=3))
    assert error(await wire.respond("SMS_MFA", session, **fields)) == expired


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("EMAIL_OTP", {"EMAIL_OTP_CODE": "1"}),
        ("SMS_MFA", {"USERNAME": "x", "SMS_MFA_CODE": "1"}),
        ("SMS_MFA", {}),
    ],
)
async def test_answers_that_do_not_fit(
    wires: Callable[[str], Wire], name: str, fields: dict[str, str]
) -> None:
    """Another challenge, another user, no code."""
    wire = wires("sms_home")
    session = (await wire.prove())[1]["Session"]
    user = {"USERNAME": wire.login["user_id"]}
    answer = await wire.respond(name, session, **user | fields)
    assert error(answer)[0] == "InvalidParameterException"


async def test_challenges_nobody_can_answer(wire: Wire) -> None:
    """A new password is wanted: that is done in the app."""
    kind = "NEW_PASSWORD_REQUIRED"
    wire.cloud.apply({"mfa": {"account": "solar_home", "kind": kind}})
    answer = (await wire.prove())[1]
    assert answer["ChallengeName"] == kind
    user = {"USERNAME": wire.login["user_id"], "NEW_PASSWORD": "x"}
    refused = await wire.respond(kind, answer["Session"], **user)
    assert error(refused)[0] == "InvalidParameterException"
