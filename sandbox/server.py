"""A sandbox that listens: for tests in a thread of theirs, and for ``python -m sandbox serve``."""

import contextlib
import socket
import threading

from werkzeug.serving import WSGIRequestHandler, make_server

from .control import Control
from .wire.app import Application


class _Handler(WSGIRequestHandler):
    """Notes its connection, so that ``stop()`` can close it, and says nothing on the terminal."""

    # Headers and body leave in two writes; waiting to join them costs 40 ms a request.
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.server.open_connections.add(self.connection)

    def finish(self):
        self.server.open_connections.discard(self.connection)
        with contextlib.suppress(OSError):  # The client or a fault has closed it.
            super().finish()

    def log(self, type, message, *args):
        """Say nothing: the sandbox keeps its own log."""


class Sandbox(Control):
    """A QuickBooks Online on a port of this machine.

    ``start()`` returns when it listens. Everything that :class:`.control.Control` offers works
    without HTTP, also while it is stopped.

    :param port: 0 for any free one
    :param host: the address to listen on; the admin API answers this machine only, in any case
    """

    def __init__(self, data=None, seed='sample', country='US', port=0, throttle=False,
                 random=None, now_s=None, host='127.0.0.1', like=None):  # fmt: skip
        super().__init__(data, seed, country, throttle, random, now_s, like)
        self._host, self._port = host, port
        self._server = self._thread = None
        self._closing = threading.Event()

    @property
    def url(self):
        """The base URL of everything: ``http://127.0.0.1:NNNN``."""
        return f'http://{self._host}:{self._port}'

    @property
    def port(self):
        """The port; known after ``start()`` where it was 0."""
        return self._port

    def start(self):
        """Listen. Returns when requests are answered.

        A sandbox that was stopped listens on the same port again.

        :return: itself
        """
        self._closing.clear()
        application = Application(self, sleep=self._closing.wait)
        # The socket is made here: werkzeug's own error for a port in use ends the process.
        listener = socket.create_server((self._host, self._port), backlog=128)
        self._server = make_server(
            self._host,
            self._port,
            application,
            threaded=True,
            request_handler=_Handler,
            fd=listener.fileno(),
        )
        listener.close()  # The server has its own copy.
        self._server.open_connections = set()
        self._port = self._server.socket.getsockname()[1]
        self.intuit.url = self.url
        self._thread = threading.Thread(target=self._run, args=(self._server,), daemon=True)
        self._thread.start()
        return self

    @staticmethod
    def _run(server):
        server.serve_forever(poll_interval=0.02)

    def stop(self):
        """Listen no more and close every connection; the data stays for ``start()``."""
        if not self._server:
            return
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        for connection in list(self._server.open_connections):
            with contextlib.suppress(OSError):  # It has closed meanwhile.
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self._server = self._thread = None

    def deliver_in_background(self, every_s=0.2):
        """Deliver due webhooks from a thread until ``stop()``; tests use ``flush_webhooks()``."""

        def run():
            while not self._closing.wait(every_s):
                self.flush_webhooks()

        threading.Thread(target=run, daemon=True).start()

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc):
        self.stop()
