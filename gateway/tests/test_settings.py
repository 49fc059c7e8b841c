"""A gateway that is set up wrongly says everything that is wrong."""

import pytest

from gigsta_common.settings import SettingsError, load
from gigsta_gateway.main import create_app
from gigsta_gateway.settings import GatewaySettings

GOOD = {
    **{f"UPSTREAM_{name}": "http://127.0.0.1:1" for name in ("AUTH", "CATALOG", "BOOKINGS", "RATINGS", "GEO")},
    "UPSTREAM_NOTIFICATIONS": "http://notifications:8000",
    "JWKS_URL": "http://127.0.0.1:1/auth/.well-known/jwks.json",
    "GATEWAY_SECRET": "shared-with-the-services",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GatewaySettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_everything_that_is_wrong_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPSTREAM_GEO", "geo:8000/path")
    monkeypatch.setenv("CORS_ORIGINS", "https://gigsta.nz, *")
    monkeypatch.setenv("ORIGIN_SECRET", "short")
    monkeypatch.setenv("PORT", "99999")
    with pytest.raises(SettingsError) as raised:
        create_app()
    said = str(raised.value)
    for name in ("UPSTREAM_AUTH: is missing", "UPSTREAM_GEO:", "JWKS_URL: is missing", "CORS_ORIGINS:", "PORT:"):
        assert name in said
    assert "ORIGIN_SECRET: " in said
    assert "GATEWAY_SECRET: Value error, must be set in production" in said
    assert "short" not in said.split("ORIGIN_SECRET: ")[1].splitlines()[0].replace("at least 16", "")


def test_what_is_needed_is_enough_and_nothing_is_open_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    settings = load(GatewaySettings)
    assert settings.environment == "production"
    assert settings.allowed_origins == frozenset()
    assert settings.origin_secret is None
    assert settings.upstreams["notifications"] == "http://notifications:8000"
    assert create_app(settings) is not None


def test_a_secret_that_is_required_has_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (GOOD | {"BEHIND_CLOUDFLARE": "true"}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match="ORIGIN_SECRET is not"):
        load(GatewaySettings)


def test_origins_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (GOOD | {"CORS_ORIGINS": "https://gigsta.nz, http://localhost:5173"}).items():
        monkeypatch.setenv(name, value)
    assert load(GatewaySettings).allowed_origins == {"https://gigsta.nz", "http://localhost:5173"}
