"""Zebra's Simple Serial Interface (72E-40451): packets with a checksum, each to be acknowledged; the host may beep and light the scanner.

A packet: length without checksum, opcode, source (0 scanner, 4 host), status, data, and the two's complement of their sum, high byte first.
Pure: bytes and milliseconds in, scans and bytes to send out. Not for two threads at once.
"""

from __future__ import annotations

from dataclasses import replace

from corner_app.devices.scanners.feedback import Feedback
from corner_app.devices.scanners.framing import LONGEST, Noise, read_code
from corner_app.devices.scanners.profile import AS_SOLD, ScannerProfile
from corner_app.domain.scan import Scan

SCANNER, HOST = 0x00, 0x04
RETRANSMIT, CONTINUES = 0x01, 0x02
"""Bits of the status: sent before; more packets of this code follow."""
ACK, NAK, DECODE_DATA, EVENT, PARAM_SEND = 0xD0, 0xD1, 0xF3, 0xF6, 0xC6
BEEP, LED_ON, LED_OFF, SCAN_ENABLE, SCAN_DISABLE = 0xE6, 0xE7, 0xE8, 0xE9, 0xEA
_FROM_SCANNER = frozenset({ACK, NAK, DECODE_DATA, EVENT, PARAM_SEND, 0xA4, 0xD4})  # with the answers to questions we do not ask
RESEND = 0x01
"""Why a NAK: the checksum was wrong."""
BEEPS: dict[Feedback, int] = {"good": 0x00, "look": 0x01, "stop": 0x11}
"""One short high, two short high, three long low: beep codes of the guide."""
LED = 0x01
"""The decode LED."""
CHARACTER_MS, RESPONSE_MS = 200, 2000
"""The guide's time-outs: between two bytes of a packet, and for an answer."""
TRIES = 3
SAME_MS = 10_000
"""A packet marked as sent before and equal to the last one is that one again, this long; the scanner's time-out is at most 9.9 s."""
PARTS_MS = 6000
"""Silence after which a code of several packets will not be whole any more: three tries of the next packet."""
_AIM = {0x01: "A0", 0x03: "C0", 0x06: "I0", 0x08: "E0", 0x0A: "E4", 0x0B: "E0", 0x0F: "C1", 0x11: "L0", 0x1B: "d1", 0x1C: "Q1", 0x2D: "z0"}
"""AIM identifiers of the guide's bar code types, for scanners that send none."""


def packet(opcode: int, data: bytes = b"", status: int = 0, source: int = HOST) -> bytes:
    """One packet, ready to be sent. data: at most 251 bytes."""
    body = bytes((4 + len(data), opcode, source, status)) + data
    return body + (-sum(body) & 0xFFFF).to_bytes(2, "big")


