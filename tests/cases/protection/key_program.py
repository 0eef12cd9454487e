"""A program for KEY_COMMAND, as small as the protocol allows: `python key_program.py FOLDER` keeps its keys there.

JSON lines on standard input and output; `docs/keys.md` has the protocol. For tests, and to start your own from.
"""

import base64
import json
import os
import sys
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Refused(Exception):
    """Its text is the `error` of the answer."""


class Keys:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        return self.folder / name.replace("/", "_")

    def cipher(self, name: str) -> AESGCM:
        try:
            return AESGCM(self.path(name).read_bytes())
        except FileNotFoundError:
            raise Refused("no_such_key") from None

    def make(self, question):
        path = self.path(question["key"])
        if (self.folder / "no-new-keys").exists():
            raise Refused("not_allowed")
        if not path.exists():
            path.write_bytes(os.urandom(32))
        return {}

    def exists(self, question):
        return {"exists": self.path(question["key"]).exists()}

    def wrap(self, question):
        cipher, items = self.cipher(question["key"]), []
        for item in question["items"]:
            nonce = os.urandom(12)
            items.append(nonce + cipher.encrypt(nonce, _bytes(item["data"]), _bytes(item["context"])))
        return {"items": [_text(item) for item in items]}

    def unwrap(self, question):
        cipher = self.cipher(question["key"])
        try:
            pairs = [(_bytes(item["data"]), _bytes(item["context"])) for item in question["items"]]
            items = [cipher.decrypt(data[:12], data[12:], context) for data, context in pairs]
        except (InvalidTag, ValueError):
            raise Refused("broken") from None
        return {"items": [_text(item) for item in items]}

    def destroy(self, question):
        self.path(question["key"]).unlink(missing_ok=True)
        return {}


def _bytes(text):
    return base64.b64decode(text)


def _text(data):
    return base64.b64encode(data).decode()


def main() -> None:
    keys = Keys(Path(sys.argv[1]))
    for line in sys.stdin:
        question = json.loads(line)
        operations = {
            "make": keys.make,
            "exists": keys.exists,
            "wrap": keys.wrap,
            "unwrap": keys.unwrap,
            "destroy": keys.destroy,
        }
        try:
            answer = {"ok": True, **operations[question["op"]](question)}
        except Refused as refusal:
            answer = {"ok": False, "error": str(refusal)}
        sys.stdout.write(json.dumps({"id": question["id"], **answer}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
