"""A slow network between the site and what it needs: what is sent arrives, later."""

import asyncio
import threading
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager, suppress

from tests.with_postgres import free_port

WHOLE = 65_536  # bytes


class Relay:
    """Passes on what is sent to its port, `most` bytes at a time and each such piece `late` seconds later.

    Both may be changed at any time.
    """

    def __init__(self, to):
        self.to, self.port = to, free_port()
        self.late, self.most = 0.0, WHOLE

    @contextmanager
    def slow(self, late, most=WHOLE):
        self.late, self.most = late, most
        try:
            yield
        finally:
            self.late, self.most = 0.0, WHOLE

    async def serve(self):
        server = await asyncio.start_server(self._between, "127.0.0.1", self.port)
        async with server:
            await server.serve_forever()

    async def _between(self, reader, writer):
        async with closed(writer):
            there, back = await asyncio.open_connection("127.0.0.1", self.to)
            async with closed(back):
                await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer))

    async def _pass_on(self, reader, writer):
        with suppress(ConnectionError):
            while piece := await reader.read(self.most):
                await asyncio.sleep(self.late)
                writer.write(piece)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def closed(writer):
    """A connection that is closed for certain when what uses it ends, so that no later test finds it open."""
    try:
        yield
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@contextmanager
def relay(to):
    """A `Relay` to a port of this machine; no connection of it is open when it ends."""
    made, running = Relay(to), Future()

    async def serve():
        running.set_result((asyncio.get_running_loop(), asyncio.current_task()))
        await made.serve()

    def run():
        with suppress(asyncio.CancelledError):
            asyncio.run(serve())  # which cancels the connections that are left, and waits for them

    thread = threading.Thread(target=run)
    thread.start()
    loop, task = running.result()
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
