#!/usr/bin/env python3
"""bdm.py - reference figures of block decomposition, for tests/unit/bdm.c

    pip install pybdm==0.1.0 numpy "setuptools<81"; tests/ref/bdm.py >tests/ref/bdm.txt

Binary matrices are measured by pybdm with its own table.  The output contains the part of that table on
which the results depend: the blocks that occur, the most complex ones, the simplest one.  Four symbols, which
pybdm cannot measure, are measured here by a plain implementation, with the tables in formats/.
"""
import gzip
import itertools
from collections import Counter
from pathlib import Path

import numpy as np
from pybdm import BDM, PartitionCorrelated, PartitionIgnore, PartitionRecursive
from pybdm.utils import get_ctm_dataset

from compact import compact

rng = np.random.default_rng(1)
formats = Path(__file__).parents[2] / "formats"


def rule(number, size):
    """A cellular automaton from one cell."""
    rows = [np.eye(1, size, size // 2, dtype=int)[0]]
    for _ in range(size - 1):
        x = rows[-1]
        rows.append(number >> (4 * np.roll(x, 1) + 2 * x + np.roll(x, -1)) & 1)
    return np.array(rows)


binary = {
    "zeros": np.zeros((8, 8), int),
    "ones": np.ones((12, 12), int),
    "random": rng.integers(0, 2, (24, 28)),
    "sparse": (rng.random((40, 48)) < 0.05).astype(int),
    "checker": np.indices((20, 20)).sum(0) % 2,
    "rule30": rule(30, 24),
    "rule110": rule(110, 32),
    "odd": rng.integers(0, 2, (21, 18)),
    "identity": np.eye(23, dtype=int),
}


def text(x):
    return "".join(map(str, np.asarray(x).flat))


table, missing = get_ctm_dataset("CTM-B2-D4x4")
used = {4: set(), 3: set(), 2: set()}
for name, x in binary.items():
    print("binary", name, *x.shape, text(x))
    for label, partition in (("ignore", PartitionIgnore), ("recursive", PartitionRecursive),
                             ("correlated", PartitionCorrelated)):
        m = BDM(ndim=2, partition=partition)
        for part in m.decompose(x):
            used[len(part)].add(text(part))
        normal = m.nbdm(x) if label == "ignore" else float("nan")
        print("bits", name, label, repr(float(m.bdm(x))), repr(float(m.ent(x))),
              repr(float(normal)))

ordered = list(table[4, 4].items())
for key, _ in ordered[:128] + ordered[-1:]:
    used[4].update((key, key.translate(str.maketrans("01", "10"))))
for side, keys in used.items():
    for key in sorted(keys):
        first = key.translate(str.maketrans("01", "10")) if key[0] == "1" else key
        print("ctm", side, int(key, 2), repr(float(table[side, side][first])))

for _ in range(150):
    cells = rng.integers(0, rng.integers(1, 5), 16)
    if rng.random() < 0.5:
        cells = np.tile(cells[: rng.integers(1, 9)], 16)[:16]
    print("gzip", text(cells), len(gzip.compress(cells.astype(np.int8).tobytes())))

two, four = compact(formats / "ctm-5-2.bin"), compact(formats / "ctm-3-4.bin")
weights = np.add.outer(np.sin(np.arange(33) / 3), np.cos(np.arange(30) / 2))
letters = {
    "noise": rng.integers(0, 4, (36, 32)),
    "wave": np.digitize(weights, np.quantile(weights, [0.25, 0.5, 0.75])),
    "bits": rng.integers(0, 2, (16, 20)) * rng.integers(1, 4, (16, 20)).clip(1, 2),
}


def number(x, base):
    return int(x.reshape(-1) @ base ** np.arange(x.size - 1, -1, -1))


def planes(x):
    c = two[x.shape]
    return 2 / 3 * sum(c[number(p, 2)] for p in (x >> 1, x & 1, x >> 1 ^ x & 1))


def gray(x):
    g = x ^ x >> 1
    return two[x.shape][number(g >> 1, 2)] + two[x.shape][number(g & 1, 2)]


def native(x):
    return four[x.shape][number(x, 4)]


def gzip_mix(x):
    if x.max() <= 1:
        return two[x.shape][number(x, 2)]
    return len(gzip.compress(x.astype(np.int8).tobytes()))


def measure(x, side, value):
    h, w = (s // side for s in x.shape)
    blocks = x[: h * side, : w * side].reshape(h, side, w, side).swapaxes(1, 2)
    counts = Counter(tuple(b) for b in blocks.reshape(h * w, side * side))
    return sum(value(np.array(b).reshape(side, side)) + np.log2(n) for b, n in counts.items())


def pad(x, side):
    return np.pad(x, [(0, -s % side) for s in x.shape])


for name, x in letters.items():
    print("letters", name, *x.shape, text(x))
    for code, value, side in (("planes", planes, 4), ("planes", planes, 3), ("gray", gray, 4),
                              ("native", native, 3), ("gzip-mix", gzip_mix, 4)):
        print("code", name, code, side, repr(float(measure(x, side, value))),
              repr(float(measure(pad(x, side), side, value))))

# The most complex blocks of four symbols: all 4^16 are tried.
c = two[4, 4]
index = np.arange(len(c))
floor, best = 3 * c.max() - 3.2, []
for hi in index:
    s = c[hi] + c + c[hi ^ index]
    best.append(s[s > floor])
best = np.sort(np.concatenate(best))[::-1]
for n in (1, 100, 5000):
    assert n <= len(best)
    print("largest planes", n, repr(float(2 / 3 * best[:n].sum())))
best = np.sort(np.add.outer(np.sort(c)[-300:], np.sort(c)[-300:]).reshape(-1))[::-1]
for n in (1, 100, 5000):
    print("largest gray", n, repr(float(best[:n].sum())))
