"""Known answers of everything that is sealed: `python -m tests.cases.protection.vectors > …/vectors.json` makes them.

They are made once and then only opened: a release that cannot open one of them could not open last year's cases.
Keys, uids and nonces come from the name of the vector, so that making them again gives the same file; the prefixes of
streams alone are random.
"""

import hashlib
import io
import json
import os
import sys
import uuid
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("vectors.json")

TEXTS = {
    "one letter": "山",
    "ascii": "Hanako Yamada",
    "kana": "ヤマダ ハナコ",
    "half-width kana": "ﾔﾏﾀﾞ ﾊﾅｺ",
    "31 bytes, a whole short block": "a" * 31,
    "32 bytes, one more block": "a" * 32,
    "127 bytes, the last short one": "a" * 127,
    "128 bytes, the first long one": "a" * 128,
    "a phone": "090-1234-5678",
    "a birth date": "1953-05-03",
    "ends with the padding's own mark": "x\x80\x00",
    "line ends and tabs": "一行目\r\n\t二行目\n",
    "outside the basic plane": "𠮷野家の𩸽 😀",
    "joined letters": "か\u3099 邉\U000e0101",
    "a lone surrogate": "\ud83d",
    "a narrative": "無料の屋根点検だと言われ、148万円の工事を契約したという。" * 24,
    "a long narrative": "契約書面を受け取っていない。" * 90,
}
LABELS = (
    "case.narrative",
    "person.name",
    "person.phone",
    "person.birth_date",
    "follow_up.text",
    "draft.body",
)


def material(name: str, size: int) -> bytes:
    return hashlib.shake_256(name.encode()).digest(size)


def uid(name: str) -> uuid.UUID:
    return uuid.UUID(bytes=material(name, 16))


def fields() -> list[dict[str, Any]]:
    from cases.protection.sealed import Owner, Sealer, _block, _pad

    found = []
    for number, (name, text) in enumerate(TEXTS.items()):
        label = {"a phone": "person.phone", "a birth date": "person.birth_date"}.get(name, LABELS[number % 2])
        kind, version = ("case", "draft", "lecture")[number % 3], 1 + number % 2
        sealer = Sealer(Owner(kind, uid(f"{name}/owner")), material(f"{name}/key", 32), version=version)
        data = text.encode("utf-8", "surrogatepass")
        padded = _pad(data, _block(label))
        sealed = sealer.sealed_with(material(f"{name}/nonce", 12), label, uid(f"{name}/row"), padded)
        found.append(
            {
                "name": name, "label": label, "owner_kind": kind, "owner_uid": uid(f"{name}/owner").hex,
                "row_uid": uid(f"{name}/row").hex, "version": version,
                "key": material(f"{name}/key", 32).hex(), "sealed": sealed.hex(), "opened": data.hex(),
            }
        )  # fmt: skip
    return found


def pieces() -> list[dict[str, Any]]:
    """Values that are sealed as bytes, without padding: pieces of uploads."""
    from cases.protection.sealed import Owner, Sealer

    found = []
    for name, data in (("first", b"\x00\x00\x00\x00\x00abc"), ("last and empty", b"\x00\x00\x00\x07\x01")):
        sealer = Sealer(Owner("upload", uid(f"{name}/owner")), material(f"{name}/key", 32))
        sealed = sealer.sealed_with(material(f"{name}/nonce", 12), "file.chunk", uid(f"{name}/row"), data)
        found.append(
            {
                "name": f"piece: {name}", "label": "file.chunk", "owner_kind": "upload",
                "owner_uid": uid(f"{name}/owner").hex, "row_uid": uid(f"{name}/row").hex, "version": 1,
                "key": material(f"{name}/key", 32).hex(), "sealed": sealed.hex(), "opened": data.hex(),
            }
        )  # fmt: skip
    return found


def wraps() -> list[dict[str, Any]]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from cases.protection.keys.kek import Kek, domain_of
    from cases.protection.keys.wrapping import context_of
    from cases.protection.sealed import Owner

    found = []
    for kind, cohort, version in (
        ("case", 2026, 1), ("case", 2026, 2), ("case", 1999, 255), ("draft", 2026, 1), ("upload", 2027, 1),
        ("lecture", 0, 1), ("member", 0, 12),
    ):  # fmt: skip
        name = f"{kind} {cohort} v{version}"
        owner = Owner(kind, uid(f"{name}/owner"))
        kek = Kek(domain_of(kind), uid(f"{name}/centre"), cohort, version)
        nonce, key = material(f"{name}/nonce", 12), material(f"{name}/key", 32)
        sealed = nonce + AESGCM(material(f"{name}/kek", 32)).encrypt(nonce, key, context_of(owner, kek))
        found.append(
            {
                "name": name, "owner_kind": kind, "owner_uid": owner.uid.hex, "centre_uid": kek.centre_uid.hex,
                "cohort": cohort, "version": version, "kek": material(f"{name}/kek", 32).hex(),
                "sealed": sealed.hex(), "opened": key.hex(),
            }
        )  # fmt: skip
    return found


def digests() -> list[dict[str, Any]]:
    import hmac

    found = []
    for purpose, data in (
        ("lookup/PHONE/" + uid("centre").hex, "09012345678"), ("search/term/v1", "屋根"),
        ("entry/v1", ""), ("import/row/v1/" + uid("centre").hex, "r/2019-000123"),
    ):  # fmt: skip
        key = material("index", 32)
        derived = hmac.digest(key, purpose.encode(), "sha256")
        digest = hmac.digest(derived, data.encode(), "sha256")
        found.append({"purpose": purpose, "key": key.hex(), "data": data, "digest": digest.hex()})
    return found


def streams() -> list[dict[str, Any]]:
    from cases.protection.streaming import seal_stream

    found = []
    for name, data in (
        ("empty", b""),
        ("short", b"abc"),
        ("one piece", b"\x5a" * 65536),
        ("two", b"\xa5" * 65537),
    ):
        key, aad = material(f"{name}/key", 32), f"backup/{name}".encode()
        sealed = b"".join(seal_stream(key, io.BytesIO(data), aad))
        found.append(
            {
                "name": name, "key": key.hex(), "aad": aad.hex(), "sealed": _packed(sealed),
                "opened_sha256": hashlib.sha256(data).hexdigest(), "size": len(data),
            }
        )  # fmt: skip
    return found


def boxes() -> list[dict[str, Any]]:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from cases.protection.keys import recovery, shares

    found = []
    for label, size in (("key/index/v1.key", 32), ("key/signing.key", 64), ("key/case/x-2026-v1.key", 32)):
        private, data = material(f"{label}/private", 32), material(f"{label}/data", size)
        once = X25519PrivateKey.from_private_bytes(material(f"{label}/once", 32))
        sealed = recovery.boxed(data, label, shares.public_half(private), once)
        found.append({"label": label, "private": private.hex(), "sealed": sealed.hex(), "opened": data.hex()})
    return found


def _packed(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode("ascii")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    made = {
        "fields": [*fields(), *pieces()],
        "wraps": wraps(),
        "digests": digests(),
        "streams": streams(),
        "boxes": boxes(),
    }
    json.dump(made, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
