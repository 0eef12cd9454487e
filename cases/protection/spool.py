"""A file on its way in: on the disk only as ciphertext under a key that lives in this object and nowhere else.

An upload is checked before it is stored, and the checks read it back and forth, so it must lie somewhere; 50 MB for
each of several people would fill the memory. What is left on the disk after a crash opens for nobody.
"""

import io
import os
import secrets
import struct
import tempfile
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE_BYTES: Final = 64 * 1024
IN_MEMORY_BYTES: Final = 1024 * 1024
_TAG: Final = 16
_NONCE: Final = struct.Struct(
    "!4xQ"
)  # the position: every piece is sealed once, under a key of this file alone


class SealedSpool:
    """Takes bytes with `write`, gives them back with `reader`, after which it takes no more."""

    def __init__(self) -> None:
        # The file has no name, so nothing has to be cleaned up. Small files never reach the disk.
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - closed by `close`
        self._cipher = AESGCM(secrets.token_bytes(32))
        self._buffer = bytearray()
        self._pieces = 0
        self._is_open = True

    def write(self, data: bytes) -> None:
        if not self._is_open:
            raise ValueError("this file is read already")
        self._buffer += data
        while len(self._buffer) >= PIECE_BYTES:
            self._seal(bytes(self._buffer[:PIECE_BYTES]))
            del self._buffer[:PIECE_BYTES]

    def reader(self) -> io.BufferedReader:
        """The whole file, to be read and sought like any other."""
        if self._is_open:
            self._is_open = False
            self._seal(bytes(self._buffer))
            self._size = (self._pieces - 1) * PIECE_BYTES + len(self._buffer)
            self._buffer.clear()
        return io.BufferedReader(_Reader(self), PIECE_BYTES)

    def close(self) -> None:
        self._file.close()

    def __del__(self) -> None:
        """An upload that broke off is never read."""
        self.close()

    @property
    def size(self) -> int:
        return self._size

    def piece(self, position: int) -> bytes:
        self._file.seek(position * (PIECE_BYTES + _TAG))
        return self._cipher.decrypt(_NONCE.pack(position), self._file.read(PIECE_BYTES + _TAG), None)

    def _seal(self, piece: bytes) -> None:
        self._file.write(self._cipher.encrypt(_NONCE.pack(self._pieces), piece, None))
        self._pieces += 1


class _Reader(io.RawIOBase):
    """The opened bytes of a spool, one piece at a time."""

    def __init__(self, spool: SealedSpool) -> None:
        self._spool = spool
        self._at = 0
        self._held = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._spool.size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning of the file")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, into: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._at >= self._spool.size:
            return 0
        position, skipped = divmod(self._at, PIECE_BYTES)
        if self._held[0] != position:
            self._held = (position, self._spool.piece(position))
        found = self._held[1][skipped : skipped + len(into)]
        into[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        if not self.closed:
            self._spool.close()
        super().close()
