#!/usr/bin/env python3
"""spectrum.py - figures of tests/unit/spectrum.c by numpy: python3 spectrum.py >spectrum.txt

One line for each shape: rows, channels, then Gini and IPR of |fft2|, Gini and IPR of the frequency
norms, the norm of frequency 2, the largest two variance shares, participation ratio, effective
rank, for frequencies 1 and 2: R^2, spread of the radius, and the places of rows 0, 1 and 2 on the
two largest principal axes, each axis signed so that row 0 is positive; then of the matrix as it is:
Gini and IPR of |fft2|^2, concentration and two largest eigenvalues of the Gram matrix.  Each is computed
in another way than in lib/spectrum: fft2, the mean absolute difference, an SVD, a QR basis of the plane.
"""
import numpy as np


def matrix(n, C):
    i, j = np.meshgrid(np.arange(n), np.arange(C), indexing="ij")
    noise = (i * 131 + j * 71 + i * i * j * 13 + 7 * i * j * j) % 1009 / 1009 - 0.5
    return noise.astype(np.float32).astype(float)


def gini(s):
    return np.abs(s[:, None] - s[None, :]).mean() / (2 * s.mean())


def ipr(s):
    return (s**4).sum() / (s**2).sum() ** 2


def ring(x, k):
    n = len(x)
    t = 2 * np.pi * k * np.arange(n) / n
    u = np.stack([np.cos(t), np.sin(t)]) * np.sqrt(2 / n)
    q, _ = np.linalg.qr((u @ x).T)
    y = x @ q
    # places turned as the plane itself: the radius does not depend on the basis
    r = np.hypot(y[:, 0], y[:, 1])
    return ((u @ y) ** 2).sum() / (y**2).sum(), r.std() / r.mean()


for n, C in [(23, 12), (12, 31), (97, 16), (16, 7)]:
    x = matrix(n, C)
    F = np.abs(np.fft.fft2(x)).ravel()
    f = np.abs(np.fft.fft(x, axis=0)) ** 2 / n
    norm = np.array([np.sqrt(f[k].sum() + (f[n - k].sum() if 2 * k % n else 0)) for k in range(n // 2 + 1)])
    d = np.linalg.eigvalsh(x @ x.T)[::-1][: min(n, C)]
    d = d / d.sum()
    gram = [1 + (d * np.log(d)).sum() / np.log(len(d)), d[0], d[1]]
    x = x - x.mean(0)
    u, s, _ = np.linalg.svd(x)
    at = (u[:, :2] * s[:2] * np.sign(u[0, :2]))[:3].ravel()
    s = s[: min(n - 1, C)]
    v, p = s**2 / (s**2).sum(), s / s.sum()
    row = [gini(F), ipr(F), gini(norm[1:]), ipr(norm[1:]), norm[2], v[0], v[1],
           1 / (v**2).sum(), np.exp(-(p * np.log(p)).sum()), *ring(x, 1), *ring(x, 2), *at,
           gini(F**2), ipr(F**2), *gram]
    print(n, C, *(f"{value:.10g}" for value in row))
