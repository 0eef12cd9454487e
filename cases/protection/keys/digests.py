"""Keys that wrap nothing: digests of the index domain, and the single key of a domain."""

import hashlib
import hmac
from functools import cache

from cases.protection.keys import files
from cases.protection.keys.memory import drop_on_forget


def domain_key(domain: str) -> bytes:
    """The one key of a domain that is not split by centre and year, such as `backup`; made where there is none.

    Raises KeyMissing, KeyNotMade.
    """
    return files.ensure(domain, "v1")


@cache
def derived(purpose: str) -> bytes:
    """A key for one keyed digest (look-up tags of a centre, search terms …), from the index key.

    `purpose` names it for good, such as `lookup/phone/<centre uid>`.
    """
    return hmac.digest(files.read("index", "v1"), purpose.encode(), hashlib.sha256)


drop_on_forget(derived.cache_clear)


def keyed_digest(purpose: str, data: bytes) -> bytes:
    """32 bytes that tell equal data from different data, to holders of the index key alone."""
    return hmac.digest(derived(purpose), data, hashlib.sha256)
