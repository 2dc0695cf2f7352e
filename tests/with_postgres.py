"""Runs a command with DATABASE_URL naming a PostgreSQL of its own: python tests/with_postgres.py COMMAND…

The cluster lives in a temporary folder, on a free port of this machine, for as long as the command runs. The exit
status is the command's. Where PostgreSQL is not installed or does not start, a sentence says so and the status is 0;
in CI, where it must be there, 1.
"""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

# Where the data is thrown away anyway, nothing need survive a crash.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    # A statement that never ends would hold the run until the machine has no memory left.
    "statement_timeout": "60s",
}


class CannotStartError(Exception):
    """PostgreSQL is not here or does not start; the text says why."""


def programs():
    """The folder of the newest initdb and pg_ctl: Debian's folders, or wherever PATH finds them."""
    debian = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if debian:
        return max(debian, key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))])
    found = shutil.which("initdb")
    if not found or not shutil.which("pg_ctl", path=Path(found).parent):
        raise CannotStartError("its programs initdb and pg_ctl are not on this machine")
    return Path(found).parent


def owner():
    """Who may own a cluster: root may not, so postgres or nobody does; None for anyone else's own account."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStartError("root may not run it, and there is no user postgres or nobody")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """A private PostgreSQL in a temporary folder, `within` another one; running between `with`'s two ends."""

    def __init__(self, within=None, **options):
        self.programs, self.owner, self.port = programs(), owner(), free_port()
        self.options = OPTIONS | options
        self.folder = Path(tempfile.mkdtemp(prefix="talks-postgres-", dir=within))
        self.data = self.folder / "data"
        self.address = f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def account(self):
        """What `subprocess` is told to run something as the owner."""
        return {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []} if self.owner else {}

    def run(self, program, *arguments):
        """Run one of PostgreSQL's programs as the owner, without leaving it a pipe of ours to hold open."""
        log = self.folder / "programs.log"
        with log.open("ab") as output:
            done = subprocess.run(
                [self.programs / program, "-D", self.data, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                start_new_session=True,  # Ctrl-C is for the command; the server stops after it
                check=False,
                **self.account,
            )
        if done.returncode:
            told = [line for line in log.read_text(errors="replace").splitlines() if "error" in line or "could" in line]
            raise CannotStartError(told[-1] if told else f"{program} failed")

    def __enter__(self):
        try:
            if self.owner:
                os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
            self.make()
            self.start()
        except OSError as error:
            self.__exit__()
            raise CannotStartError(str(error)) from error
        except BaseException:  # also a signal in the middle of it
            self.__exit__()
            raise
        return self.address

    def make(self, *also):
        """Write what the server starts with; `also`: more that initdb is told."""
        self.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", *also)

    def start(self):
        options = " ".join(f"-c {name}={value}" for name, value in {"port": self.port, **self.options}.items())
        self.run("pg_ctl", "-w", "-l", self.folder / "server.log", "-o", options, "start")

    def __exit__(self, *error):
        if (self.data / "postmaster.pid").exists():
            with suppress(CannotStartError):  # if it does not stop, the command's exit status counts all the same
                self.die()
        shutil.rmtree(self.folder, ignore_errors=True)

    def die(self):
        """As if its machine lost power."""
        self.run("pg_ctl", "-w", "-m", "immediate", "stop")


class Standby(Cluster):
    """A copy of another cluster that follows it."""

    def __init__(self, primary):
        super().__init__(**primary.options)
        self.primary = primary

    def make(self):
        where = ["-h", "127.0.0.1", "-p", str(self.primary.port), "-U", "postgres"]
        self.run("pg_basebackup", *where, "-R", "-X", "stream", "-c", "fast", "--no-sync")

    def promote(self):
        """Let it take the place of the one that it followed."""
        self.run("pg_ctl", "-w", "promote")


def stop(number, frame):
    """End by the way of every `finally`, as a program ended by this signal does."""
    raise SystemExit(128 + number)


def main(command):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        with Cluster() as address, subprocess.Popen(command, env=os.environ | {"DATABASE_URL": address}) as child:
            try:
                return child.wait()
            finally:
                child.terminate()  # if it is still there, a signal ended us
    except CannotStartError as error:
        print(f"PostgreSQL cannot be started here, so nothing ran on it: {error}.")
        return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("Usage: python tests/with_postgres.py COMMAND…")
    sys.exit(main(sys.argv[1:]))
