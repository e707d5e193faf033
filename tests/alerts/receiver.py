"""A receiver of webhooks on loopback that can be up, slow or down, and remembers what it took."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """`taken`: messages it answered 200 to, as {title, message, key}. `mode`: up, broken (500) or slow."""

    def __init__(self, port: int, slow_seconds: float) -> None:
        receiver = self
        self.taken: list[dict] = []
        self.mode = "up"

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if receiver.mode == "slow":
                    time.sleep(slow_seconds)
                if receiver.mode == "broken":
                    self.send_response(500)
                else:
                    receiver.taken.append({**body, "key": self.headers.get("Idempotency-Key")})
                    self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def receiving(port: int = 0, slow_seconds: float = 6):
    receiver = Receiver(port, slow_seconds)
    try:
        yield receiver
    finally:
        receiver.close()
