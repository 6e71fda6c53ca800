#!/usr/bin/python3
"""Checks every vector in this directory with a second implementation of the formats, written from the pages in spec/.

Needs python3 and its "cryptography" module (Debian: python3-cryptography). Prints one line and ends with 0, or prints
what differs and ends with 1. It never writes.
"""
import base64
import datetime
import hashlib
import hmac
import json
import pathlib
import re
import string
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
NUMBER = r"[1-9][0-9]*"


class Outcome(Exception):
    """Any end but "ok"; the argument is the outcome's word."""


def refuse(outcome):
    raise Outcome(outcome)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text, size, outcome="header-failure"):
    """The bytes of exactly the canonical text of `size` bytes."""
    if len(text) != (size * 8 + 5) // 6 or not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        refuse(outcome)
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return data if b64(data) == text else refuse(outcome)


def expand(key, info):
    """HKDF-Expand (RFC 5869) with SHA-256 for 32 bytes: one block."""
    return hmac.new(key, info + b"\x01", hashlib.sha256).digest()


def date(text):
    if not re.fullmatch(DATE, text):
        refuse("header-failure")
    try:
        datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        refuse("header-failure")


# key id ------------------------------------------------------------------------------------------------------------


def key_id(sequence, ring, kek):
    tag = expand(kek, b"edgekms/key-id/v1" + unb64(ring, 16))[:16]
    return f"k{sequence}.{b64(tag)}"


def parse_key_id(text):
    match = re.fullmatch(r"k([1-9][0-9]{0,8})\.([A-Za-z0-9_-]{22})", text)
    if not match:
        refuse("header-failure")
    unb64(match[2], 16)
    return int(match[1])


# envelope ----------------------------------------------------------------------------------------------------------


def envelope_aad(ring, key):
    fields = [b"edgekms/envelope/v1", unb64(ring, 16), key.encode()]
    return b"".join(bytes([len(field)]) + field for field in fields)


def wrap(kek, ring, key, plaintext, salt, nonce):
    subkey = expand(kek, b"edgekms/envelope/v1/key" + salt)
    return b"\x01" + salt + nonce + AESGCM(subkey).encrypt(nonce, plaintext, envelope_aad(ring, key))


def unwrap(kek, ring, key, envelope):
    if len(envelope) > 65536:
        refuse("limit")
    if not envelope:
        refuse("body-failure")
    if envelope[0] != 1:
        refuse("unsupported-version")
    if len(envelope) <= 61:
        refuse("body-failure")
    subkey = expand(kek, b"edgekms/envelope/v1/key" + envelope[1:33])
    try:
        return AESGCM(subkey).decrypt(envelope[33:45], envelope[45:], envelope_aad(ring, key))
    except InvalidTag:
        refuse("body-failure")


# cipher of KMS v1 --------------------------------------------------------------------------------------------------


def v1_aad(ring, key):
    fields = [b"edgekms/kms-v1/cipher", unb64(ring, 16), key.encode()]
    return b"".join(bytes([len(field)]) + field for field in fields)


def wrap_v1(kek, ring, key, plaintext, salt, nonce):
    subkey = expand(kek, b"edgekms/kms-v1/cipher/key" + salt)
    text = AESGCM(subkey).encrypt(nonce, plaintext, v1_aad(ring, key))
    return b"\x02" + bytes([len(key)]) + key.encode() + salt + nonce + text


def read_v1(cipher):
    """The key id and where the salt begins; nothing is authenticated yet."""
    if len(cipher) > 1024:
        refuse("limit")
    if not cipher:
        refuse("body-failure")
    if cipher[0] != 2:
        refuse("unsupported-version")
    if len(cipher) < 2 or len(cipher) < 2 + cipher[1]:
        refuse("header-failure")
    at = 2 + cipher[1]
    try:
        key = cipher[2:at].decode("ascii")
    except UnicodeDecodeError:
        refuse("header-failure")
    parse_key_id(key)
    return (key, at) if len(cipher) > at + 60 else refuse("header-failure")


