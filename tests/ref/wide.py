#!/usr/bin/env python3
"""wide.py - reference figures of blocks of eight symbols and of sides above 4, for tests/unit/bdm/wide.c

    pip install numpy; tests/ref/wide.py >tests/ref/wide.txt

A plain implementation of what lib/bdm/bdm.h says, with the table in formats/: the value of a piece is
m / (2^m - 1) times the sum of CTM over all non-zero xors of its m bit planes (planes), or the sum over the
planes of its Gray code (gray); a block above 4 x 4 is worth K of its pieces.
"""
from collections import Counter
from pathlib import Path

import numpy as np

from compact import compact

two = compact(Path(__file__).parents[2] / "formats" / "ctm-5-2.bin")
rng = np.random.default_rng(7)


def ctm(x):
    x = x if x.shape in two else x.T  # turned arrays are of one class
    table = two[x.shape]
    value = table[int("".join(map(str, x.reshape(-1))), 2)]
    return value if np.isfinite(value) else np.nanmax(table) + 1


def piece(x, bits, code):
    if code == "gray":
        g = x ^ x >> 1
        return sum(ctm(g >> i & 1) for i in range(bits))
    total = 0
    for mask in range(1, 1 << bits):
        parity = np.zeros_like(x)
        for i in range(bits):
            parity ^= (x >> i & 1) * (mask >> i & 1)
        total += ctm(parity)
    return total * bits / ((1 << bits) - 1)


def block(x, bits, code):
    s = len(x)
    if s <= 4:
        return piece(x, bits, code)
    h = (s + 1) // 2
    pieces = Counter((p.shape, tuple(p.reshape(-1))) for p in (x[:h, :h], x[:h, h:], x[h:, :h], x[h:, h:]))
    return sum(piece(np.array(c).reshape(shape), bits, code) + np.log2(n) for (shape, c), n in pieces.items())


def squares(x, s, boundary):
    h, w = x.shape
    for r in range(0, h - h % s, s):
        for c in range(0, w - w % s, s):
            yield x[r : r + s, c : c + s]
    if boundary == "recursive":
        for r in range(0, h, s):
            for c in range(0, w, s):
                edge = x[r : r + s, c : c + s]
                if min(edge.shape) >= 2 and edge.shape != (s, s):
                    yield from squares(edge, min(edge.shape), boundary)


def measure(x, bits, s, code, boundary):
    if boundary == "pad":
        x = np.pad(x, [(0, -n % s) for n in x.shape])
    counts = Counter((b.shape, tuple(b.reshape(-1))) for b in squares(x, s, boundary))
    k = sum(block(np.array(c).reshape(shape), bits, code) + np.log2(n) for (shape, c), n in counts.items())
    return k, len(counts), sum(counts.values())


for levels in (2, 4, 8):
    wave = np.add.outer(np.arange(27), np.arange(21))
    for name, x in (
        ("random", rng.integers(0, levels, (26, 19))),
        ("wave", wave // 3 % levels),
        ("sparse", (rng.random((24, 32)) < 0.1) * rng.integers(0, levels, (24, 32))),
    ):
        print("matrix", name, levels, *x.shape, "".join(map(str, x.reshape(-1))))
        for s in range(2 if levels == 8 else 5, 9):
            for code in ("planes", "gray"):
                for boundary in ("ignore", "pad", "recursive"):
                    k, unique, blocks = measure(x, levels.bit_length() - 1, s, code, boundary)
                    print("K", s, code, boundary, repr(float(k)), unique, blocks)
