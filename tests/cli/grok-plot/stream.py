"""stream.py - a grok tensor stream with made-up runs that memorise, then grok, to draw

usage: stream.py [RUNS [NAME [KEY=VALUE...]]] >x.gts     NAME: of the only run, instead of made-up ones;
VALUE: of its settings
"""
import sys

import msgpack
import msgpack_numpy
import numpy as np
import zstandard

P, C = 23, 16
STEPS = [0, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]
records = []


def put(**fields):
    records.append(fields)


def measure(name, step, x):
    put(kind="tensor", run=run, step=step, name=name, role="measure", array=msgpack_numpy.encode(x))


def metrics(tool, step, values, of=None):
    about = {} if of is None else {"of": of}
    put(kind="metrics", run=run, step=step, tool=tool, **about,
        values={f"{tool}.{k}": float(v) for k, v in values.items()})


def rise(step, middle, width=0.15):
    return 1 / (1 + np.exp(-(np.log10(step + 1) - np.log10(middle)) / width))


runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1
for seed in range(1, runs + 1):
    rng = np.random.default_rng(seed)
    run = sys.argv[2] if len(sys.argv) > 2 else f"add-p{P}-s{seed}-{seed:08x}"
    records.clear()
    put(kind="head", version=1, run=run, seed=seed,
        config={"op": "add", "modulus": P, "layers": 4, "heads": 3, "seed": seed, "lr": 1e-3,
                **dict(setting.split("=") for setting in sys.argv[3:])},
        provenance=[{"program": "stream.py", "version": "0", "options": []}])
    noise = rng.normal(size=(P, C)) / 4
    grok = 1000 * (1 + 0.3 * rng.normal())
    angle = 2 * np.pi * 3 * np.arange(P)[:, None] / P
    ring = np.cos(angle + rng.uniform(0, 6, C))
    for step in STEPS:
        fit, know = rise(step, 60), rise(step, grok)
        metrics("train", step, {
            "train_loss": 3.1 * (1 - fit) + 1e-3, "test_loss": 3.1 * (1 + fit) * (1 - know) + 2e-3,
            "train_acc": fit, "test_acc": know, "weight_norm": 30 + 10 * fit - 20 * know,
            "grad_norm": 1 - know / 2, "lr": 1e-3})
        W = (1 - know) * noise + know * ring
        F = abs(np.fft.fft2(W))
        norms = np.linalg.norm(np.fft.rfft(W, axis=0), axis=1)
        u, s, _ = np.linalg.svd(W - W.mean(0))
        metrics("spectrum", step, {
            "gini": 0.1 + 0.7 * know, "gini2d": 0.5 + 0.3 * know, "ipr": 0.05 + 0.5 * know,
            "ipr2d": 0.01 + 0.2 * know, "gini_null": 0.1, "pca1": s[0]**2 / (s**2).sum(),
            "pca2": s[1]**2 / (s**2).sum(), "ring": know > 0.5, "ring_k": 3, "ring_r2": know,
            "restricted_loss": 3.1 * (1 - know) + 1e-3, "excluded_loss": 3 * know + 1e-3})
        measure("spectrum.power2d", step, (F**2 / (P * C)).astype("<f4"))
        measure("spectrum.norms", step, norms.astype("<f4"))
        measure("spectrum.pca", step, (u[:, :3] * s[:3]).astype("<f4"))
        bits = 900 - 500 * know
        metrics("bdm", step, {"bits": bits, "null_mean": 950, "null_sd": 8, "z": (bits - 950) / 8,
                              "zstd_bits": bits * 1.7, "normalized": bits / 1000, "norm": 30 - 20 * know})
        measure("bdm.map transformer.wte.weight", step, rng.normal(size=(5, 4)))
        metrics("bdm", step, {"bits": bits / 2, "null_mean": 475, "null_sd": 8}, "layer 0")
        cms = rng.normal(size=(4, 3)) * (1.3 - know)
        cms[0, 1] = 3 * know
        measure("cma.cms", step, cms.astype("<f4"))
        measure("cma.cms_se", step, abs(cms / 9).astype("<f4"))
        for layer in range(4):
            metrics("cma", step, {"mean_abs": abs(cms[layer]).mean(), "active": 1},
                    f"layer {layer}")
        for band, keep in (("0", 0.1), ("1-2", 0.7), ("3", 0.2)):
            for part in ("train", "test"):
                a = (know if part == "test" else fit) * keep
                metrics("cma", step, {"acc": a, "loss": 3.1 * (1 - a)}, f"skip {band} block {part}")
                metrics("cma", step, {"acc": a / 2, "loss": 3}, f"skip {band} block {part} random")
        window = np.full((4, 4), np.nan)
        for i in range(4):
            for j in range(i, 4):
                window[i, j] = know * (0.9 - 0.25 * (j - i))
        measure("cma.window", step, window.astype("<f4"))
    put(kind="end", run=run, status="complete", records=len(records) + 1)
    body = b"".join(msgpack.packb(r) for r in records)
    sys.stdout.buffer.write(zstandard.ZstdCompressor(write_checksum=True).compress(body))
