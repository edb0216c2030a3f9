"""The service beside its peers, over HTTP on this machine: ``python benchmarks/service.py --models models``.

Starts each server on a free port of the loopback address with one worker, sends it single posts and batches of 100 (needs
``wrk``), and single posts at half the rate it can take, which no waiting client slows down. The peers: MLServer's
scikit-learn runtime with the model's own pipeline, given canonical text, in an environment of its own; and a FastAPI route
that only parses the same body. Prints tables; with ``--report DIR`` also writes ``service.md``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pages import machine
from speed import generated, interpreter

HERE = Path(__file__).resolve().parent
BATCH, TERMS = 100, 5
SECONDS, CONNECTIONS = 5, 8
PATIENCE = 60
NAMES = {"watchword": "Watchword", "parse": "FastAPI, parses only", "mlserver": "MLServer, scikit-learn"}
WAYS = {"single": 1, "batches": BATCH}


def posts_of(models: str) -> tuple[list[str], list[str]]:
    """Return English, Urdu and Arabic posts mixed, as written and in canonical form."""
    from classifier import load

    normalise = load(models).normalise
    sets = generated(2000)
    columns = zip(sets["English"], sets["English"][1000:], sets["Urdu"], sets["Arabic"], strict=False)
    raw = [text for column in columns for text in column]
    return raw, [normalise(text).text for text in raw]


def write_bodies(folder: Path, raw: list[str], canonical: list[str]) -> None:
    """Write what is sent to each server, one body a line."""
    for way, size in WAYS.items():
        cuts = [slice(i, i + size) for i in range(0, len(raw) - size + 1, size)]
        ours = [{"posts": [{"id": str(i), "text": t} for i, t in enumerate(raw[cut])], "terms": TERMS} for cut in cuts]
        theirs = [_for_mlserver(canonical[cut]) for cut in cuts]
        for peer, bodies in (("watchword", ours), ("parse", ours), ("mlserver", theirs)):
            lines = (json.dumps(body, ensure_ascii=False) + "\n" for body in bodies)
            (folder / f"{peer}-{way}").write_text("".join(lines), encoding="utf-8")


def _for_mlserver(texts: list[str]) -> dict[str, Any]:
    told = {"name": "text", "shape": [len(texts)], "datatype": "BYTES", "data": texts}
    return {"inputs": [told | {"parameters": {"content_type": "str"}}], "outputs": [{"name": "predict_proba"}]}


@contextlib.contextmanager
def server(peer: str, folder: Path, models: str, workers: int = 1) -> Iterator[tuple[str, int]]:
    """Start a server; yield its address and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PYTHONPATH": str(HERE), "OMP_NUM_THREADS": "1"}
    if peer == "watchword":
        command = [
            str(scripts / "watchword"),
            "serve",
            "--models",
            models,
            "--port",
            str(port),
            "--workers",
            str(workers),
        ]
        path, ready = "/v1/score", "/readyz"
    elif peer == "parse":
        command = [str(scripts / "granian"), "--interface", "asgi", "--no-ws", "--port", str(port), "parse_only:app"]
        path, ready = "/v1/score", "/openapi.json"
    else:
        command = [
            str(Path(interpreter("mlserver")).parent / "mlserver"),
            "start",
            str(_mlserver_folder(folder, models, port)),
        ]
        path, ready = "/v2/models/pipeline/infer", "/v2/models/pipeline/ready"
    process = subprocess.Popen(  # noqa: S603 - own commands
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait(f"http://127.0.0.1:{port}{ready}", process)
        yield f"http://127.0.0.1:{port}{path}", process.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _mlserver_folder(folder: Path, models: str, port: int) -> Path:
    """Write MLServer's settings beside the model's pipeline."""
    from classifier import load

    home = folder / "mlserver"
    home.mkdir(exist_ok=True)
    (home / "pipeline.joblib").write_bytes(load(models).bundle.read("pipeline.joblib"))
    ports = {"http_port": port, "grpc_port": port + 1, "metrics_port": port + 2}
    settings = {**ports, "host": "127.0.0.1", "parallel_workers": 0, "debug": False}
    (home / "settings.json").write_text(json.dumps(settings))
    model = {
        "name": "pipeline",
        "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": "./pipeline.joblib"},
    }
    (home / "model-settings.json").write_text(json.dumps(model))
    return home


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError, urllib.error.URLError), urllib.request.urlopen(address, timeout=2):  # noqa: S310
            return
        time.sleep(0.1)
    msg = f"{address} does not answer"
    raise RuntimeError(msg)


