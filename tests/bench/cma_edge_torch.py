#!/usr/bin/env python3
"""cma_edge_torch.py once|twice LAYERS WIDTH HEADS PAIRS THREADS STRIDE - patch every path in PyTorch, by hooks

The network of cma_torch.py, with all pairs in one batch.  once: what each sender adds is kept from two clean runs, so
that an edge takes one forward pass, with a hook at the receiver.  twice: path patching as it is usually written, with
two passes: the first, with the sender patched and everything else frozen, finds what the receiver reads; in the second
the receiver is patched.  No autograd.  For each line that it reads, it prints the seconds for all edges; only every
STRIDE-th edge is run, and the seconds are scaled.
"""
import sys
import time

import torch

from cma_torch import GPT


def clean(net, tokens):
    seen, handles = {}, []
    for i, b in enumerate(net.h):
        handles += [b.register_forward_pre_hook(lambda m, x, i=i: seen.update({("x", i): x[0]})),
                    b.c_proj.register_forward_pre_hook(lambda m, x, i=i: seen.update({("z", i): x[0]})),
                    b.mlp.register_forward_hook(lambda m, x, y, i=i: seen.update({("mlp", i): y})),
                    b.register_forward_hook(lambda m, x, y, i=i: seen.update({("x", i + 1): y}))]
    seen["logits"] = net(tokens)
    for handle in handles:
        handle.remove()
    return seen


def edges(layers, heads):
    for l in range(layers + 1):
        senders = [("x", 0, 0)] + [s for k in range(l) for s in [("z", k, h) for h in range(heads)] + [("mlp", k, 0)]]
        if l == layers:
            yield from ((s, ("logits", l, 0)) for s in senders)
            break
        yield from ((s, (kind, l, h)) for kind in range(3) for h in range(heads) for s in senders)
        yield from ((s, ("mlp", l, 0)) for s in senders + [("z", l, h) for h in range(heads)])


def main():
    how = sys.argv[1]
    layers, width, heads, pairs, threads, stride = map(int, sys.argv[2:])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    net = GPT(layers, width, heads)
    d = width // heads
    one, two = (torch.stack([torch.randint(97, (pairs,)), torch.full((pairs,), 97), torch.randint(97, (pairs,)),
                             torch.full((pairs,), 98)], 1) for _ in range(2))
    part = lambda h: slice(h * d, (h + 1) * d)

    def delta(s, base, source):
        kind, l, h = s
        if kind == "z":
            return (source["z", l] - base["z", l])[..., part(h)] @ net.h[l].c_proj.weight[:, part(h)].T
        return source[kind, l] - base[kind, l]

    def receive(r, change, base):
        """One pass in which a receiver reads what has changed."""
        kind, l, h = r
        if kind == "logits":
            return net.head(net.ln_f((base["x", l] + change)[:, -1]))
        b = net.h[l]
        if kind == "mlp":
            mid = base["x", l + 1] - base["mlp", l]
            y = b.mlp.forward(b.ln_2(mid + change))
            handle = b.mlp.register_forward_hook(lambda m, x, y_: y)
        else:
            columns = slice(kind * width + h * d, kind * width + (h + 1) * d)
            new = torch.nn.functional.linear(b.ln_1(base["x", l] + change),
                                             b.c_attn.weight[columns], b.c_attn.bias[columns])

            def hook(m, x, y):
                y = y.clone()
                y[..., columns] = new
                return y
            handle = b.c_attn.register_forward_hook(hook)
        z = net(one)
        handle.remove()
        return z

    def freeze(s, r, base, source):
        """A pass with one sender patched and all else frozen; what the receiver reads, less the base's."""
        kind, l, h = s
        got, handles = {}, []
        for i, b in enumerate(net.h):
            def z_hook(m, x, i=i):
                z = base["z", i].clone()
                if kind == "z" and i == l:
                    z[..., part(h)] = source["z", i][..., part(h)]
                return (z,)
            handles += [b.c_proj.register_forward_pre_hook(z_hook),
                        b.mlp.register_forward_hook(
                            lambda m, x, y, i=i: source["mlp", i] if kind == "mlp" and i == l else base["mlp", i]),
                        b.register_forward_pre_hook(lambda m, x, i=i: got.update({i: x[0]})),
                        b.register_forward_hook(lambda m, x, y, i=i: got.update({i + 1: y}))]
        net(two if kind == "x" else one)
        for handle in handles:
            handle.remove()
        l = r[1]
        if r[0] == "mlp" and kind == "z" and s[1] == l:
            return got[l + 1] - base["x", l + 1]
        return got[l] - base["x", l]

    todo = list(edges(layers, heads))
    with torch.no_grad():
        for _ in sys.stdin:
            start = time.perf_counter()
            base, source = clean(net, one), clean(net, two)
            before = time.perf_counter() - start
            changes = {}
            for s, r in todo[::stride]:
                if how == "once":
                    if s not in changes:
                        changes[s] = delta(s, base, source)
                    change = changes[s]
                else:
                    change = freeze(s, r, base, source)
                receive(r, change, base)
            took = time.perf_counter() - start - before
            print("%.5f" % (before + took * len(todo) / len(todo[::stride])), flush=True)


if __name__ == "__main__":
    main()
