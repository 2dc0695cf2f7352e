"""A machine of its own, as the network sees it: a network namespace with a wire to its readers and one to all it needs.

Only root may make one.
"""

import itertools
import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest

_numbers = itertools.count(os.getpid())  # so that two runs on one machine have other names and addresses


def needs_namespaces():
    """For a test: skipped where no namespace can be made; a failure in CI if only the program is missing."""
    if not shutil.which("ip") and os.environ.get("CI"):
        pytest.fail("not on this machine: ip, of iproute2")
    allowed = shutil.which("ip") and subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
    return pytest.mark.skipif(not allowed or allowed.returncode != 0, reason="no network namespace may be made here")


def ip(*told):
    subprocess.run(["ip", *told], check=True, capture_output=True)


class Machine:
    """`inside`: what a command starts with to run there; `front`: where readers find it; `back`: where all else is."""

    def __init__(self, number):
        self.name = f"talks-{number}"
        self.inside = ["ip", "netns", "exec", self.name]
        network = f"10.{201 + number % 50}.{number // 50 % 250}"
        self.wires = {f"tk{number}f": f"{network}.0", f"tk{number}b": f"{network}.4"}
        self.front, self.back = f"{network}.2", f"{network}.5"

    def cut(self):
        """From now on nothing that it sends to what it needs arrives, and nobody tells it so."""
        ip("link", "set", list(self.wires)[1], "down")

    def mend(self):
        ip("link", "set", list(self.wires)[1], "up")


@contextmanager
def machine():
    """A `Machine`, until it is left."""
    made = Machine(next(_numbers))
    ip("netns", "add", made.name)
    try:
        ip("-n", made.name, "link", "set", "lo", "up")
        for wire, first in made.wires.items():
            own = int(first.rpartition(".")[2])
            here, there = (first.rpartition(".")[0] + f".{own + place}/30" for place in (1, 2))
            ip("link", "add", wire, "type", "veth", "peer", "name", f"{wire}p", "netns", made.name)
            ip("addr", "add", here, "dev", wire)
            ip("link", "set", wire, "up")
            ip("-n", made.name, "addr", "add", there, "dev", f"{wire}p")
            ip("-n", made.name, "link", "set", f"{wire}p", "up")
        yield made
    finally:
        for wire in made.wires:
            subprocess.run(["ip", "link", "del", wire], check=False, capture_output=True)
        ip("netns", "del", made.name)
