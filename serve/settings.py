"""What an owner can set: read once, at the edge, from an injected mapping, and frozen from then on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from classifier.errors import WatchwordError

PREFIX = "WATCHWORD_"
MEBIBYTE = 1 << 20


class Settings(BaseSettings):
    """The service's settings; each is also an environment variable with the prefix ``WATCHWORD_``.

    Attributes
    ----------
    models
        The models folder.
    model
        A version or its beginning; None for the one in use.
    host, port
        Where to listen.
    workers
        Processes that answer; each holds the model.
    scoring_threads
        Requests that a worker scores at the same time; more wait.
    max_body_bytes
        Largest body of a request, in bytes.
    header_timeout, body_timeout
        Seconds a client has to send its header, and its body.
    shutdown_timeout
        Seconds that running requests have to end after SIGTERM or Ctrl-C.
    log_requests
        Whether to write one line of JSON a request on standard error.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    models: Path = Path("models")
    model: str | None = None
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    scoring_threads: Annotated[int, Field(ge=1, le=64)] = 4
    max_body_bytes: Annotated[int, Field(ge=1024, le=64 * MEBIBYTE)] = MEBIBYTE
    header_timeout: Annotated[float, Field(gt=0, le=60)] = 10.0
    body_timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    shutdown_timeout: Annotated[int, Field(ge=1, le=600)] = 15
    log_requests: bool = True

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave the process's own environment and files out: `read` is handed what there is to read."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @classmethod
    def read(cls, environ: Mapping[str, str], **given: object) -> Settings:
        """Read the settings.

        Parameters
        ----------
        environ
            Usually ``os.environ``.
        **given
            Values that outrank it, such as options of the command line; None stands for "not given".

        Raises
        ------
        WatchwordError
            If a value cannot be used; the message names the variable and its limit.
        """
        source = EnvSettingsSource(cls, env_prefix=PREFIX)
        source.env_vars = {name.lower(): value for name, value in environ.items()}
        values: dict[str, Any] = source()
        values.update({name: value for name, value in given.items() if value is not None})
        try:
            return cls(**values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = f"{PREFIX}{'_'.join(str(part) for part in first['loc']).upper()}"
            msg = f"{name} (or its option) cannot be used: {first['msg']}"
            raise WatchwordError(msg) from error
