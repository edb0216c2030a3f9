from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from classifier import WatchwordError
from serve.settings import Settings


def test_defaults_need_nothing() -> None:
    settings = Settings.read({})
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8080, 1)
    assert settings.models == Path("models")


def test_the_mapping_is_read_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHWORD_PORT", "9999")
    assert Settings.read({"WATCHWORD_WORKERS": "3", "PORT": "1", "WATCHWORD_LOG_REQUESTS": "false"}) == Settings.read(
        {}, workers=3, log_requests=False
    )
    assert Settings.read({}).port == 8080


def test_options_outrank_the_mapping() -> None:
    settings = Settings.read({"WATCHWORD_PORT": "9000", "WATCHWORD_HOST": "0.0.0.0"}, port=9001, host=None)  # noqa: S104 (not listened on)
    assert (settings.host, settings.port) == ("0.0.0.0", 9001)  # noqa: S104 (not listened on)


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings.read({}).port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WATCHWORD_PORT", "0"),
        ("WATCHWORD_PORT", "http"),
        ("WATCHWORD_WORKERS", "0"),
        ("WATCHWORD_HOST", ""),
        ("WATCHWORD_HEADER_TIMEOUT", "nan"),
        ("WATCHWORD_MAX_BODY_BYTES", "1"),
    ],
)
def test_an_unusable_value_is_named(name: str, value: str) -> None:
    with pytest.raises(WatchwordError, match=name):
        Settings.read({name: value})
