"""A gateway with TLS before a Temporal server of tests, as a cluster or Temporal Cloud has one.

It speaks real TLS on a real gRPC server, demands a client certificate where it is told to, and lets only those through
whose API key it knows. The certificates are made for it, and good for an hour.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

LARGEST = 16 * 1024 * 1024
"""Bytes of a message: the server's own limits are smaller."""


class Authority:
    """Makes certificates, as files in a directory: `ca.pem` is its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("the tests' own authority")
        self.file = directory / "ca.pem"
        self.file.write_bytes(_pem(self._signed(self._name, self._key.public_key(), is_authority=True)))

    def issue(self, who: str) -> tuple[Path, Path]:
        """Give the files with a certificate of somebody, good for 127.0.0.1, and with its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate, secret = self._directory / f"{who}.pem", self._directory / f"{who}.key"
        certificate.write_bytes(_pem(self._signed(_name(who), key.public_key(), is_authority=False)))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, secret

    def _signed(self, name: x509.Name, key: ec.EllipticCurvePublicKey, *, is_authority: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        asked = x509.CertificateBuilder(self._name, name, key, x509.random_serial_number())
        asked = asked.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
        asked = asked.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        here = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
        return (asked if is_authority else asked.add_extension(here, critical=False)).sign(self._key, SHA256())


@asynccontextmanager
async def a_gateway(
    behind: str, authority: Authority, *, certificates: bool = False, api_key: str | None = None
) -> AsyncIterator[str]:
    """Open a gateway to the server `behind` it; give its address.

    With `certificates`, clients must show one of the authority; with `api_key`, they must bring it.
    """
    certificate, secret = authority.issue("gateway")
    credentials = grpc.ssl_server_credentials(
        [(secret.read_bytes(), certificate.read_bytes())],
        root_certificates=authority.file.read_bytes() if certificates else None,
        require_client_auth=certificates,
    )
    sizes = [("grpc.max_receive_message_length", LARGEST)]
    async with grpc.aio.insecure_channel(behind, options=sizes) as channel:
        served = grpc.aio.server(handlers=(_Through(channel, api_key),), options=sizes)
        port = served.add_secure_port("127.0.0.1:0", credentials)
        await served.start()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            await served.stop(grace=None)


class _Through(grpc.GenericRpcHandler):
    """Passes every call on as it came, but for those without the key."""

    def __init__(self, channel: Any, api_key: str | None) -> None:
        self._channel = channel
        self._wanted = None if api_key is None else f"Bearer {api_key}"

    def service(self, handler_call_details: Any) -> Any:
        method = handler_call_details.method

        async def passed(request: bytes, context: Any) -> Any:
            brought = dict(context.invocation_metadata())
            if self._wanted not in (None, brought.get("authorization")):
                await context.abort(grpc.StatusCode.UNAUTHENTICATED, "Request unauthorized.")
            kept = [(name, value) for name, value in brought.items() if name.startswith(("temporal-", "client-"))]
            try:
                return await self._channel.unary_unary(method)(request, metadata=kept, timeout=context.time_remaining())
            except grpc.aio.AioRpcError as failed:
                context.set_trailing_metadata(tuple(failed.trailing_metadata() or ()))
                await context.abort(failed.code(), failed.details())

        return grpc.unary_unary_rpc_method_handler(passed)


def _name(who: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, who)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
