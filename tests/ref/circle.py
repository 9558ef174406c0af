#!/usr/bin/env python3
"""circle.py - figures of tests/unit/spectrum/circle.c: python3 circle.py >circle.txt

Circular correlations by other implementations: astropy.stats.circcorrcoef (astropy 8.0.2) where both
angles have a mean direction, and pingouin.circ_corrcc with its correction for uniform angles (pingouin
0.7.0) where the second are evenly spread.  One line for each: which, n, k, the coefficient.
"""
import numpy as np
import pingouin
from astropy.stats import circcorrcoef

for n, k in [(23, 3), (40, 7), (97, 11)]:
    i = np.arange(n)
    a = (i * i * 37 % 101) / 101 * 2 + 0.3 * np.sin(i)
    b = 0.5 * a + (i * 53 % 89) / 89
    print("means", n, k, f"{circcorrcoef(a, b):.12g}")
    ring = 2 * np.pi * (k * i % n) / n
    t = ring + 0.8 * ((i * i * 37 % 101) / 101 - 0.5) + 0.4 * np.cos(ring)
    t = np.angle(np.exp(1j * t))
    r = pingouin.circ_corrcc(t, ring, correction_uniform=True)
    print("even", n, k, f"{r[0]:.12g}")
