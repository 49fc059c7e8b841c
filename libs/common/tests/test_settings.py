"""Settings that make no sense stop the process with a full list, and secrets are not printed."""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, SecretStr, model_validator

from gigsta_common.settings import ServiceSettings, SettingsError, load, server_url, told

GOOD = {
    "MONGODB_URL": "mongodb://user:hunter2@localhost/x",
    "AMQP_URL": "amqp://user:hunter2@localhost/",
    "JWKS_URL": "http://auth/jwks.json",
}
Environment = Callable[..., None]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Environment:
    for name in ServiceSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def put(**values: str) -> None:
        for name, value in (GOOD | values).items():
            monkeypatch.setenv(name, value)

    return put


class MailSettings(ServiceSettings):
    smtp_password: SecretStr
    batch: Annotated[int, Field(gt=0)] = 10

    @model_validator(mode="after")
    def together(self) -> "MailSettings":
        if self.batch == 13:
            raise ValueError("thirteen brings bad luck")
        return self


def test_good_settings_are_read_from_the_environment(environment: Environment) -> None:
    environment(PORT="9001", RETRY_DELAYS_MS="10, 20", LOG_LEVEL="debug")
    settings = load(ServiceSettings)
    assert (settings.port, settings.log_level, settings.environment) == (9001, "debug", "production")
    assert settings.retry_delays_ms == (10, 20)
    assert settings.mongodb_url.get_secret_value() == GOOD["MONGODB_URL"]


def test_a_broker_may_be_a_host_and_a_password(environment: Environment) -> None:
    environment(AMQP_URL="rabbitmq-x1:5672", AMQP_PASSWORD="a/b=")
    assert load(ServiceSettings).amqp_url.get_secret_value() == "amqp://gigsta:a%2Fb%3D@rabbitmq-x1:5672/"
    environment(AMQP_PASSWORD="of no use here")
    assert load(ServiceSettings).amqp_url.get_secret_value() == GOOD["AMQP_URL"]


@pytest.mark.parametrize(("given", "expected"), [("[1000,5000]", (1000, 5000)), ("7", (7,)), ("[]", ())])
def test_a_list_may_be_written_as_json_too(environment: Environment, given: str, expected: tuple[int, ...]) -> None:
    environment(RETRY_DELAYS_MS=given)
    assert load(ServiceSettings).retry_delays_ms == expected


def test_every_problem_is_listed_at_once(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(
        PORT="no number",
        ENVIRONMENT="staging",
        AMQP_URL="http://user:hunter2@x",
        RETRY_DELAYS_MS="1,x",
        BUS_NAMESPACE="Ümlaut",
        PUBLIC_URL="https://gigsta.nz/",
        MAX_BODY_SIZE="1",
        SWEEP_INTERVAL="0",
    )
    monkeypatch.delenv("MONGODB_URL")
    with pytest.raises(SettingsError) as wrong:
        load(MailSettings)
    text = str(wrong.value)
    listed = {line.split(":")[0].strip() for line in text.splitlines()[1:]}
    assert listed == {
        "PORT", "ENVIRONMENT", "AMQP_URL", "RETRY_DELAYS_MS", "BUS_NAMESPACE", "PUBLIC_URL", "MAX_BODY_SIZE",
        "SWEEP_INTERVAL", "MONGODB_URL", "SMTP_PASSWORD",
    }  # fmt: skip
    assert "MONGODB_URL: is missing" in text
    assert "must look like amqp://" in text
    assert "hunter2" not in text


def test_a_problem_of_all_together_is_told(environment: Environment) -> None:
    environment(SMTP_PASSWORD="hunter2", BATCH="13")
    with pytest.raises(SettingsError, match="thirteen brings bad luck") as wrong:
        load(MailSettings)
    assert "hunter2" not in str(wrong.value)


def test_a_value_that_cannot_be_read_is_told(environment: Environment) -> None:
    class Listing(ServiceSettings):
        names: list[str]

    environment(NAMES="not json")
    with pytest.raises(SettingsError, match="names"):
        load(Listing)


def test_an_empty_variable_counts_as_not_set(environment: Environment) -> None:
    environment(PORT="", MONGODB_URL="")
    with pytest.raises(SettingsError, match="MONGODB_URL: is missing"):
        load(ServiceSettings)


def test_secrets_are_not_printed_and_settings_do_not_change(environment: Environment) -> None:
    environment(SMTP_PASSWORD="hunter2")
    settings = load(MailSettings)
    for text in (repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump())):
        assert "hunter2" not in text
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]


def test_a_secret_may_be_a_file_and_a_variable_wins_over_it(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment()
    monkeypatch.delenv("MONGODB_URL")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    (tmp_path / "mongodb_url").write_text("mongodb://from-the-file/x\n")
    (tmp_path / "amqp_url").write_text("amqp://from-the-file/")
    settings = load(ServiceSettings)
    assert settings.mongodb_url.get_secret_value() == "mongodb://from-the-file/x"
    assert settings.amqp_url.get_secret_value() == GOOD["AMQP_URL"]
    assert told("MONGODB_URL") == "mongodb://from-the-file/x"
    assert told("AMQP_URL") == GOOD["AMQP_URL"]
    assert told("NOTHING") is None


def test_a_directory_of_secrets_that_is_not_there_is_told(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment()
    monkeypatch.setenv("SECRETS_DIR", "/nowhere")
    with pytest.raises(SettingsError, match="SECRETS_DIR is /nowhere, and there is no such directory"):
        load(ServiceSettings)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("auth-x1:10000", "http://auth-x1:10000/auth/.well-known/jwks.json"),
        ("https://auth/keys", "https://auth/keys"),
    ],
)
def test_keys_are_found_where_auth_is(environment: Environment, given: str, expected: str) -> None:
    environment(JWKS_URL=given)
    assert load(ServiceSettings).jwks_url == expected


@pytest.mark.parametrize(
    "url",
    [
        "//u:hunter2/x@h",
        "//u:hunter2#x@h",
        "//u:hunter2?x@h",
        "//u:[hunter2]@h",
        "//[hunter2",
        "//h:hunter2",
        "",
        "//:1",
    ],
)
def test_a_url_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="must look like amqp://") as refused:
        server_url(f"amqp:{url}", "amqp", "amqps")
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "url", ["amqps://h", "amqp://u:p%2F@h:1/x", "amqp://[::1]:5672/", "mongodb://u:p@a:1,b:2/?x=1"]
)
def test_a_url_of_a_server_is_taken(url: str) -> None:
    assert server_url(url, "amqp", "amqps", "mongodb") == url
