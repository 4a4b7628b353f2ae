"""A server on loopback that answers the cloud's API as a test wants, in threads of its own."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class CloudCall:
    """One request, as it came."""

    method: str
    target: str
    headers: Mapping[str, str]
    """By their names in lower case."""

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass(slots=True)
class CloudStub:
    """``answers`` are given one after the other, the last one again and again."""

    answers: list["Answer"]
    url: str = ""
    calls: list[CloudCall] = field(default_factory=list)
    asked: Event = field(default_factory=Event)
    """Set once a request has come."""
    ended: Event = field(default_factory=Event)
    """Set when the test is over."""

    def next_answer(self) -> "Answer":
        return self.answers[min(len(self.calls), len(self.answers)) - 1]


class CloudHandler(BaseHTTPRequestHandler):
    """Keeps each request and answers by the stub."""

    stub: CloudStub

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.stub.calls.append(CloudCall(self.command, self.path, headers))
        self.stub.asked.set()
        with suppress(OSError):  # the client is gone
            self.stub.next_answer()(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass


Answer = Callable[[CloudHandler], None]


def fields(status: int = 200, date: str | None = None, **members: object) -> Answer:
    """Answer with a JSON object."""
    return text(json.dumps({"RequestId": "REQ-1", **members}), status=status, date=date)


def refused(code: str, message: str = "no", status: int = 400, date: str | None = None) -> Answer:
    """Answer as the API refuses."""
    return fields(status, date, Code=code, Message=message)


def text(
    body: str, *, status: int = 200, kind: str = "application/json", date: str | None = None
) -> Answer:
    """Answer with ``body`` as it is."""

    def answer(handler: CloudHandler) -> None:
        handler.send_response_only(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body.encode())))
        if date:
            handler.send_header("Date", date)
        handler.end_headers()
        handler.wfile.write(body.encode())

    return answer


def redirect(url: str) -> Answer:
    """Answer that it is elsewhere."""

    def answer(handler: CloudHandler) -> None:
        handler.send_response_only(302)
        handler.send_header("Location", url)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def nothing(handler: CloudHandler) -> None:
    """Close the connection without an answer."""
    handler.close_connection = True


def silent(handler: CloudHandler) -> None:
    """Answer nothing until the test is over."""
    handler.stub.ended.wait(30)


def trickling(handler: CloudHandler) -> None:
    """Answer a byte at a time, for ever."""
    handler.send_response_only(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not handler.stub.ended.wait(0.05):
        handler.wfile.write(b" ")


def slow(handler: CloudHandler) -> None:
    """Answer in large pieces, with a pause after each."""
    handler.send_response_only(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    while not handler.stub.ended.wait(0.02):
        handler.wfile.write(bytes(65536))


def endless(handler: CloudHandler) -> None:
    """Answer without end."""
    handler.send_response_only(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    while not handler.stub.ended.is_set():
        handler.wfile.write(bytes(65536))


@contextmanager
def cloud_stub(*answers: Answer) -> Iterator[CloudStub]:
    """Serve on a free port while the context is open."""
    stub = CloudStub(list(answers))
    handler = type("Handler", (CloudHandler,), {"stub": stub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = False
    stub.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield stub
    finally:
        stub.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
