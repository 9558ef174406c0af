#!/usr/bin/python3
"""Trajectories of the singular feature machine by numpy.fft, for tests/unit/sfm.c.

sfm.py >sfm.txt.  Written from the equations alone: complex weights on the whole spectrum, one
coefficient at a time, where lib/sfm works with real sines and cosines.  One line for each iteration:
  name t  train and test mean of |y - P|^2  support  diagonal  J  tau
and, for the last iteration, sum |W|^2 and its train accuracy.
"""
import numpy as np


def lcg_train(cells, n, seed):
    s, keys = seed, []
    for i in range(cells):
        s = (s * 6364136223846793005 + 1442695040888963407) % 2**64
        keys.append((s >> 33, i))
    return [i for _, i in sorted(keys)[:n]]


def legendre(a, p):
    r = pow(int(a), (p - 1) // 2, p)
    return -1 if r == p - 1 else r


def logs(p):
    g = next(g for g in range(1, p) if len({pow(g, e, p) for e in range(p - 1)}) == p - 1)
    return {pow(g, e, p): e for e in range(p - 1)}


def run(name, op, p, target, n, beta, steps, show, schedule="ramp", dense=False, decay=0.0,
        step=None, seed=1, zero=False, dlog=True):
    product = op in ("mul", "div")
    first = 1 if product and not zero else 0
    cells = [(a, b) for a in range(first, p) for b in range(first, p) if op != "div" or b]
    answer = {"add": lambda a, b: (a + b) % p, "sub": lambda a, b: (a - b) % p,
              "mul": lambda a, b: a * b % p, "div": lambda a, b: a * pow(b, p - 2, p) % p}[op]
    train = set(lcg_train(len(cells), n, seed))
    relabel = product and dlog
    if relabel:
        at = logs(p)
        at[0] = p - 1
        D, M = p - 1 + zero, p - 1
    else:
        at, D, M = {a: a for a in range(p)}, p, p

    residues = range(first, p)
    if target == "onehot":
        value = {c: np.eye(p)[c] for c in residues}
    else:
        f = {"qr": lambda c: legendre(c, p) + p**-0.5, "delta": lambda c: float(c == 1),
             "residue": lambda c: c - np.mean(residues)}[target]
        scale = np.mean([f(c)**2 for c in residues])**-0.5
        value = {c: np.array([f(c) * scale]) for c in residues}
    O = len(value[1])
    y, part = np.zeros((O, D, D)), np.zeros((D, D), int)
    for i, (a, b) in enumerate(cells):
        y[:, at[a], at[b]] = value[answer(a, b)]
        part[at[a], at[b]] = 1 if i in train else 2

    # characters as columns, each of squared norm D on its axis
    E = np.zeros((D, D), complex)
    E[:M, :M] = np.exp(2j * np.pi * np.outer(np.arange(M), np.arange(M)) / M) * np.sqrt(D / M)
    if D > M:
        E[M, M] = np.sqrt(D)
    # no zero operand: the FFT; else the sums themselves
    if D == M:
        forward, back = (lambda x: np.fft.fft2(x)), (lambda w: D * D * np.fft.ifft2(w))
    else:
        forward, back = (lambda x: E.conj().T @ x @ E.conj()), (lambda w: E @ w @ E.T)

    f = n / D**2
    eta = step or f
    W = np.zeros((O, D, D), complex)
    if dense:
        W = forward(y * (part == 1)) / D**2
    P = back(W).real
    for t in range(1, steps + 1):
        W = (1 - decay) * W + eta / n * forward((part == 1) * (y - P))
        bt = beta * t / 1000 if schedule == "ramp" else beta
        m = max(np.e, n * min(1, t / 1000)) if schedule == "neff" else n
        tau = np.sqrt(2 * eta * bt * np.log(m) / m)
        norm = np.sqrt((abs(W)**2).sum(0))
        W = W * (norm > tau)
        P = back(W).real
        err = ((y - P)**2).sum(0)
        on = norm > tau
        k = np.arange(M)
        diagonal = on[k, k if op in ("add", "mul") else -k % M].sum()
        J = err[part == 1].sum() / 2 + bt * np.log(n) * on.sum()
        if t in show or t == steps:
            print(name, t, "%.12g %.12g %d %d %.12g %.12g" % (
                err[part == 1].mean(), err[part == 2].mean(), on.sum(), diagonal, J, tau))
    if O > 1:
        right = (P.argmax(0) == y.argmax(0))[part == 1].mean()
    else:
        right = (P * y > 0)[0][part == 1].mean()
    print(name, -1, "%.12g %.12g" % ((abs(W)**2).sum(), right))


log_spaced = (1, 2, 5, 10, 20, 50, 100, 150, 200)
run("add-qr", "add", 31, "qr", 480, 0.1, 200, log_spaced)
run("sub-residue", "sub", 30, "residue", 500, 0.1, 150, log_spaced)
run("mul-delta", "mul", 31, "delta", 450, 0.1, 200, log_spaced, seed=2)
run("div-qr-zero", "div", 31, "qr", 500, 0.2, 120, log_spaced, zero=True)
run("mul-residue-zero", "mul", 23, "residue", 300, 0.2, 120, log_spaced, zero=True)
run("mul-plain", "mul", 31, "residue", 450, 0.05, 100, log_spaced, dlog=False)
run("add-onehot", "add", 13, "onehot", 90, 0.5, 150, log_spaced)
run("div-onehot", "div", 13, "onehot", 80, 0.5, 150, log_spaced)
run("decay", "add", 31, "qr", 480, 0.006, 100, log_spaced, "decay", dense=True, decay=0.02)
run("neff", "add", 31, "qr", 480, 0.05, 200, log_spaced, "neff")
run("unit-step", "add", 31, "qr", 600, 0.1, 100, log_spaced, step=1.0)