def unwrap_v1(kek, ring, key, cipher):
    named, at = read_v1(cipher)
    if named != key:
        refuse("body-failure")
    subkey = expand(kek, b"edgekms/kms-v1/cipher/key" + cipher[at: at + 32])
    try:
        return AESGCM(subkey).decrypt(cipher[at + 32: at + 44], cipher[at + 44:], v1_aad(ring, key))
    except InvalidTag:
        refuse("body-failure")


# ring file ---------------------------------------------------------------------------------------------------------


def parse_kdf(text):
    if text == "hkdf-sha256":
        return ("hkdf-sha256",)
    match = re.fullmatch(rf"argon2id:({NUMBER}),({NUMBER}),({NUMBER})", text)
    if match:
        memory, passes, lanes = (int(g) for g in match.groups())
        if memory > 1048576 or passes > 16 or lanes > 8 or memory < 8 * lanes:
            refuse("limit")
        return ("argon2id", memory, passes, lanes)
    match = re.fullmatch(rf"pbkdf2-sha512:({NUMBER})", text)
    if match:
        return ("pbkdf2-sha512", int(match[1])) if int(match[1]) <= 10000000 else refuse("limit")
    return refuse("header-failure")


def parse_slot(parts):
    if len(parts) != 7 or parts[0] != "slot":
        refuse("header-failure")
    kdf = parse_kdf(parts[4])
    if parts[2] not in ("admin", "recovery", "node"):
        refuse("header-failure")
    if not re.fullmatch(NUMBER, parts[1]) or int(parts[1]) > 2147483647:
        refuse("header-failure")
    date(parts[3])
    salt, wrapped = unb64(parts[5], 16), unb64(parts[6], 60)
    return {"number": int(parts[1]), "kind": parts[2], "kdf": kdf, "salt": salt, "wrapped": wrapped,
            "prefix": " ".join(parts[:6])}


def parse_key(parts):
    if len(parts) != 6:
        refuse("header-failure")
    sequence = parse_key_id(parts[1])
    date(parts[2])
    for optional in parts[3:]:
        if optional != "-":
            date(optional)
    activated, retired, destroyed = (part != "-" for part in parts[3:])
    if retired and not activated or destroyed and not retired:
        return {"id": parts[1], "sequence": sequence, "state": "broken"}
    state = "destroyed" if destroyed else "retired" if retired else "active" if activated else "staged"
    return {"id": parts[1], "sequence": sequence, "state": state}


class Lines:
    def __init__(self, file):
        self.rest = file

    def next(self):
        end = self.rest.find(b"\n", 0, 320)
        if end < 0:
            refuse("limit" if len(self.rest) >= 320 else "header-failure")
        line, self.rest = self.rest[:end], self.rest[end + 1:]
        return line.decode() if re.fullmatch(rb"[ -~]*", line) else refuse("header-failure")

    def field(self, name):
        line = self.next()
        return line[len(name) + 1:] if line.startswith(name + " ") else refuse("header-failure")


