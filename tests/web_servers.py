"""Servers on this machine for tests of what is asked of the web, and a network whose names are made up."""

import http.server
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("gazette.example.pem")  # of that name alone, signed by itself, with its key


class Site(http.server.BaseHTTPRequestHandler):
    """Answers with the status that the address names: /404, /get-only/200, /to/…; keeps what it was asked."""

    robots, robots_status, asked, agents, hosts, tls_names, failures = "", 404, [], set(), set(), [], 0

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        self.asked.append(f"{self.command} {self.path}")
        self.agents.add(self.headers["User-Agent"])
        self.hosts.add(self.headers["Host"])
        name, _, rest = self.path.strip("/").partition("/")
        if name == "robots.txt":
            self.reply(self.robots_status, self.robots)
        elif name == "get-only":
            self.reply(405 if self.command == "HEAD" else int(rest))
        elif name == "to":
            self.reply(302, location=f"/{rest}")
        elif name == "away":
            self.reply(302, location="file:///etc/hostname")
        elif name == "once":
            type(self).failures += 1
            self.reply(503 if self.failures <= 2 else 200)
        elif name == "round":
            time.sleep(0.05)
            self.reply(302, location=self.path)
        elif name == "endless":
            self.send_response(200)
            self.flush_headers()
            with suppress(OSError):
                while True:
                    self.wfile.write(b"X-Name: words\r\n")
                    time.sleep(0.02)
        elif name == "silent":
            self.close_connection = True
        else:
            self.reply(int(name) if name.isdigit() else 200, "words")

    def reply(self, status, text="", location=""):
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(text.encode())

    def log_message(self, *args):
        """Nothing: the test's output is not its log."""


@contextmanager
def serving(robots="", robots_status=200, tls=False):
    """A `Site` of its own, with its `address`; over TLS, with the certificate of gazette.example."""
    status = robots_status if robots else 404
    own = {"asked": [], "agents": set(), "hosts": set(), "tls_names": [], "robots": robots, "robots_status": status}
    kind = type("OneSite", (Site,), own)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            context.sni_callback = lambda connection, name, context: kind.tls_names.append(name)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        kind.port = server.server_port
        kind.address = f"http{'s' if tls else ''}://127.0.0.1:{kind.port}"
        try:
            yield kind
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def sending(*pieces, pause=0, ending=False):
    """The address of a server that answers with these bytes, the last, unless `ending`, as long as anyone reads."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def serve():
            while not ended.is_set():
                try:
                    connection = server.accept()[0]
                except OSError:
                    return
                with connection, suppress(OSError):
                    connection.recv(65536)
                    for piece in pieces:
                        connection.sendall(piece)
                    while not ending and not ended.wait(pause):
                        connection.sendall(pieces[-1])

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/talks"
        finally:
            ended.set()
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


class Network:
    """Names as a test makes them up; all else is found as ever. `looked_up`: such names, as often as that was."""

    def __init__(self, names):
        self.names, self.looked_up, self.real = names, [], socket.getaddrinfo

    def getaddrinfo(self, host, *args, **options):
        """As of `socket`; a name with several lists of addresses has another one each time, the last for ever."""
        if host not in self.names:
            return self.real(host, *args, **options)
        self.looked_up.append(host)
        lists = self.names[host]
        ips = lists.pop(0) if len(lists) > 1 else lists[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0)) for ip in ips]
