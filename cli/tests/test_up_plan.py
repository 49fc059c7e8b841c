"""What each part is told."""

import importlib
from dataclasses import replace
from pathlib import Path

import pytest

from gigsta_cli.up.checks import UpError
from gigsta_cli.up.command import ports_from
from gigsta_cli.up.plan import (
    GATEWAY,
    PASSED_ON_TO,
    SERVICES,
    Addresses,
    Ports,
    admins_show_two,
    common_environment,
    database_url,
    gateway_environment,
    job_environment,
    one_process_environment,
    service_environment,
)

ADDRESSES = Addresses(
    service_urls={name: f"mongodb://{name}@db/gigsta_{name}" for name in SERVICES},
    migrator_urls={name: f"mongodb://{name}_migrator@db/gigsta_{name}" for name in SERVICES},
    amqp_url="amqp://broker/",
    media_folder=Path("/state/data/media"),
)
OUTER = {
    "PATH": "/bin",
    "SECRET_OF_THE_SHELL": "x",
    "SMTP_URL": "smtp://mail",
    "OAUTH_GOOGLE": "{}",
    "RATE_READS": "{}",
    "ADMIN_SECOND_FACTOR": "true",
}


def told(name: str) -> dict[str, str]:
    return service_environment(
        name, Ports(), ADDRESSES, OUTER, key_encryption_key="key", gateway_secret="shared", mail_link_secret="links"
    )


def test_every_port_follows_from_the_first() -> None:
    ports = Ports(8100)
    assert [ports.service(name) for name in SERVICES] == [8101, 8102, 8103, 8104, 8105, 8106]
    assert (ports.mongod, ports.rabbitmq, ports.epmd, ports.erlang) == (8110, 8111, 8112, 8113)


def test_a_service_is_told_its_own_database_and_no_other() -> None:
    environment = told("ratings")
    assert environment["MONGODB_URL"] == "mongodb://ratings@db/gigsta_ratings"
    assert environment["PORT"] == "8004"
    assert environment["JWKS_URL"] == "http://127.0.0.1:8001/auth/.well-known/jwks.json"
    assert environment["PUBLIC_URL"] == "http://localhost:8000"
    assert environment["ENVIRONMENT"] == "development"
    assert not [value for value in environment.values() if "migrator" in value or "gigsta_auth" in value]


def test_only_auth_gets_the_key_that_encrypts_keys() -> None:
    assert [name for name in SERVICES if "KEY_ENCRYPTION_KEY" in told(name)] == ["auth"]
    assert [name for name in SERVICES if "GATEWAY_SECRET" in told(name)] == ["auth"]
    assert [name for name in SERVICES if "MAIL_LINK_SECRET" in told(name)] == ["bookings"]


def test_settings_of_the_shell_reach_only_whom_they_concern() -> None:
    assert [name for name in SERVICES if "SMTP_URL" in told(name)] == ["notifications"]
    assert [name for name in SERVICES if "OAUTH_GOOGLE" in told(name)] == ["auth"]
    assert not [name for name in SERVICES if "SECRET_OF_THE_SHELL" in told(name) or "RATE_READS" in told(name)]
    gateway = gateway_environment(Ports(), OUTER, gateway_secret="shared", web=Path("/web"))
    assert "RATE_READS" in gateway
    assert "SMTP_URL" not in gateway


def test_every_service_and_the_jobs_know_what_administrators_have_to_show() -> None:
    """Each verifies tokens itself."""
    assert {told(name)["ADMIN_SECOND_FACTOR"] for name in SERVICES} == {"true"}
    assert job_environment(ADDRESSES, Ports(), OUTER)["ADMIN_SECOND_FACTOR"] == "true"


@pytest.mark.parametrize(
    ("said", "asked"), [("true", True), ("1", True), ("false", False), ("", False), ("maybe", False), (None, False)]
)
def test_the_demos_administrator_is_told_where_they_have_to_show_two(said: str | None, asked: bool) -> None:
    assert admins_show_two({} if said is None else {"ADMIN_SECOND_FACTOR": said}) is asked


def test_what_is_passed_on_is_a_setting() -> None:
    """A prefix that no setting has passes nothing on."""
    for name, prefixes in PASSED_ON_TO.items():
        settings = importlib.import_module(f"gigsta_{name}.settings")
        chosen = settings.GatewaySettings if name == GATEWAY else settings.Settings
        known = [field.upper() for field in chosen.model_fields]
        for prefix in prefixes:
            assert any(field.startswith(prefix) for field in known), (name, prefix)