def parse_ring(file):
    """The header, or an Outcome; nothing is authenticated yet."""
    if len(file) > 1048576:
        refuse("limit")
    if not file.startswith(b"edgekms-ring/"):
        refuse("header-failure")
    lines = Lines(file)
    version = lines.next()[len("edgekms-ring/"):]
    if version != "1":
        refuse("unsupported-version" if re.fullmatch(r"[1-9][0-9]{0,8}", version) else "header-failure")
    ring = lines.field("ring")
    unb64(ring, 16)
    generation = lines.field("generation")
    if not re.fullmatch(NUMBER, generation) or int(generation) > 2147483647:
        refuse("header-failure")
    if int(generation) > 99999999:
        refuse("limit")
    previous = lines.field("previous")
    if previous != "-" and not re.fullmatch(r"[0-9a-f]{64}", previous):
        refuse("header-failure")
    date(lines.field("written"))
    keys, slots = [], []
    while True:
        parts = lines.next().split(" ")
        if parts[0] == "mac":
            break
        if parts[0] == "key" and not slots:
            keys.append(parse_key(parts))
        else:
            slots.append(parse_slot(parts))
        if len(keys) > 4352 or len(slots) > 16:
            refuse("limit")
    if len(parts) != 2:
        refuse("header-failure")
    mac = unb64(parts[1], 32)
    ascending = lambda numbers: all(a < b for a, b in zip(numbers, numbers[1:]))
    if (
        [k["state"] for k in keys].count("active") != 1
        or any(k["state"] == "broken" for k in keys)
        or (int(generation) == 1) != (previous == "-")
        or not ascending([k["sequence"] for k in keys])
        or any(k["state"] == "staged" for k in keys[:-1])
        or not slots
        or not ascending([s["number"] for s in slots])
    ):
        refuse("header-failure")
    held = [k for k in keys if k["state"] != "destroyed"]
    if len(lines.rest) != 12 + 32 * len(held) + 16:
        refuse("body-failure")
    header = file[: len(file) - len(lines.rest)]
    return {"ring": ring, "generation": int(generation), "keys": keys, "held": held, "slots": slots, "mac": mac,
            "signed": header[:-48], "header": header, "body": lines.rest}


def open_ring(parsed, ring_key):
    """The KEKs, or an Outcome."""
    mac = hmac.new(expand(ring_key, b"edgekms/ring/v1/mac"), parsed["signed"], hashlib.sha256).digest()
    if not hmac.compare_digest(mac, parsed["mac"]):
        refuse("mac-failure")
    body = parsed["body"]
    aad = hashlib.sha256(parsed["header"]).digest()
    try:
        material = AESGCM(expand(ring_key, b"edgekms/ring/v1/body")).decrypt(body[:12], body[12:], aad)
    except InvalidTag:
        refuse("body-failure")
    keks = [material[i: i + 32] for i in range(0, len(material), 32)]
    for key, kek in zip(parsed["held"], keks):
        if key_id(key["sequence"], parsed["ring"], kek) != key["id"]:
            refuse("body-failure")
    return keks


def seal_ring(text, keks, ring_key, nonce):
    mac = hmac.new(expand(ring_key, b"edgekms/ring/v1/mac"), text.encode(), hashlib.sha256).digest()
    header = f"{text}mac {b64(mac)}\n".encode()
    body_key = expand(ring_key, b"edgekms/ring/v1/body")
    return header + nonce + AESGCM(body_key).encrypt(nonce, b"".join(keks), hashlib.sha256(header).digest())


# backup ------------------------------------------------------------------------------------------------------------


def parse_backup(file):
    """The ring file in it, parsed, or an Outcome."""
    if len(file) > 89 + 1048576:
        refuse("limit")
    version = re.match(rb"edgekms-backup/([1-9][0-9]{0,8})\n", file)
    if not version:
        refuse("header-failure")
    if version[1] != b"1":
        refuse("unsupported-version")
    ring = file[89:]
    if not ring or file[17:89] != f"sha256 {hashlib.sha256(ring).hexdigest()}\n".encode():
        refuse("header-failure")
    return parse_ring(ring)


# slots -------------------------------------------------------------------------------------------------------------


def stretch(kdf, salt, secret):
    """32 bytes; None for Argon2id, which is not in Python's library."""
    if kdf[0] == "hkdf-sha256":
        return hmac.new(salt, secret, hashlib.sha256).digest()
    if kdf[0] == "pbkdf2-sha512":
        return hashlib.pbkdf2_hmac("sha512", secret, salt, kdf[1], 32)
    return None


def slot_key(kind, stretched):
    return AESGCM(expand(stretched, b"edgekms/slot/v1/" + kind.encode()))


def open_slot(ring, slot, stretched):
    aad = unb64(ring, 16) + slot["prefix"].encode()
    try:
        return slot_key(slot["kind"], stretched).decrypt(slot["wrapped"][:12], slot["wrapped"][12:], aad)
    except InvalidTag:
        refuse("not-my-slot")


