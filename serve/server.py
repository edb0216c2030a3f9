"""The processes behind ``watchword serve``: granian, its workers and its port."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from classifier import Model, WatchwordError
from serve.settings import Settings

_SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def free_address(host: str, port: int) -> str:
    """Return the numeric address to listen on, after making sure that nobody else does.

    Granian shares its port with whoever asks (SO_REUSEPORT), so two services would silently divide the requests.

    Raises
    ------
    WatchwordError
        If the host is not this machine's, or the port is taken or not allowed.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except socket.gaierror as error:
        msg = f"{host} is not an address; give one of this machine's, such as 127.0.0.1"
        raise WatchwordError(msg) from error
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: f"port {port} is taken; choose another with --port",
            errno.EACCES: f"port {port} needs rights that this user has not; choose one from 1024 on with --port",
            errno.EADDRNOTAVAIL: f"{host} is not an address of this machine; choose another with --host",
        }
        raise WatchwordError(
            reasons.get(error.errno or 0, f"cannot listen on {host}:{port}: {error.strerror}")
        ) from error
    return str(address[0])


def run(settings: Settings, model: Model, announce: Callable[[Settings, str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C.

    Parameters
    ----------
    settings
        Handed to every worker.
    model
        Loaded and checked once; every worker answers with this very model, also one that is started again later.
    announce
        Called with the settings and the model's name once the port is known to be free.

    Raises
    ------
    WatchwordError
        If the port cannot be had.
    """
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    address = free_address(settings.host, settings.port)
    with _shared_metrics(settings.workers):
        from serve.app import create_app

        server = Granian(
            "watchword",  # a name for its log: the application comes from the loader below
            address=address,
            port=settings.port,
            interface=Interfaces.ASGI,
            # HTTP/1 only: granian's header timeout, which ends slow clients, is HTTP/1's
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=round(settings.header_timeout * 1000)),
            websockets=False,
            workers=settings.workers,
            workers_kill_timeout=settings.shutdown_timeout,
            respawn_failed_workers=True,
            log_level=LogLevels.warning,
        )
        announce(settings, model.name)
        server.serve(target_loader=partial(create_app, settings, model), wrap_loader=False)


@contextmanager
def _shared_metrics(workers: int) -> Iterator[None]:
    """Give several workers a folder to add up their numbers in; prometheus-client reads its name when it is imported."""
    if workers == 1 or _SHARED_FOLDER in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="watchword-metrics-") as folder:
        os.environ[_SHARED_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[_SHARED_FOLDER]