class Ssi:
    """One scanner's side of the talk, as the host hears it.

    noise: packets with a wrong checksum, stray bytes and codes that cannot be. duplicates: codes sent again because our ACK did not reach the
    scanner, passed on once. unheard: commands the scanner never acknowledged.
    """

    def __init__(self, device: str, profile: ScannerProfile = AS_SOLD) -> None:
        """device: stable name of the scanner, put into every Scan."""
        self.device = device
        self.noise = self.duplicates = self.unheard = 0
        self._profile = profile
        self._held = bytearray()
        self._byte_ms = 0
        self._answer = bytearray()
        self._stray = self._asked_again = self._lit = False
        self._last: tuple[int, bytes] | None = None
        self._last_ms = 0
        self._parts: list[bytes] = []
        self._waiting: list[tuple[int, bytes]] = []
        self._sent: tuple[int, bytes] | None = None
        self._tries, self._sent_ms = 0, 0

    def feed(self, data: bytes, now_ms: int) -> tuple[list[Scan], bytes]:
        """The scans in these bytes, and what to send. now_ms: a monotonic clock's milliseconds when they came."""
        self._held += data
        self._byte_ms = now_ms
        scans: list[Scan] = []
        while (raw := self._next_packet()) is not None:
            scans += self._heard(raw, now_ms)
        return scans, self._to_send()

    def idle(self, now_ms: int) -> tuple[list[Scan], bytes]:
        """What time brings: half a packet is asked for again, a command without answer is sent again. To be called when a read came back empty."""
        if self._held and now_ms - self._byte_ms >= CHARACTER_MS:
            self._held.clear()
            self._ask_again()
        if self._parts and now_ms - self._last_ms >= PARTS_MS:
            self._parts.clear()
            self.noise += 1
        if self._sent is not None and now_ms - self._sent_ms >= RESPONSE_MS:
            self._send_again(now_ms)
        return [], self._to_send()

    def tell(self, feedback: Feedback, now_ms: int) -> bytes:
        """Bytes that say how the scan went. What was to be said before and is not yet on its way is left out: the latest answer is the one to hear."""
        self._say(feedback, now_ms)
        return self._to_send()

    def scanning(self, on: bool, now_ms: int) -> bytes:
        """Bytes that let the scanner read, or keep it from reading."""
        self._waiting.append((SCAN_ENABLE if on else SCAN_DISABLE, b""))
        self._send_next(now_ms)
        return self._to_send()

    def lost(self) -> None:
        """The link broke: half a code is noise, and nothing waits to be said to a scanner that comes back."""
        self.noise += bool(self._held or self._parts)
        self._held.clear()
        self._parts.clear()
        self._waiting.clear()
        self._answer.clear()
        self._sent = self._last = None
        self._stray = self._asked_again = self._lit = False

    def _next_packet(self) -> bytes | None:
        while self._held:
            if not self._may_begin():
                del self._held[0]
                self.noise += not self._stray
                self._stray = True
                continue
            size = self._held[0] + 2
            if len(self._held) < size:
                return None
            raw = bytes(self._held[:size])
            del self._held[:size]
            self._stray = False
            if (sum(raw[:-2]) + int.from_bytes(raw[-2:], "big")) & 0xFFFF == 0:
                return raw
            self._ask_again()
        return None

    def _may_begin(self) -> bool:
        held = self._held
        return held[0] >= 4 and (len(held) < 2 or held[1] in _FROM_SCANNER) and (len(held) < 3 or held[2] == SCANNER)

    def _ask_again(self) -> None:
        self.noise += 1
        self._asked_again = True
        self._answer += packet(NAK, bytes((RESEND,)))

    def _heard(self, raw: bytes, now_ms: int) -> list[Scan]:
        opcode, status, data = raw[1], raw[3], raw[4:-2]
        if opcode == ACK or (opcode == NAK and data[:1] != bytes((RESEND,))):  # a NAK for another cause: it cannot do that, and will not
            self.unheard += opcode == NAK
            self._sent = None
            self._send_next(now_ms)
        elif opcode == NAK:
            self._send_again(now_ms)
        elif opcode == DECODE_DATA:
            self._answer += packet(ACK)
            return self._decoded(status, data, now_ms)
        elif opcode in (EVENT, PARAM_SEND):
            self._answer += packet(ACK)
        return []

    def _decoded(self, status: int, data: bytes, now_ms: int) -> list[Scan]:
        this = (status & ~RETRANSMIT, data)
        again = status & RETRANSMIT and this == self._last and now_ms - self._last_ms <= SAME_MS and not self._asked_again
        self._asked_again = False
        if again:
            self.duplicates += 1
            return []
        self._last, self._last_ms = this, now_ms
        self._parts.append(data)
        if status & CONTINUES and sum(map(len, self._parts)) <= LONGEST:
            return []
        first, *rest = self._parts
        self._parts = []
        kind = first[:1]
        # The type stands in front of the first part; a scanner that repeats it in front of each gives itself away: most are control characters.
        whole = first[1:] + b"".join(part[1:] if kind < b" " and part.startswith(kind) else part for part in rest)
        try:
            scan = read_code(whole, self.device, now_ms, self._profile) if len(whole) <= LONGEST else None
        except Noise:
            scan = None
        if scan is None:
            self.noise += 1
            self._say("stop", now_ms)
            return []
        return [scan if scan.aim else replace(scan, aim=_AIM.get(kind[0], ""))]

    def _say(self, feedback: Feedback, now_ms: int) -> None:
        self._waiting = [command for command in self._waiting if command[0] not in (BEEP, LED_ON, LED_OFF)]
        self._waiting += [(BEEP, bytes((BEEPS[feedback],))), (LED_ON if feedback == "stop" else LED_OFF, bytes((LED,)))]
        self._send_next(now_ms)

    def _send_next(self, now_ms: int) -> None:
        while self._sent is None and self._waiting:
            opcode, data = self._waiting.pop(0)
            if opcode in (LED_ON, LED_OFF):
                if self._lit == (opcode == LED_ON):
                    continue
                self._lit = opcode == LED_ON
            self._sent, self._tries, self._sent_ms = (opcode, data), 1, now_ms
            self._answer += packet(opcode, data)

    def _send_again(self, now_ms: int) -> None:
        if self._sent is None:
            return
        if self._tries >= TRIES:
            self.unheard += 1
            self._sent = None
            self._send_next(now_ms)
            return
        self._tries += 1
        self._sent_ms = now_ms
        self._answer += packet(*self._sent, status=RETRANSMIT)

    def _to_send(self) -> bytes:
        answer = bytes(self._answer)
        self._answer.clear()
        return answer