def close_slot(ring, prefix, stretched, ring_key, nonce):
    aad = unb64(ring, 16) + prefix.encode()
    return f"{prefix} {b64(nonce + slot_key(prefix.split()[2], stretched).encrypt(nonce, ring_key, aad))}\n"


# node token, checkpoint, recovery code -----------------------------------------------------------------------------


def small_file(file, magic, names, limit):
    """The values of a file of "name value" lines; a damaged file is a header-failure."""
    if len(file) > limit or not re.fullmatch(rb"[ -~\n]*", file):
        refuse("header-failure")
    lines = file.decode().split("\n")
    version = re.fullmatch(rf"{magic}/([1-9][0-9]{{0,8}})", lines[0])
    if not version:
        refuse("header-failure")
    if version[1] != "1":
        refuse("unsupported-version")
    if len(lines) != len(names) + 2 or lines[-1]:
        refuse("header-failure")
    for name, line in zip(names, lines[1:]):
        if not line.startswith(name + " "):
            refuse("header-failure")
    return [line[len(name) + 1:] for name, line in zip(names, lines[1:])]


def parse_token(file):
    ring, slot, secret, check = small_file(file, "edgekms-node-token", ["ring", "slot", "secret", "check"], 256)
    unb64(ring, 16)
    digest = hashlib.sha256(file[: -len("check 01234567\n")]).hexdigest()[:8]
    if check != digest or not re.fullmatch(NUMBER, slot) or int(slot) > 2147483647:
        refuse("header-failure")
    return ring, int(slot), unb64(secret, 32)


def parse_checkpoint(file, ring_key):
    names = ["ring", "generation", "digest", "active", "seen", "mac"]
    ring, generation, digest, active, seen, mac = small_file(file, "edgekms-checkpoint", names, 1024)
    unb64(ring, 16)
    parse_key_id(active)
    date(seen)
    if not re.fullmatch(NUMBER, generation) or int(generation) > 99999999:
        refuse("header-failure")
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        refuse("header-failure")
    signed = file[: file.rindex(b"mac ")]
    right = hmac.new(expand(ring_key, b"edgekms/checkpoint/v1/mac"), signed, hashlib.sha256).digest()
    if not hmac.compare_digest(right, unb64(mac, 32)):
        refuse("mac-failure")
    return ring, int(generation), digest, active, seen


def check_symbol(group, symbols):
    total = group
    for power, term in enumerate(symbols, start=1):
        for _ in range(power):
            term <<= 1
            if term & 0x20:
                term ^= 0x25
        total ^= term
    return total


def write_code(secret):
    number = int.from_bytes(secret, "big")
    symbols = [(number >> (155 - 5 * i)) & 31 for i in range(32)]
    groups = [symbols[i: i + 4] for i in range(0, 32, 4)]
    texts = [g + [check_symbol(n, g)] for n, g in enumerate(groups, start=1)]
    return "-".join("".join(ALPHABET[s] for s in g) for g in texts)


def read_code(text):
    """(secret, None), or (None, number of the mistyped group), or (None, 0) where the length is wrong."""
    # Byte by byte: Unicode has letters beyond ASCII that become S or I in upper case.
    plain = re.sub(r"[ \t-]", "", text.encode().decode("latin-1"))
    plain = plain.translate({ord(a): ord(b) for a, b in zip(string.ascii_lowercase, string.ascii_uppercase)})
    plain = plain.replace("O", "0").replace("I", "1").replace("L", "1")
    number = 0
    for start in range(0, len(plain), 5):
        group = start // 5 + 1
        if group > 8:
            return None, 0
        part = plain[start: start + 5]
        if any(c not in ALPHABET for c in part):
            return None, group
        if len(part) < 5:
            return None, 0
        values = [ALPHABET.index(c) for c in part]
        if check_symbol(group, values[:4]) != values[4]:
            return None, group
        for value in values[:4]:
            number = number << 5 | value
    return (number.to_bytes(20, "big"), None) if len(plain) == 40 else (None, 0)


# audit log ---------------------------------------------------------------------------------------------------------

