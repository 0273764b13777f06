"""How often one address may ask. Kept in memory by each serving process: a guard against haste, not a count."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict

REMEMBERED = 20_000


class Limiter:
    """Lets each address ask `burst` times at once, and once more every `every_ms`."""

    def __init__(self, burst: int, every_ms: int) -> None:
        self._slack, self._every = (burst - 1) * every_ms, every_ms
        self._due: OrderedDict[str, int] = OrderedDict()

    def wait(self, address: str, now: int) -> int:
        """Counts one question and gives 0, or counts nothing and gives after how many milliseconds the next is heard. now: of a clock that never goes back."""
        whose = network(address)
        due = max(now, self._due.pop(whose, now))
        early = due - self._slack - now
        self._due[whose] = due if early > 0 else due + self._every
        while len(self._due) > REMEMBERED:
            self._due.popitem(last=False)
        return max(0, early)

    def forgive(self, address: str) -> None:
        """Takes the last question of an address back."""
        whose = network(address)
        if whose in self._due:
            self._due[whose] -= self._every


def network(address: str) -> str:
    """Who is counted as one: an IPv4 address, the /64 that a household or a phone has of IPv6; anything else as it stands."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.IPv6Network((found, 64), strict=False).network_address)
    return str(found)
