#!/usr/bin/env python3
"""singular.py - figures of tests/unit/spectrum/singular.c by numpy's SVD: python3 singular.py >singular.txt

One line for each matrix A B, A (M, k) and B (k, N) of small whole numbers, so that its rank is k at
most: M, N, k, nuclear norm, stable rank, effective rank.
"""
import numpy as np

for M, N, k in [(40, 30, 1), (40, 30, 3), (17, 64, 5), (31, 31, 31), (5, 99, 5)]:
    i, r, j = np.arange(M)[:, None], np.arange(k), np.arange(N)
    A = (i * 7 + r * 3 + i * i * (r + 1)) % 11 - 5.0
    B = (r[:, None] * 5 + j * 9 + j * j * (r[:, None] + 2)) % 13 - 6.0
    s = np.linalg.svd(A @ B, compute_uv=False)
    p = s[s > 1e-9 * s[0]] / s.sum()
    print(M, N, k, *(f"{v:.12g}" for v in (s.sum(), (s**2).sum() / s[0] ** 2, np.exp(-(p * np.log(p)).sum()))))