EVENTS = """ring-created key-created key-announced key-first-used key-retired key-destroyed slot-added slot-removed
slot-changed token-replaced unlocked unlock-refused repaired rollback-accepted backed-up backup-failed restored
ring-rekeyed""".split()
AUDIT_LINE = re.compile(
    rf'{{"seq":({NUMBER}),"time":"({DATE})","event":"([a-z-]+)"(?:,"ring":"([^"]+)")?(?:,"generation":({NUMBER}))?'
    rf'(?:,"key":"([^"]+)")?(?:,"slot":({NUMBER}))?'
    r'(?:,"detail":"((?:[^"\\\x00-\x1f\x7f-\x9f]|\\["\\]|\\u00(?:[01][0-9a-f]|7f|[89][0-9a-f]))+)")?'
    r',"prev":"([0-9a-f]{64})"}\n')


def read_audit(file):
    """Entries, head and whether there is a torn tail, of the first file of a log."""
    sequence, digest = 0, bytes(32)
    lines = file.split(b"\n")
    for line in (line + b"\n" for line in lines[:-1]):
        try:
            match = len(line) <= 2048 and AUDIT_LINE.fullmatch(line.decode())
        except UnicodeDecodeError:
            match = None
        if not match:
            refuse("body-failure")
        if match[3] not in EVENTS or int(match[1]) != sequence + 1 or match[9] != digest.hex():
            refuse("body-failure")
        if any(match[i] and int(match[i]) > 2147483647 for i in (5, 7)):
            refuse("body-failure")
        try:
            date(match[2])
            if match[4]:
                unb64(match[4], 16)
            if match[6]:
                parse_key_id(match[6])
        except Outcome:
            refuse("body-failure")
        # Every JSON reader reads the line: its own reader says how long the detail is.
        detail = json.loads(line).get("detail", "")
        if len(detail.encode("utf-16-le")) > 1000 or len((match[8] or "").encode()) > 1600:
            refuse("body-failure")
        sequence, digest = int(match[1]), hashlib.sha256(line).digest()
    return sequence, f"{sequence}:{digest.hex()}" if sequence else None, lines[-1] != b""


# the vectors -------------------------------------------------------------------------------------------------------


def expect(name, what, got, wanted):
    if got != wanted:
        raise AssertionError(f"{name}: {what} is {got}, not {wanted}")


def check_key_id(v):
    if "kek" in v:
        expect(v["name"], "key id", key_id(v["sequence"], v["ring"], bytes.fromhex(v["kek"])), v["keyId"])
        expect(v["name"], "hash", "sha256:" + hashlib.sha256(v["keyId"].encode()).hexdigest(), v["hash"])
    expect(v["name"], "sequence", parse_key_id(v["keyId"]), v.get("sequence"))


def check_audit(v):
    entries, head, torn = read_audit(bytes.fromhex(v["file"]))
    expect(v["name"], "log", [entries, head, torn], [v["entries"], v["head"], v["tornTail"]])


def check_envelope(v):
    kek, envelope = bytes.fromhex(v["kek"]), bytes.fromhex(v["envelope"])
    plaintext = unwrap(kek, v["ring"], v["keyId"], envelope)
    expect(v["name"], "plaintext", plaintext.hex(), v["plaintext"])
    salt, nonce = envelope[1:33], envelope[33:45]
    expect(v["name"], "envelope", wrap(kek, v["ring"], v["keyId"], plaintext, salt, nonce).hex(), v["envelope"])


def check_v1_cipher(v):
    kek, cipher = bytes.fromhex(v["kek"]), bytes.fromhex(v["cipher"])
    plaintext = unwrap_v1(kek, v["ring"], v["keyId"], cipher)
    expect(v["name"], "plaintext", plaintext.hex(), v["plaintext"])
    at = read_v1(cipher)[1]
    again = wrap_v1(kek, v["ring"], v["keyId"], plaintext, cipher[at: at + 32], cipher[at + 32: at + 44])
    expect(v["name"], "cipher", again.hex(), v["cipher"])