def test_pictures_lie_where_the_state_is_unless_somebody_says_otherwise() -> None:
    assert [name for name in SERVICES if "MEDIA_FOLDER" in told(name)] == ["catalog"]
    for environment in (told("catalog"), job_environment(ADDRESSES, Ports(), OUTER)):
        assert environment["MEDIA_FOLDER"] == "/state/data/media"
    elsewhere = {**OUTER, "S3_ENDPOINT": "http://s3", "MEDIA_URL": "http://s3/images"}
    assert job_environment(ADDRESSES, Ports(), elsewhere)["S3_ENDPOINT"] == "http://s3"


def test_the_gateway_knows_where_pictures_lie_and_no_key_to_them() -> None:
    outer = {**OUTER, "S3_ENDPOINT": "http://s3", "MEDIA_URL": "http://s3/images", "S3_SECRET": "x", "S3_KEY_ID": "y"}
    environment = gateway_environment(Ports(), outer, gateway_secret="shared", web=Path("/web"))
    assert (environment["S3_ENDPOINT"], environment["MEDIA_URL"]) == ("http://s3", "http://s3/images")
    assert not {"S3_SECRET", "S3_KEY_ID"} & set(environment)


def test_the_gateway_knows_every_upstream_and_no_database() -> None:
    environment = gateway_environment(Ports(), OUTER, gateway_secret="shared", web=Path("/state/web/dist"))
    assert environment["WEB_DIST"] == "/state/web/dist"
    assert environment["UPSTREAM_AUTH"] == "http://127.0.0.1:8001"
    assert len([key for key in environment if key.startswith("UPSTREAM_")]) == len(SERVICES)
    assert not [key for key in environment if "MONGODB" in key or "AMQP" in key]


def test_jobs_may_migrate_every_database() -> None:
    environment = job_environment(ADDRESSES, Ports(), OUTER)
    assert environment["MIGRATION_MONGODB_URL_GEO"] == "mongodb://geo_migrator@db/gigsta_geo"
    assert environment["MONGODB_URL_GEO"] == "mongodb://geo@db/gigsta_geo"


def test_the_log_level_of_the_shell_is_kept() -> None:
    assert common_environment(Ports(), {})["LOG_LEVEL"] == "info"
    assert common_environment(Ports(), {"LOG_LEVEL": "debug"})["LOG_LEVEL"] == "debug"


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("mongodb://h:1/?replicaSet=rs0", "mongodb://h:1/gigsta_geo?replicaSet=rs0"),
        ("mongodb://h1:1,h2:2", "mongodb://h1:1,h2:2/gigsta_geo"),
        ("mongodb://u:p%40@h:1", "mongodb://u:p%40@h:1/gigsta_geo?authSource=admin"),
        ("mongodb+srv://u:p@h/users?w=majority", "mongodb+srv://u:p@h/gigsta_geo?w=majority&authSource=users"),
        ("mongodb://u:p@h/x?authSource=y", "mongodb://u:p@h/gigsta_geo?authSource=y"),
    ],
)
def test_an_existing_server_is_used_with_a_database_per_service(server: str, expected: str) -> None:
    assert database_url(server, "gigsta_geo") == expected


@pytest.mark.parametrize("wrong", ["eighty", "80", "65536", "-1"])
def test_a_port_that_makes_no_sense_is_refused(wrong: str) -> None:
    with pytest.raises(UpError, match="GIGSTA_PORT"):
        ports_from({"GIGSTA_PORT": wrong})
    assert ports_from({}) == Ports(8000)


def test_one_process_is_told_everything_but_how_to_change_a_schema() -> None:
    together = one_process_environment(
        Ports(),
        ADDRESSES,
        OUTER,
        key_encryption_key="key",
        gateway_secret="shared",
        mail_link_secret="links",
        web=Path("/web"),
    )
    assert {together[f"MONGODB_URL_{name.upper()}"] for name in SERVICES} == set(ADDRESSES.service_urls.values())
    assert together["PORT"] == "8000"
    assert (together["KEY_ENCRYPTION_KEY"], together["GATEWAY_SECRET"], together["MAIL_LINK_SECRET"]) == (
        "key",
        "shared",
        "links",
    )
    assert {"SMTP_URL", "OAUTH_GOOGLE", "RATE_READS"} <= set(together)
    assert not [name for name in together if name.startswith(("MIGRATION_", "AMQP_")) or name == "SECRET_OF_THE_SHELL"]


def test_jobs_are_not_told_of_a_broker_that_is_not_there() -> None:
    assert "AMQP_URL" in job_environment(ADDRESSES, Ports(), OUTER)
    assert "AMQP_URL" not in job_environment(replace(ADDRESSES, amqp_url=""), Ports(), OUTER)
