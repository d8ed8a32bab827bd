"""Reads a journal; written from docs/format/journal.md alone, with the standard library only.

Prints `record NUMBER LENGTH CHECKSUM` for each record, and then `end clean=C dropped=D` or
`damage due=N`. Usage: second_reader.py DIRECTORY [SECOND]
"""

import os
import re
import struct
import sys

BLOCK = 4096
TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    TABLE.append(byte)


def checksum(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


class Damage(Exception):
    """The number that is due where it begins, or 0."""


def is_right(block, magic):
    sealed = len(block) == BLOCK and checksum(block[:-4]) == struct.unpack("<I", block[-4:])[0]
    return sealed and block[:8] == magic and struct.unpack_from("<H", block, 8)[0] == 1


def frame_at(data, salt, at):
    """(length, body checksum, count, first, synced) of a right header, or None."""
    if at + 40 > len(data) or data[at : at + 4] != b"FBF1":
        return None
    own, body, length, count, reserved, first, synced = struct.unpack_from("<IIIIIQQ", data, at + 4)
    bound = salt + struct.pack("<Q", at) + data[at + 8 : at + 40]
    fits = length <= 16777216 and at + 40 + length <= len(data) and reserved == 0
    fits = fits and synced < first < 1 << 62
    return (length, body, count, first, synced) if fits and checksum(bound) == own else None


def records_of(body, count):
    """The records, or None if the body is not exactly `count` of them."""
    records, at = [], 0
    while at < len(body):
        digits = re.match(b"[\x80-\xff]{0,4}[\x00-\x7f]", body[at : at + 5], re.DOTALL)
        if digits is None:
            return None
        at += digits.end()
        length = sum((byte & 127) << 7 * place for place, byte in enumerate(digits[0]))
        records.append(body[at : at + length])
        at += length
    return records if at == len(body) and len(records) == count else None


class Reader:
    def __init__(self, *folders):
        self.folders, self.due, self.proven, self.seen = folders, 0, 0, {}
        known = [self.identity(folder) for folder in folders]
        if known[0] is None:
            raise SystemExit("there is no journal")
        self.id, own, slot = known[0]
        theirs, second, other = known[1:] and known[1] or (self.id, bytes(16), slot)
        needed = slot[6] != bytes(16)
        if own != bytes(16) or theirs != self.id or needed and slot[6] != second:
            raise SystemExit("the directories do not belong together")
        slot = other if other[0] > slot[0] else slot
        _, self.lowest, self.highest, self.durable, self.clean, self.due, _ = slot

    def identity(self, folder):
        """The journal's id, the directory's own and the slot that holds, or None."""
        blocks = self.file(folder, "journal")
        if blocks is None:
            if any(re.fullmatch("[0-9a-f]{16}[.]seg", name) for name in os.listdir(folder)):
                raise Damage(0)
            return None
        blocks = [blocks[at : at + BLOCK] for at in range(0, 3 * BLOCK, BLOCK)]
        slots = [struct.unpack_from("<QQQQQQ16s", b, 16) for b in blocks[1:] if is_right(b, b"FBSLOT01")]
        slots = [s for s in slots if max(s[0], *s[2:4], s[5]) < 1 << 62 and s[5] > 0 < s[1] <= s[2] + 1]
        if not slots or not is_right(blocks[0], b"FBJOURNL"):
            raise Damage(0)
        return blocks[0][16:32], blocks[0][2048:2064], max(slots)

    def file(self, folder, name):
        try:
            with open(os.path.join(folder, name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def segment(self, number):
        """Its bytes and its salt, or None if it is missing and may be."""
        found = [self.file(folder, "%016x.seg" % number) for folder in self.folders]
        found = [data for data in found if data is not None]
        if not found and number > self.highest:
            return None
        if not found or not all(is_right(data[:BLOCK], b"FBSEGMNT") for data in found):
            raise Damage(self.due)
        made = [struct.unpack_from("<QQ", data, 64) for data in found]
        if made.count(max(made)) > 1:
            raise Damage(self.due)
        data = found[made.index(max(made))]
        size, journal, own, length, salt = struct.unpack_from("<I16sQQ16s", data, 12)
        is_ours = (size, journal, own) == (BLOCK, self.id, number)
        if not is_ours or not 2 * BLOCK <= length <= len(data) or length % BLOCK:
            raise Damage(self.due)
        return data[:length], salt

    def read(self, sink):
        number, stop = self.lowest, (self.lowest, BLOCK)
        while (found := self.segment(number)) is not None:
            data, salt, at, is_first = *found, BLOCK, True
            while True:
                frame = frame_at(data, salt, at)
                if frame is None and at % BLOCK:
                    at += -at % BLOCK
                    frame = frame_at(data, salt, at)
                if frame is None or not self.pass_over(frame, data[at + 40 :], is_first, sink):
                    break
                at, is_first = at + 40 + frame[0], False
                stop = (number, at)
            number += 1
        return self.end(stop, number)

    def pass_over(self, frame, body, is_first, sink):
        length, body_checksum, count, first, synced = frame
        body = body[:length]
        if is_first and (first > self.due or self.proven >= first < self.due):
            raise Damage(self.due)
        if first > self.due or checksum(body) != body_checksum:
            return False
        if first < self.due:
            known = self.seen.get(first) if first > self.proven and count else None
            if first + count > self.due or known not in (None, (body_checksum, count)):
                raise Damage(self.due)
        elif count:
            records = records_of(body, count)
            if records is None:
                raise Damage(self.due)
            self.seen[first] = (body_checksum, count)
            for record in records:
                sink(self.due, record)
                self.due += 1
        self.proven = max(self.proven, synced)
        return True

    def end(self, stop, beyond):
        dropped = 0
        for number in range(stop[0], beyond):
            data, salt = self.segment(number)
            at = stop[1] if number == stop[0] else BLOCK
            while at < len(data):
                frame = frame_at(data, salt, at)
                if frame is None:
                    at = (at // BLOCK + 1) * BLOCK
                    continue
                if frame[4] >= self.due:
                    raise Damage(self.due)
                dropped, at = dropped + (frame[2] > 0), at + 40 + frame[0]
        if self.due - 1 < self.durable or self.clean == 1 and self.due - 1 != self.durable:
            raise Damage(self.due)
        return "end clean=%d dropped=%d" % (self.clean == 1, dropped)


try:
    show = lambda number, record: print("record %d %d %08x" % (number, len(record), checksum(record)))
    print(Reader(*sys.argv[1:]).read(show))
except Damage as damage:
    print("damage due=%d" % damage.args[0])
