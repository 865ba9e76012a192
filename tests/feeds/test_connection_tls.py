"""wss: a certificate that nobody vouches for means down, never a quieter way in."""

import shutil
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from tests.feeds.loopback import Session, deliver, link_to, running, venue

OPENSSL = shutil.which("openssl")

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="needs the openssl command to make a certificate")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate of 127.0.0.1, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command = [str(OPENSSL), "req", *kind, "-keyout", str(key), "-out", str(cert), *subject]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


def serving(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


async def test_a_self_signed_certificate_is_refused_with_a_clear_reason(
    certificate: tuple[Path, Path],
) -> None:
    session = Session()
    async with venue(deliver, ssl=serving(certificate)) as url, running(link := link_to(url, session)):
        await session.until(lambda: link.health.faults == 1)
        await session.until(lambda: link.health.waiting_until > 0)
        assert link.state(time.monotonic_ns()).startswith("down: TLS certificate of 127.0.0.1:")
        assert link.health.reason.endswith(" is not valid: self-signed certificate")
        assert link.health.waiting_until - time.monotonic_ns() > 30 * 10**9
    assert session.log == []


async def test_a_certificate_that_is_vouched_for_is_taken(certificate: tuple[Path, Path]) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    session = Session()
    options = {"tls": trusting}
    async with (
        venue(deliver, ssl=serving(certificate)) as url,
        running(link_to(url, session, options=options)),
    ):
        await session.until(lambda: len(session.data_of(1)) >= 3)
