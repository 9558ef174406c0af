#!/usr/bin/env python3
"""ctm.py - compare the table of binary arrays in formats/ with the sampled table in pybdm

    pip install pybdm==0.1.0 numpy scipy "setuptools<81"; tests/ref/ctm.py >tests/ref/ctm.txt
"""
from pathlib import Path

import numpy as np
from pybdm.utils import get_ctm_dataset
from scipy.stats import spearmanr

from compact import compact

theirs, _ = get_ctm_dataset("CTM-B2-D4x4")
ours = compact(Path(__file__).parents[2] / "formats" / "ctm-5-2.bin")
print("side arrays spearman mean-difference sd largest asymmetry-of-theirs")
for side in (1, 2, 3, 4):
    n = 2 ** (side * side)
    a = ours[side, side]
    b = np.full(n, np.nan)
    for key, bits in theirs[side, side].items():
        b[int(key, 2)] = b[n - 1 - int(key, 2)] = bits
    assert not np.isnan(b).any()
    cells = np.arange(n)[:, None] // 2 ** np.arange(side * side - 1, -1, -1) % 2
    turned = np.rot90(cells.reshape(n, side, side), axes=(1, 2)).reshape(n, -1)
    place = turned @ 2 ** np.arange(side * side - 1, -1, -1)
    assert (a == a[place]).all()
    rank = spearmanr(a, b)[0] if side > 1 else float("nan")
    print(side, n, f"{rank:.5f} {(a - b).mean():.4f} {(a - b).std():.4f}",
          f"{abs(a - b).max():.4f} {abs(b - b[place]).max():.4f}")
