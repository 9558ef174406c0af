#!/usr/bin/python3
"""bad-streams.py DIR - write streams with one error each; print the file and the message that readers must give."""
import gzip
import lzma
import os
import struct
import sys

import msgpack
import numpy as np
import zstandard

RUN = "add-p5-s1-00000000"


def frame(plain):
    return zstandard.ZstdCompressor(write_checksum=True).compress(plain)


def pack(**record):
    return msgpack.packb(record)


HEAD = pack(kind="head", version=1, run=RUN, seed=1, config={"op": "add", "modulus": 5},
            provenance=[])


def end(records, run=RUN):
    return pack(kind="end", run=run, status="complete", records=records)


def tensor(shape=(2, 3), data=bytes(24), dtype="<f4", name="w", kind=b""):
    array = {b"nd": True, b"type": dtype, b"kind": kind, b"shape": shape, b"data": data}
    return pack(kind="tensor", run=RUN, step=0, name=name, role="param", array=array)


def run(*middle):
    return frame(HEAD) + b"".join(frame(m) for m in middle) + frame(end(len(middle) + 2))


def flip(data, at):
    return data[:at] + bytes([data[at] ^ 16]) + data[at + 1:]


SKIPPABLE = b"\x50\x2a\x4d\x18\x04\x00\x00\x00hint"


def long_window(plain):
    parameters = zstandard.ZstdCompressionParameters(window_log=28, write_checksum=True)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return compressor.compress(plain) + compressor.flush()


noise = np.random.default_rng(1).standard_normal((200, 600)).astype("<f4").tobytes()
good = run(tensor(), tensor((200, 600), noise, name="big"))
big_at = len(frame(HEAD) + frame(tensor())) + 300000

CASES = {
    "empty": (b"", "it is empty"),
    "text": (b"step,loss\n0,4.5\n", "not a grok tensor stream"),
    "only-empty-frames": (frame(b"") + SKIPPABLE, "it is empty"),
    "gzip": (gzip.compress(good), "compressed by gzip"),
    "xz": (lzma.compress(good), "compressed by xz"),
    "git-lfs": (b"version https://git-lfs.github.com/spec/v1\n", "'git lfs pull'"),
    "long-window": (long_window(HEAD + end(2)), "zstd --long"),
    "plain": (HEAD + end(2), "not a grok tensor stream"),
    "cut-in-frame": (good[:big_at], "is cut short"),
    "cut-between-frames": (frame(HEAD) + frame(tensor()), "without an end record"),
    "flipped-small": (flip(good, 40), "frame 1 "),
    "flipped-large": (flip(good, big_at), "frame 3 does not match its checksum"),
    "garbage-after": (good + b"garbage!", "is not zstd data"),
    "no-head": (frame(tensor()), "record 1: a head was expected, found 'tensor'"),
    "two-heads": (frame(HEAD) + frame(HEAD), "no end record before the next head"),
    "wrong-count": (frame(HEAD) + frame(end(7)), "has 2 records, its end record says 7"),
    "other-run": (frame(HEAD) + frame(end(2, "x")), "is of run 'x', inside run"),
    "newer": (frame(HEAD.replace(b"version\x01", b"version\x09")), "format version 9"),
    "not-msgpack": (frame(b"\xc1\xc1"), "record 1: "),
    "cut-record": (frame(HEAD[:-3]), "its frame ends inside it"),
    "too-many-elements": (run(tensor((1 << 62,))), "record 2: shape has a dimension outside"),
    "nine-dimensions": (run(tensor((1,) * 9)), "shape has 9 dimensions, more than 8"),
    "negative": (run(tensor((-1, 6))), "shape has a dimension outside"),
    "overflow": (run(tensor((1 << 31, 1 << 31, 4))), "overflows"),
    "too-little-data": (run(tensor((2, 4))), "shape 2x4 of <f4 needs 32 bytes, found 24"),
    "big-endian": (run(tensor(dtype=">f4")), "dtype '>f4' is not one of"),
    "pickled": (run(tensor(kind=b"O")), "structured or pickled"),
    "claims-4-gib": (frame(HEAD) + frame(tensor((1 << 30,))[:-29] + b"\xc6\xff\xff\xff\xfc"),
                     "record 2"),
}
for name, (data, _) in CASES.items():
    with open(os.path.join(sys.argv[1], name + ".gts"), "wb") as f:
        f.write(data)
for name, (_, text) in CASES.items():
    print(f"{name}.gts\t{text}")
