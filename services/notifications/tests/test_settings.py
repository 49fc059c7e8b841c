"""A notifications service that is set up wrongly does not start."""

import pytest

from gigsta_common.settings import SettingsError, load
from gigsta_notifications.settings import Settings


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_URL", "MAIL_FROM", "SUPPORT_EMAIL", "MAIL_ENABLED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MONGODB_URL", "mongodb://localhost")
    monkeypatch.setenv("AMQP_URL", "amqp://localhost")
    monkeypatch.setenv("JWKS_URL", "http://localhost/jwks")


def test_production_needs_a_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(SettingsError, match=r"SMTP_URL.*is missing"):
        load(Settings)
    monkeypatch.setenv("SMTP_URL", "smtp://user:p%40ss@mail.example.com:587")
    assert load(Settings).mail_from == "GigSta <no-reply@gigsta.nz>"


def test_development_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "development")
    assert load(Settings).smtp_url is None


@pytest.mark.parametrize("url", ["http://mail.example.com", "smtp://", "smtp://host:port", "mail.example.com:25"])
def test_a_wrong_url_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv("SMTP_URL", url)
    with pytest.raises(SettingsError, match="SMTP_URL"):
        load(Settings)


@pytest.mark.parametrize("sender", ["GigSta", "GigSta <no-reply>", "a@b@c", "GigSta <>"])
def test_a_sender_that_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, sender: str) -> None:
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv("MAIL_FROM", sender)
    with pytest.raises(SettingsError, match="MAIL_FROM"):
        load(Settings)


@pytest.mark.parametrize("address", ["GigSta", "Help <help@gigsta.nz>", "a@b@c"])
def test_an_address_for_support_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ENVIRONMENT", "development")
    assert load(Settings).support_email == "support@gigsta.nz"
    monkeypatch.setenv("SUPPORT_EMAIL", address)
    with pytest.raises(SettingsError, match="SUPPORT_EMAIL"):
        load(Settings)
