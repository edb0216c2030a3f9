"""The real thing: ``watchword serve`` in a process of its own, over loopback."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from classifier import Model, WatchwordError
from serve.server import free_address

COMMAND = (sys.executable, "-c", "from classifier.commands.root import main; main()", "serve")
PATIENCE = 30


@dataclass(frozen=True)
class Running:
    """A running service."""

    process: subprocess.Popen[str]
    port: int

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, str]:
        """Return status and text of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(models: Path, *options: str, **environ: str) -> Iterator[Running]:
    port = free_port()
    process = subprocess.Popen(
        [*COMMAND, "--port", str(port), "--models", str(models), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environ,
        start_new_session=True,  # so that the workers can be ended with it
    )
    running = Running(process, port)
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                if running.ask("GET", "/readyz")[0] == 200:
                    break
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            time.sleep(0.05)
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def run(*options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options], capture_output=True, text=True, timeout=PATIENCE, check=False, env=os.environ | environ
    )


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_scores_and_ends_when_asked(models: Path, model: Model, end: signal.Signals) -> None:
    with serving(models) as service:
        status, text = service.ask("POST", "/v1/score", {"posts": [{"id": "1", "text": "join us tonight"}], "terms": 2})
        assert status == 200
        assert json.loads(text)["results"] == [
            json.loads(json.dumps(model.score(["join us tonight"], 2)[0].to_dict() | {"id": "1"}))
        ]
        service.process.send_signal(end)
        out, err = service.process.communicate(timeout=PATIENCE)
    assert service.process.returncode == 0
    assert f"http://127.0.0.1:{service.port}" in out
    assert model.name in out
    lines = [json.loads(line) for line in err.splitlines()]
    assert ("/v1/score", 200, 1) in [(x["path"], x["status"], x["posts"]) for x in lines]
    assert "join us" not in out + err


def test_a_client_that_trickles_its_header_is_closed(models: Path) -> None:
    with serving(models, WATCHWORD_HEADER_TIMEOUT="1") as service:
        with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as slow:
            started = time.monotonic()
            closed = False
            slow.settimeout(0.2)
            slow.sendall(b"POST /v1/score HTTP/1.1\r\nHost: x\r\n")
            while not closed and time.monotonic() - started < 10:
                try:
                    slow.sendall(b"X")
                    closed = slow.recv(1024) == b""
                except TimeoutError:
                    continue
                except OSError:
                    closed = True
        assert closed
        assert time.monotonic() - started < 5
        assert service.ask("GET", "/healthz")[0] == 200


def test_a_client_that_trickles_its_body_is_answered_408(models: Path) -> None:
    with serving(models, WATCHWORD_BODY_TIMEOUT="0.5") as service:
        head = b"POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as slow:
            slow.sendall(head)
            assert slow.recv(64).startswith(b"HTTP/1.1 408 ")


def test_workers_share_the_port_and_add_up_their_numbers(models: Path) -> None:
    with serving(models, "--workers", "2", WATCHWORD_LOG_REQUESTS="false") as service:
        for n in range(20):
            assert service.ask("POST", "/v1/score", {"posts": [{"id": str(n), "text": ""}]})[0] == 200
        assert 'watchword_posts_scored_total{band="pass"} 20.0' in service.ask("GET", "/metrics")[1]
        service.process.send_signal(signal.SIGTERM)
        _, err = service.process.communicate(timeout=PATIENCE)
    assert (service.process.returncode, err) == (0, "")


def test_a_taken_port_is_said(models: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = run("--port", port, "--models", str(models))
    assert ended.returncode == 1
    assert ended.stderr == f"error: port {port} is taken; choose another with --port\n"
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("options", "environ", "said"),
    [
        (["--host", "no such host"], {}, "is not an address"),
        (["--host", "192.0.2.1"], {}, "is not an address of this machine"),
        ([], {"WATCHWORD_PORT": "99999"}, "WATCHWORD_PORT"),
        (["--workers", "0"], {}, "WATCHWORD_WORKERS"),
        (["--model", "no-such-model"], {}, "watchword models list"),
    ],
)
def test_what_cannot_be_is_said(models: Path, options: list[str], environ: dict[str, str], said: str) -> None:
    ended = run("--models", str(models), *options, **environ)
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: ")
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_a_model_it_says_what_to_run(tmp_path: Path) -> None:
    ended = run("--models", str(tmp_path))
    assert ended.returncode == 1
    assert "watchword train" in ended.stderr


def test_a_name_becomes_an_address() -> None:
    assert free_address("localhost", free_port()) in {"127.0.0.1", "::1"}
    with pytest.raises(WatchwordError, match="not an address"):
        free_address("256.256.256.256", 8080)
