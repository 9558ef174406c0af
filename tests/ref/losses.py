#!/usr/bin/env python3
"""losses.py - figures of tests/unit/spectrum/logits.c by numpy: python3 losses.py >losses.txt

Restricted and excluded losses written out direction by direction over the n n inputs.  One line for
each case: inputs, classes, sign, then loss on all, train and test of the logits in full, restricted
to the sum directions, to the products, without the keys, and the mean without one key each; then
the share of the energy about the mean that the sum directions of frequency 2 hold, and the norm of
cos 1 (i) times sin 2 (j).
"""
import numpy as np


def case(n, C, sign, keys):
    i, j, c = np.meshgrid(np.arange(n), np.arange(n), np.arange(C), indexing="ij")
    s = (i + sign * j) % n
    answer = np.arange(n) if n == C else np.array([pow(2, e, C) for e in range(n)])
    noise = (i * 131 + j * 71 + c * 37 + i * j * 13 + 7 * j * c * c) % 1009 / 1009 - 0.5
    L = 2 * noise + 2 * (answer[s] == c) + (i == 3)
    L = L.astype(np.float32).astype(float)
    i, j = i[:, :, 0], j[:, :, 0]
    s = s[:, :, 0]
    target = answer[s]
    kind = (i * 7 + j * 3) % 5
    train, test = (kind == 1) | (kind == 2), kind > 2

    def loss(X):
        X = X - X.max(-1, keepdims=True)
        X = np.log(np.exp(X).sum(-1)) - np.take_along_axis(X, target[:, :, None], 2)[:, :, 0]
        return [X[train | test].mean(), X[train].mean(), X[test].mean()]

    def part(X, direction):
        norm = np.sqrt((direction**2).sum())
        if norm < 1e-9:
            return 0 * X
        d = direction / norm
        return d[:, :, None] * np.tensordot(d, X, ([0, 1], [0, 1]))

    def sums(X, k):
        t = 2 * np.pi * k * (i + sign * j) / n
        return part(X, np.cos(t)) + part(X, np.sin(t))

    def block(X, k):
        fs = [np.cos, np.sin]
        w = 2 * np.pi * k / n
        return sum(part(X, f(w * i) * g(w * j)) for f in fs for g in fs)

    constant = part(L, np.ones((n, n)))
    one = [loss(L - sums(L, k)) for k in keys]
    cs = part(L, np.cos(2 * np.pi * i / n) * np.sin(4 * np.pi * j / n))
    return [*loss(L), *loss(constant + sum(sums(L, k) for k in keys)),
            *loss(constant + sum(block(L, k) for k in keys)),
            *loss(L - sum(sums(L, k) for k in keys)), *np.mean(one, 0),
            (sums(L, 2) ** 2).sum() / ((L - constant) ** 2).sum(), np.sqrt((cs**2).sum())]


for n, C, sign, keys in [(11, 11, 1, [1, 2, 4]), (13, 13, -1, [6]), (10, 11, 1, [2, 5])]:
    print(n, C, sign, len(keys), *keys, *(f"{value:.9g}" for value in case(n, C, sign, keys)))
