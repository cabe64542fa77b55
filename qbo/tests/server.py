"""A scripted HTTP server on this machine: it answers what a test laid out, and remembers what it was asked."""

import json
import threading
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

DROP = 'drop'  # read the request, then close the connection without a word
STALL = 'stall'  # read the request and keep silent until the test is over


@dataclass
class Asked:
    """One request that arrived."""

    method: str
    path: str
    params: dict
    headers: object
    body: bytes

    @property
    def token(self):
        return self.headers['Authorization'].removeprefix('Bearer ')


class Server:
    """``with Server() as server``: listens when the block begins."""

    def __init__(self):
        self.asked = []
        self.answers = deque()
        self.over = threading.Event()
        handler = type('Handler', (_Handler,), {'scripted': self})
        self._http = ThreadingHTTPServer(('127.0.0.1', 0), handler)
        self._http.daemon_threads = True
        self.url = f'http://127.0.0.1:{self._http.server_port}'

    def __enter__(self):
        threading.Thread(target=self._http.serve_forever, kwargs={'poll_interval': 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_exc_info):
        self.over.set()
        self._http.shutdown()
        self._http.server_close()

    def will_answer(self, body, status=200, **headers):
        """Lay out the next answer: a dict or list as JSON, text or bytes as it is, DROP or STALL."""
        if isinstance(body, (dict, list)):
            body, headers = json.dumps(body), {'Content-Type': 'application/json', **headers}
        self.answers.append((body, status, headers))

    @property
    def last(self):
        return self.asked[-1]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        parts = urlsplit(self.path)
        params = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self.scripted.asked.append(Asked(self.command, parts.path, params, self.headers, body))
        answer, status, headers = self.scripted.answers.popleft()
        if answer is STALL:
            self.scripted.over.wait(30)
        if answer in (STALL, DROP):
            self.close_connection = True
            return
        answer = answer.encode() if isinstance(answer, str) else answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_GET

    def log_message(self, *_args):
        pass
