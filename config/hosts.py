"""Whether a name of a host means this machine: what is said to it leaves by no wire."""

import ipaddress


def is_here(host: str) -> bool:
    """localhost, or an address of the loopback network."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