def load_with(address: str, bodies: Path, connections: int) -> dict[str, float]:
    """Return requests a second, wrong answers, and milliseconds, under as many requests as the server takes."""
    wrk = shutil.which("wrk")
    if wrk is None:
        msg = "wrk is missing; install it, on Debian with: apt-get install wrk"
        raise SystemExit(msg)
    command = [wrk, "-t1", f"-c{connections}", "-s", str(HERE / "post.lua"), address]
    environment = {**os.environ, "BODIES": str(bodies)}
    for seconds in (1, SECONDS):  # the first warms up
        done = subprocess.run(  # noqa: S603 - as above
            [*command, f"-d{seconds}s"], env=environment, check=True, capture_output=True, text=True
        )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


async def _at_rate(address: str, bodies: list[bytes], rate: float) -> list[float]:
    """Return milliseconds from when each request was due to its answer, on a few connections kept open."""
    host, port = address.split("/")[2].split(":")
    path = "/" + address.split("/", 3)[3]
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection(host, int(port)))
    times: list[float] = []

    async def ask(body: bytes, due: float) -> None:
        reader, writer = await free.get()
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next(int(x.split(b":")[1]) for x in answer.lower().split(b"\r\n") if x.startswith(b"content-length"))
        await reader.readexactly(length)
        times.append(1000 * (time.perf_counter() - due))
        free.put_nowait((reader, writer))

    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(round(rate * SECONDS)):
            due = started + number / rate
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            group.create_task(ask(bodies[number % len(bodies)], due))
    return times


def memory_of(leader: int) -> dict[int, int]:
    """Return the resident KiB of every process of a session, shared pages counted once each by share."""
    sizes = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            if os.getsid(int(folder.name)) == leader:
                lines = (folder / "smaps_rollup").read_text().splitlines()
                sizes[int(folder.name)] = next(int(x.split()[1]) for x in lines if x.startswith("Pss:"))
    return sizes


def measure(peer: str, folder: Path, models: str) -> dict[str, float]:
    """Return what there is to know of one server."""
    found: dict[str, float] = {}
    with server(peer, folder, models) as (address, process):
        for way, size in WAYS.items():
            got = load_with(address, folder / f"{peer}-{way}", CONNECTIONS if size == 1 else 4)
            if got["wrong"]:
                msg = f"{NAMES[peer]} answered {got['wrong']:.0f} requests wrongly"
                raise RuntimeError(msg)
            found[way] = got["rate"]
        bodies = (folder / f"{peer}-single").read_bytes().splitlines()
        times = asyncio.run(_at_rate(address, bodies, found["single"] / 2))
        found["p50"], found["p99"] = statistics.median(times), statistics.quantiles(times, n=100)[98]
        found["memory"] = sum(memory_of(process).values()) / 1024
    return found


def rows(results: dict[str, dict[str, float]]) -> list[list[str]]:
    """Return the lines of the table."""
    mine = results["watchword"]
    lines = []
    for peer, found in results.items():
        cells = [NAMES[peer]]
        for way, size in WAYS.items():
            ratio = f" ({mine[way] / found[way]:.2f} ×)" if peer != "watchword" else ""
            posts = f", {found[way] * size:,.0f} posts" if size > 1 else ""
            cells.append(f"{found[way]:,.0f}{posts}{ratio}")
        lines.append([*cells, f"{found['p50']:.2f}", f"{found['p99']:.2f}", f"{found['memory']:,.0f}"])
    return lines


HEADER = ["", "single posts", f"batches of {BATCH}", "p50 at half load, ms", "p99, ms", "memory, MiB"]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write the report where one is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--models", default="models", help="the models folder")
    parser.add_argument("--report", type=Path, help="where to write service.md")
    parser.add_argument("--peers", nargs="*", default=list(NAMES), choices=list(NAMES), help="which servers")
    options: Any = parser.parse_args(arguments)
    results: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        write_bodies(Path(name), *posts_of(options.models))
        for peer in dict.fromkeys(["watchword", *options.peers]):
            try:
                results[peer] = measure(peer, Path(name), options.models)
            except (RuntimeError, subprocess.CalledProcessError) as error:
                print(f"{NAMES[peer]} could not be measured: {error}", file=sys.stderr)
    lines = [HEADER, ["---", *["---:"] * (len(HEADER) - 1)], *rows(results)]
    table = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    print(table)
    if options.report is not None:
        options.report.mkdir(parents=True, exist_ok=True)
        text = (
            f"# The service beside its peers\n\n`python benchmarks/service.py` on {machine()}.\n"
            "One worker each, the client on the same machine. Requests a second, in brackets how many times as many\n"
            "Watchword answers; it explains each post with five terms.\n"
            "Half load is a fixed rate, and a request that waits for its turn is late from when it was due.\n\n"
        )
        (options.report / "service.md").write_text(text + table, encoding="utf-8")


if __name__ == "__main__":
    main()
