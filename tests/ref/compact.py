"""compact.py - read a table of formats/ctm.md, independently of lib/bdm/ctm_table.c"""
import math
import struct

import numpy as np


def renamed(cells):
    """Symbols in order of first appearance: the least number of all renamings."""
    names = np.full((len(cells), 4), -1)
    used = np.zeros(len(cells), int)
    rows = np.arange(len(cells))
    out = np.empty_like(cells)
    for i, column in enumerate(cells.T):
        new = names[rows, column] < 0
        names[rows[new], column[new]] = used[new]
        used += new
        out[:, i] = names[rows, column]
    return out


def compact(path):
    """K of all arrays of r <= c rows and columns, by (r, c)."""
    data = path.read_bytes()
    n, k, side, depth = data[4:8]
    (halting,) = struct.unpack("<d", data[8:16])
    sums = np.frombuffer(data, "<u8", offset=16).astype(float)
    scale = math.log2(8 * math.factorial(k)) + depth * math.log2(4 * n * k + k) + math.log2(halting)
    tables = {}
    for r in range(1, side + 1):
        for c in range(r, side + 1):
            weight = k ** np.arange(r * c - 1, -1, -1)
            cells = (np.arange(k ** (r * c))[:, None] // weight % k).reshape(-1, r, c)
            least = np.full(len(cells), k ** (r * c))
            for turn in range(4):
                a = np.rot90(cells, turn, axes=(1, 2))
                if a.shape == cells.shape:
                    for image in (a, a[:, ::-1]):
                        np.minimum(least, renamed(image.reshape(len(a), -1)) @ weight, out=least)
            classes, which = np.unique(least, return_inverse=True)
            with np.errstate(divide="ignore"):
                bits = scale - np.log2(sums[: len(classes)])
            bits[np.isinf(bits)] = np.nan
            tables[r, c] = bits[which.reshape(-1)]
            sums = sums[len(classes):]
    assert not len(sums)
    return tables
