"""Over https a connector speaks with the host that is named, as its certificate proves, at the judged address."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from activities.connectors.sending import Bounds, Question, UnansweredError, send, trusted
from tests.activities.connectors.outside import an_outside, answer

BOUNDS = Bounds([ip_network("127.0.0.0/8"), ip_network("::1/128")], 60, 1_000)


def certified(directory: Path, name: str) -> ssl.SSLContext:
    """Make a certificate for a host in `cert.pem`, and what a server proves itself with."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate, private = directory / "cert.pem", directory / "key.pem"
    certificate.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return context


@pytest.fixture(autouse=True)
def _trusting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Trust the certificate of the test, and nothing of it afterwards."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    trusted.cache_clear()
    yield
    trusted.cache_clear()


async def test_a_host_that_proves_its_name_is_asked(tmp_path: Path) -> None:
    async with an_outside(answer(200, {}), encrypted=certified(tmp_path, "localhost")) as outside:
        said = await send(Question("GET", f"https://localhost:{outside.port}/a", {}, None), BOUNDS)
    assert (said.status, outside.asked[0].headers["host"]) == (200, f"localhost:{outside.port}")


async def test_a_host_with_the_certificate_of_another_is_not_asked(tmp_path: Path) -> None:
    async with an_outside(answer(200, {}), encrypted=certified(tmp_path, "other.example.org")) as outside:
        with pytest.raises(UnansweredError, match="was not reached"):
            await send(Question("GET", f"https://localhost:{outside.port}/a", {}, None), BOUNDS)
    assert outside.asked == []
