"""An authority of a day, a certificate of it for this machine's loopback address, and three that nobody may trust."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def write(folder: Path) -> None:
    """`ca.pem`, and of a server on 127.0.0.1 `node.pem` and `node.key`.

    With the same key: `expired.pem`, `elsewhere.pem` (of another address) and `itself.pem` (signed by itself).
    """
    ca_key, node_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = x509.BasicConstraints(ca=True, path_length=0)
    signing = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    ca = (
        _of("authority", ca_key)
        .issuer_name(_name("authority"))
        .add_extension(authority, critical=True)
        .add_extension(signing, critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    issued_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())

    def certificate(
        address: str, *, hours: int = 24, by: ec.EllipticCurvePrivateKey = ca_key
    ) -> x509.Certificate:
        here = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        made = _of("node", node_key, hours=hours).add_extension(here, critical=False)
        if by is ca_key:
            made = made.add_extension(issued_by, critical=False)
        issuer = ca.subject if by is ca_key else _name("node")
        return made.issuer_name(issuer).sign(by, hashes.SHA256())

    for name, made in (
        ("ca", ca),
        ("node", certificate("127.0.0.1")),
        ("expired", certificate("127.0.0.1", hours=-1)),
        ("elsewhere", certificate("127.0.0.2")),
        ("itself", certificate("127.0.0.1", by=node_key)),
    ):
        (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "node.key").write_bytes(
        node_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def _of(name: str, key: ec.EllipticCurvePrivateKey, *, hours: int = 24) -> x509.CertificateBuilder:
    """Good from two hours ago on until so many from now."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=2))
        .not_valid_after(now + timedelta(hours=hours))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
