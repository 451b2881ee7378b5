"""Where packages come from is the affair of the machine that installs them: no file of the project says it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.test_architecture import ROOT, project_files


def machine_hosts() -> set[str]:
    """The hosts that this machine's own pip settings name, apart from this machine itself."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False, timeout=60
    )
    hosts = {host.lower() for host in re.findall(r"https?://(?:[^/@\s']*@)?([\w.-]+)", done.stdout)}
    return {host for host in hosts if host not in {"localhost", "127.0.0.1"}}


def test_no_file_says_where_packages_come_from() -> None:
    # By shape, so that this file passes its own test.
    option = re.compile(rb"--(?:extra-)?index-url[ =]|--find-links[ =]|--trusted-host[ =]|^\s*index-url\s*=", re.M)
    registry = re.compile(rb"\b(?:pypi|pythonhosted|npmjs|debian)\.[a-z]{2,}\b", re.I)
    hosts = [host.encode() for host in machine_hosts()]
    wrong = []
    for path in project_files():
        data = path.read_bytes()
        name = str(path.relative_to(ROOT))
        if registry.search(data) or any(host in data.lower() for host in hosts):
            wrong.append(f"{name} names a package registry")
        if path != Path(__file__).resolve() and option.search(data):
            wrong.append(f"{name} sets an index")
    assert not wrong, wrong
