"""networks_check.py STREAM KIND OP P K,K,... - check grok-spectrum --algorithm on a network of networks.py

Known in closed form are the logits, hence irrelevance, lines and frequencies of the function; the circles of the
residual stream; the hidden units; and the gradients, which are bilinear in the clock and those of a sum in the pizza.
"""
import subprocess
import sys

import msgpack
import msgpack_numpy
import numpy as np

kind, op, P, ks = sys.argv[2], sys.argv[3], int(sys.argv[4]), [int(k) for k in sys.argv[5].split(",")]
metrics, tensors = {}, {}
unpacker = msgpack.Unpacker(object_hook=msgpack_numpy.decode, max_buffer_size=0)
unpacker.feed(subprocess.run(["zstd", "-dcq", sys.argv[1]], stdout=subprocess.PIPE, check=True).stdout)
for r in unpacker:
    if r["kind"] == "metrics":
        metrics.setdefault(r.get("of", ""), {}).update(r["values"])
    elif r["kind"] == "tensor":
        tensors[r["name"]] = r["array"]
root = next(g for g in range(1, P) if len({pow(g, e, P) for e in range(P - 1)}) == P - 1)
order = np.array([pow(root, e, P) for e in range(P - 1)] if op in ("mul", "div") else range(P))
n, sign = len(order), -1 if op in ("sub", "div") else 1
i, j = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
angle = lambda k, x: 2 * np.pi * k * x / n
Q = sum((abs(np.cos(angle(k, i - sign * j) / 2)) if kind == "pizza" else 1 + 0 * i)[:, :, None]
        * np.cos(angle(k, (i + sign * j)[:, :, None] - np.arange(n))) for k in ks)
E = (abs(np.fft.fft2(Q, axes=(0, 1))) ** 2).sum(2)
E[0, 0] = 0
E /= E.sum()
f = np.arange(1, n)
got, layer = metrics[""], metrics["layer 0"]


def same(name, have, want, within):
    assert abs(have - want) <= within, (name, have, want)


same("sum_share", got["spectrum.sum_share"], E[f, sign * f % n].sum(), 2e-3)
same("opposite_share", got["spectrum.opposite_share"], sum(E[g, -sign * g % n] for g in f if 2 * g != n), 1e-3)
same("single_share", got["spectrum.single_share"], E[f, 0].sum() + E[0, f].sum(), 2e-3)
twice = {s * 2 * k % n for k in ks for s in (1, -1)}
same("double_share", got["spectrum.double_share"], sum(E[g, 0] + E[0, g] for g in twice), 2e-3)
# the right logits are alike for each distance; in the clock, all are
same("irrelevance", got["spectrum.irrelevance"], 0, 5e-3 if kind == "pizza" else 0)
triple = tensors["spectrum.triples"]
index = np.empty(P, int)
index[order] = np.arange(n)
a, b, c = index[triple].T
if kind == "pizza":
    want = 1.0
elif sign > 0:
    want = np.mean([np.cos(angle(k, a - b)) for k in ks])
else:
    want = np.mean([np.cos(angle(k, b + 2 * c - a)) for k in ks])
same("symmetricity", got["spectrum.symmetricity"], want, 3e-3)  # what LNs take off the circles
# units: all in one frequency but for a square of 0.02 (clock), or as an absolute value has it (pizza)
assert got["spectrum.neuron_clustered"] == 1 and got["spectrum.neuron_frequencies"] == len(ks)
assert set(tensors["spectrum.units"][:, 0]) == set(ks)
same("phase_sum", got["spectrum.phase_sum"], 1, 1e-6)
same("phase_resultant", got["spectrum.phase_resultant"], 1, 1e-6)
if kind == "clock":
    same("neuron_share", got["spectrum.neuron_share"], 1, 1e-3)
    # two circles of the operands and one of the answer, of the same radius
    same("stream_answer", layer["spectrum.stream_answer"], 1 / 3, 1e-3)
    same("stream_keys", layer["spectrum.stream_keys"], 2 / 3, 1e-3)
    same("stream_doubles", layer["spectrum.stream_doubles"], 0, 1e-6)
    middle = tensors["spectrum.stream"][0]
    same("middle", middle[:2, ks].sum(), 1, 1e-6)
else:
    # what the MLP adds is the function: of it, 2 k in single operands
    ratio = layer["spectrum.stream_doubles"] / layer["spectrum.stream_answer"]
    same("stream_doubles", ratio, got["spectrum.double_share"] / got["spectrum.sum_share"], 1e-2)
    same("stream_keys", layer["spectrum.stream_keys"], 1, 1e-3)
print(kind, op, "as known")
