"""What readers and an editor see while one part after the other dies, behind nginx: counted, with the longest gap.

`pytest -s tests/test_real_parts.py -k behind_nginx` runs it and prints the table of docs/scaling.md.
"""

import os
import re
import signal
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import requests
from django.conf import settings

from tests.machines import Machine
from tests.nginx import running_nginx
from tests.real_parts import redis
from tests.serving import until, workers
from tests.with_postgres import free_port

PAUSE = 0.05  # seconds between what one of two readers asks; the load stays small
NAMED_FOR = 3  # seconds for which an operator leaves a dead standby among those that must have each edit


@dataclass
class Asked:
    """What one sort of visitor was answered within a step: (when it ended, whether it was right)."""

    answers: list = field(default_factory=list)

    def failed(self):
        return sum(not right for _, right in self.answers)

    def gap(self, start, end):
        """The longest time without a right answer, in milliseconds."""
        right = [start, *sorted(when for when, fine in self.answers if fine), end]
        return round(1000 * max(after - before for before, after in pairwise(right)))


@dataclass
class Step:
    name: str
    start: float
    end: float = 0
    reads: Asked = field(default_factory=Asked)
    saves: Asked = field(default_factory=Asked)

    def row(self):
        told = []
        for one in (self.reads, self.saves):
            told += [len(one.answers), one.failed(), f"{one.gap(self.start, self.end):,}"]
        return f"| {self.name} | {' | '.join(map(str, told))} |"


class Watched:
    """Two readers, of what is kept and of what is not, and an editor, who ask until they are told to end."""

    def __init__(self, site):
        self.site, self.steps, self.saved, self._ended = site, [], [], threading.Event()
        self.step("nothing dies")
        asked = [self._read("/rounds/opera/"), self._read("/?q={}"), self._save()]
        self._threads = [threading.Thread(target=self._go_on, args=(one,)) for one in asked]
        for thread in self._threads:
            thread.start()

    def step(self, name):
        now = time.monotonic()
        if self.steps:
            self.steps[-1].end = now
        self.steps.append(Step(name, now))

    def end(self):
        self._ended.set()
        for thread in self._threads:
            thread.join(120)
        self.steps[-1].end = self.steps[-1].end or time.monotonic()

    def _go_on(self, ask):
        number = 0
        while not self._ended.wait(PAUSE):
            number += 1
            step, (sort, right) = self.steps[-1], ask(number)
            getattr(step, sort).answers.append((time.monotonic(), right))

    def _read(self, address):
        def ask(number):
            with suppress(requests.RequestException):
                return "reads", self.site.get(address.format(number)).status_code == 200
            return "reads", False

        return ask

    def _save(self):
        def ask(number):
            with suppress(requests.RequestException, KeyError):
                if self.site.save(f"The Gazette {number}") == 302:
                    self.saved.append(number)
                    return "saves", True
            time.sleep(PAUSE)
            return "saves", False

        return ask


class Front:
    """An nginx by docs/deploy/nginx.conf without TLS, in front of machines that can be others after a reload."""

    def __init__(self, folder, stack, session):
        self.folder, self.port = folder, free_port()
        self.site = Machine(self.port, session)
        self._stack = stack

    def serve(self, *machines):
        text = Path(settings.BASE_DIR, "docs/deploy/nginx.conf").read_text()
        servers = "".join(f"server 127.0.0.1:{one.port} max_fails=0;\n" * 2 for one in machines)
        text = re.sub(r"(upstream talks \{\n).*?(\})", rf"\g<1>{servers}\2", text, count=1, flags=re.DOTALL)
        text = re.sub(r" +(ssl_|listen \[).*\n", "", text.partition("server {\n    listen 80")[0])
        text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{self.port}").replace("timeline.example", "localhost")
        if not hasattr(self, "process"):
            self.process = self._stack.enter_context(running_nginx(self.folder, text))
            return
        conf = self.folder / "nginx.conf"
        conf.write_text(
            re.sub(r"upstream talks \{.*?\}", f"upstream talks {{ {servers} }}", conf.read_text(), flags=re.S)
        )
        self.process.send_signal(signal.SIGHUP)


def watched(machines, seconds):
    """`Watched` of all steps, each so long."""
    with ExitStack() as stack:
        cache, store = stack.enter_context(redis(machines.folder))
        own = {"CACHE_URL": cache, "REPLICA_URL": machines.standby.address}
        one = stack.enter_context(machines.serving("one", **own, WEB_CONCURRENCY="2"))
        other = stack.enter_context(machines.serving("other", **own))
        machines.wait_for_standby(True)
        front = Front(machines.folder / "nginx", stack, machines.session)
        front.serve(one, other)
        assert until(front.site.is_up)
        found = Watched(front.site)
        stack.callback(found.end)
        time.sleep(seconds)

        found.step("one of three processes is killed")
        os.kill(workers(one.process)[0], signal.SIGKILL)
        time.sleep(seconds)

        found.step("a machine of two dies")
        for pid in (other.process.pid, *workers(other.process)):
            os.kill(pid, signal.SIGKILL)
        time.sleep(seconds)

        found.step("Redis dies")
        store.kill()
        time.sleep(seconds)

        found.step(f"the standby dies, and is no longer waited for after {NAMED_FOR} s")
        machines.standby.die()
        time.sleep(NAMED_FOR)
        machines.say("ALTER SYSTEM SET synchronous_standby_names = ''")
        machines.say("SELECT pg_reload_conf()")
        time.sleep(seconds)

        found.step("the standby is back")
        machines.standby.start()
        machines.wait_for_standby(True)
        time.sleep(seconds)

        found.step("the primary dies")
        machines.primary.die()
        time.sleep(seconds)

        found.step("the standby is promoted, the site started anew on it")
        machines.standby.promote()
        machines.say("ALTER SYSTEM SET synchronous_standby_names = ''", machines.standby)
        machines.say("SELECT pg_reload_conf()", machines.standby)
        front.serve(stack.enter_context(machines.serving("promoted", DATABASE_URL=machines.standby.address)))
        time.sleep(seconds)
        found.end()
        last = machines.say("SELECT name FROM talks_publisher WHERE slug = 'gazette'", machines.standby)
        found.last = int(last.split()[-1])
    return found


HEAD = """| step | pages asked for | not answered | longest gap, ms | saves tried | refused | longest gap, ms |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |"""


def table(found):
    """What docs/scaling.md shows."""
    said = f"Saved: {len(found.saved)}, the last of them number {found.saved[-1]}; in the record: {found.last}."
    return "\n".join([HEAD, *(step.row() for step in found.steps), said])