def ring_file(v):
    """The file; where "repeat" is [line, times], counted from 1, that line stands so many times in it."""
    lines = bytes.fromhex(v["file"]).split(b"\n")
    line, times = v.get("repeat", [1, 1])
    return b"\n".join(lines[: line - 1] + lines[line - 1: line] * times + lines[line:])


def check_ring(v):
    keks = open_ring(parse_ring(ring_file(v)), bytes.fromhex(v["ringKey"]))
    expect(v["name"], "KEKs", [k.hex() for k in keks], v["keks"])


def check_backup(v):
    parsed = parse_backup(bytes.fromhex(v["file"]))
    keks = open_ring(parsed, bytes.fromhex(v["ringKey"]))
    expect(v["name"], "ring", [parsed["ring"], parsed["generation"]], [v["ring"], v["generation"]])
    expect(v["name"], "KEKs", [k.hex() for k in keks], v["keks"])


def check_slot(v):
    parsed = parse_ring(bytes.fromhex(v["file"]))
    slot = next(s for s in parsed["slots"] if s["number"] == v["slot"])
    stretched = stretch(slot["kdf"], slot["salt"], bytes.fromhex(v["secret"]))
    if stretched is None:
        stretched = bytes.fromhex(v["stretched"])
    elif "stretched" in v:
        expect(v["name"], "stretched", stretched.hex(), v["stretched"])
    expect(v["name"], "ring key", open_slot(parsed["ring"], slot, stretched).hex(), v["ringKey"])


def check_token(v):
    ring, slot, secret = parse_token(bytes.fromhex(v["file"]))
    expect(v["name"], "token", [ring, slot, secret.hex()], [v["ring"], v["slot"], v["secret"]])


def check_checkpoint(v):
    fields = parse_checkpoint(bytes.fromhex(v["file"]), bytes.fromhex(v["ringKey"]))
    expect(v["name"], "fields", list(fields), [v[n] for n in ("ring", "generation", "digest", "active", "seen")])
    if "locked" in v:
        expect(v["name"], "locked", is_locked(v["seen"], v["lockAfterOfflineDays"], v["now"]), v["locked"])


def utc(text):
    date(text)
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def is_locked(seen, days, now):
    return days > 0 and utc(now) - utc(seen) > datetime.timedelta(days=days)


def check_state_directory(v):
    pattern = {"ring": r"ring-([0-9]{8})", "audit": r"audit-([0-9]{8})\.jsonl"}[v["folder"]]
    match = re.fullmatch(pattern, v["file"])
    expect(v["name"], "number", int(match[1]) or None if match else None, v["number"])
    if "swept" in v:
        expect(v["name"], "swept", v["file"].startswith(".new-ring-"), v["swept"])


def check_code(v):
    secret, group = read_code(v["code"])
    if secret is None:
        expect(v["name"], "group", group, v["group"])
        refuse("header-failure")
    expect(v["name"], "secret", secret.hex(), v["secret"])
    if v.get("canonical"):
        expect(v["name"], "code", write_code(secret), v["code"])


CHECKS = {
    "key-id": check_key_id,
    "envelope-v1": check_envelope,
    "kms-v1-cipher": check_v1_cipher,
    "ring-v1": check_ring,
    "slots-v1": check_slot,
    "node-token-v1": check_token,
    "recovery-code": check_code,
    "checkpoint-v1": check_checkpoint,
    "audit-log-v1": check_audit,
    "backup-v1": check_backup,
    "state-directory-v1": check_state_directory,
}


def main():
    count = 0
    failures = []
    for path in sorted(pathlib.Path(__file__).parent.glob("*.json")):
        for vector in json.loads(path.read_text())["vectors"]:
            count += 1
            outcome = "ok"
            try:
                CHECKS[path.stem](vector)
            except Outcome as end:
                outcome = str(end)
            except AssertionError as difference:
                failures.append(f"{path.name}: {difference}")
                continue
            if outcome != vector["outcome"]:
                failures.append(f"{path.name}: {vector['name']}: outcome is {outcome}, not {vector['outcome']}")
    print(*failures, f"{count} vectors, {len(failures)} failed", sep="\n")
    return 1 if failures or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
