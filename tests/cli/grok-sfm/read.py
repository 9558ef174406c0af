"""read.py [METRIC...] <STREAM - read a stream with another msgpack library; print a line for each record

Checks what formats/sfm.md says of shapes and values; prints the given metrics with 6 digits.
"""
import sys

import msgpack
import msgpack_numpy
import numpy as np
import zstandard

wanted = ["sfm." + name for name in sys.argv[1:]]
stream = zstandard.ZstdDecompressor().stream_reader(sys.stdin.buffer, read_across_frames=True)
for r in msgpack.Unpacker(stream, object_hook=msgpack_numpy.decode, max_buffer_size=0):
    if r["kind"] == "head":
        config, split, W = r["config"], None, {}
        print("head", r["run"][:-9], " ".join(f"{k}={v:.6g}" if isinstance(v, float) else f"{k}={v}"
                                              for k, v in config.items()))
    elif r["kind"] == "tensor":
        a = r["array"]
        print("tensor", r["step"], r["name"], a.dtype.str, "x".join(map(str, a.shape)))
        if r["name"] == "data.split":
            split = a
            assert (a == 1).sum() == config["train_count"]
        elif r["name"] == "sfm.weights":
            W[r["step"]] = a
    elif r["kind"] == "metrics":
        v = r["values"]
        assert all(np.isfinite(x) for x in v.values())
        if r["step"] in W:
            w = W[r["step"]]
            n = len(w)
            assert (w != 0).sum() == v["sfm.support"]
            if config["target"] != "onehot":  # Hermitian: the function is real
                i = -np.arange(n) % n
                if not config["zero"]:
                    assert np.allclose(w[np.ix_(i, i)], w.conj(), atol=1e-7)
            if config["op"] == "add" and config["target"] == "qr":
                # the losses, from the weights and the definition of the target
                p = n
                y = np.array([1 / p**.5] + [(1 if pow(c, (p - 1) // 2, p) == 1 else -1) + 1 / p**.5
                                            for c in range(1, p)])
                c = np.add.outer(np.arange(p), np.arange(p)) % p
                e = (y[c] - p * p * np.fft.ifft2(w).real)**2 / 2
                # float weights: each of p^2 terms of size 0.1 rounded by 6e-8
                assert abs(e[split == 1].mean() - v["sfm.train_loss"]) < 1e-5
                assert abs(e[split == 2].mean() - v["sfm.test_loss"]) < 1e-5
        if wanted:
            print(r["step"], " ".join(f"{m[4:]}={v[m]:.6g}" for m in wanted if m in v))
    else:
        print(r["kind"], r["status"])
