"""A collector of traces that is as real as any: OTLP over HTTP."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Told(NamedTuple):
    """A span as it was told: ids in hex, and all of its text."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    text: str


class Collector:
    """What was told so far, and where to tell it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.spans: list[Told] = []

    def take(self, body: bytes) -> None:
        for each in ExportTraceServiceRequest.FromString(body).resource_spans:
            [service] = [
                attribute.value.string_value
                for attribute in each.resource.attributes
                if attribute.key == "service.name"
            ]
            for span in (span for scope in each.scope_spans for span in scope.spans):
                ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
                self.spans.append(Told(service, span.name, *ids, str(span)))

    def below(self, parent: str) -> list[Told]:
        """Give the spans that hang on another."""
        return [each for each in self.spans if each.parent == parent]


@contextmanager
def a_collector() -> Iterator[Collector]:
    """Collect on a free port of loopback."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        found = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        server.shutdown()
        thread.join()
