"""Certificates for a broker on `localhost`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path
import ssl
from tempfile import TemporaryDirectory
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

# OpenSSL asks the machine's clock, whatever a test has frozen.
FIRST: Final = datetime(2020, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2070, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that vouches for itself, and its key; both as PEM text."""

    pem: str
    key: str

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Put certificate and key into files."""
        files = folder / "certificate.pem", folder / "key.pem"
        files[0].write_text(self.pem)
        files[1].write_text(self.key)
        return files

    def server_context(self) -> ssl.SSLContext:
        """For who serves with it."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        with TemporaryDirectory() as folder:
            context.load_cert_chain(*self.write(Path(folder)))
        return context

    def client_context(self) -> ssl.SSLContext:
        """For who trusts nobody else."""
        return ssl.create_default_context(cadata=self.pem)


def _certificate(name: str) -> Certificate:
    key = generate_private_key(SECP256R1())
    pem = _signed(name, key).public_bytes(Encoding.PEM).decode()
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Certificate(pem, plain.decode())


def _signed(name: str, key: EllipticCurvePrivateKey) -> x509.Certificate:
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    hosts = [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return (
        x509.CertificateBuilder(who, who, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FIRST)
        .not_valid_after(LAST)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=True, **usage),
            critical=True,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .sign(key, SHA256())
    )


# Made here since `cryptography` takes no times in a process that a test has frozen.
TRUSTED: Final = _certificate("Simulated broker")
"""The broker's usual certificate; another one in each process."""
UNKNOWN: Final = _certificate("Somebody else")
"""One that nobody trusts."""
