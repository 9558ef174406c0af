"""compact.py - read a table of formats/ctm.md, independently of lib/ctm_table.c"""
import itertools
import struct

import numpy as np


def compact(path):
    """K of all square arrays of a table as formats/ctm.md describes it."""
    data = path.read_bytes()
    n, k, side, depth = data[4:8]
    (halting,) = struct.unpack("<d", data[8:16])
    sums = iter(np.frombuffer(data, "<u8", offset=16).tolist())
    images = 8 * len(list(itertools.permutations(range(k))))
    scale = np.log2(float(images)) + depth * np.log2(4.0 * n * k + k) + np.log2(halting)
    tables = {}
    for r in range(1, side + 1):
        for c in range(r, side + 1):
            table = np.full(k ** (r * c), np.nan)
            weight = k ** np.arange(r * c - 1, -1, -1)
            done = np.zeros(len(table), bool)
            for i in range(len(table)):
                if done[i]:
                    continue
                a = (i // weight % k).reshape(r, c)
                value = scale - np.log2(float(next(sums)))
                for p in itertools.permutations(range(k)):
                    b = np.array(p)[a]
                    for turn in range(4):
                        for image in (np.rot90(b, turn), np.rot90(b, turn)[::-1]):
                            if image.shape == (r, c):
                                j = image.reshape(-1) @ weight
                                table[j] = value
                                done[j] = True
            tables[r, c] = table
    return tables
