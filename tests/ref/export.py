#!/usr/bin/env python3
"""export.py - do the real libraries read what grok-ckpt export writes?

Needs numpy, safetensors, torch, transformers and transformer_lens from PyPI, and the tools in PATH:

    PATH=build/release/bin:$PATH python3 tests/ref/export.py >tests/ref/export.txt

For each activation, tied and untied, two layers deep, it trains a few steps and exports the last
checkpoint; transformers and TransformerLens load the directory.  The losses and accuracies of their
logits over all equations are compared with those that grok-train recorded for that checkpoint, the
logits of one library with those of the other, and the arrays with those in the stream.
"""
import io
import os
import subprocess
import sys
import tempfile

import numpy as np
import torch
import transformers
import safetensors
import safetensors.numpy
import transformer_lens
from importlib.metadata import version
from transformers import AutoModelForCausalLM, GPT2LMHeadModel

P = 97
OPS = {"add": lambda a, b: (a + b) % P, "sub": lambda a, b: (a - b) % P}
worst = {"transformers": 0.0, "transformer_lens": 0.0}


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def equations(op, split):
    a, b = np.meshgrid(np.arange(P), np.arange(P), indexing="ij")
    tokens = np.stack([a.ravel(), b.ravel() * 0 + P, b.ravel(), b.ravel() * 0 + P + 1], axis=1)
    return torch.from_numpy(tokens), torch.from_numpy(OPS[op](a, b).ravel()), split.ravel()


def measures(logits, answers, which):
    logits, answers = logits[which].double(), answers[which]
    loss = torch.nn.functional.cross_entropy(logits, answers).item()
    return loss, (logits.argmax(1) == answers).double().mean().item()


def recorded(stream):
    rows = run("grok-ckpt", "table", "--step", "last", stream).decode().splitlines()[1:]
    return {r.split("\t")[4]: float(r.split("\t")[5]) for r in rows}


def check(name, logits, answers, split, want):
    for part, code in (("train", 1), ("test", 2)):
        loss, acc = measures(logits, answers, torch.from_numpy(split == code))
        # float32 logits of a few units, summed in another order
        error = abs(loss - want[f"train.{part}_loss"])
        assert error < 1e-5, (name, part, loss, want)
        assert abs(acc - want[f"train.{part}_acc"]) < 1.5 / (split == code).sum()
        worst[name] = max(worst[name], error)


def lens(directory):
    """TransformerLens 3 and later load a local directory through the bridge."""
    from transformer_lens.model_bridge import TransformerBridge
    return TransformerBridge.boot_transformers(directory, device="cpu", dtype=torch.float32)


def case(work, op, activation, tie):
    stream, directory = f"{work}/run.gts", f"{work}/model"
    run("grok-train", "--op", op, "--modulus", str(P), "--layers", "2", "--width", "64",
        "--heads", "4", "--steps", "150", "--lr", "2e-3", "--batch", "512", "--save", "150",
        "--eval-every", "150", "--activation", activation, "--seed", "3", "-o", stream,
        *(["--tie"] if tie else []))
    run("grok-ckpt", "export", directory, stream)
    want = recorded(stream)
    split = safetensors.numpy.load_file(f"{directory}/data.safetensors")["data.split"]
    tokens, answers, split = equations(op, split)

    weights = safetensors.numpy.load_file(f"{directory}/model.safetensors")
    for name, w in weights.items():
        mine = np.load(io.BytesIO(run("grok-ckpt", "get", name, stream)))
        assert mine.dtype == w.dtype and mine.tobytes() == w.tobytes(), name
    names = run("grok-ckpt", "ls", "--role", "param", "--kind", "tensor", "--step", "last", stream)
    assert len(names.splitlines()) - 1 == len(weights)

    model, info = GPT2LMHeadModel.from_pretrained(directory, output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"], info
    assert not info["mismatched_keys"], info
    assert type(AutoModelForCausalLM.from_pretrained(directory)) is GPT2LMHeadModel
    with torch.no_grad():
        logits = model.eval()(tokens).logits[:, -1]
    check("transformers", logits, answers, split, want)
    with torch.no_grad():
        theirs = lens(directory)(tokens)[:, -1]
    check("transformer_lens", theirs, answers, split, want)
    apart = (theirs - logits).abs().max().item()
    assert apart < 1e-4, apart
    print(f"{op} {activation} {'tied' if tie else 'untied'}: {len(weights)} tensors equal, "
          f"test loss {want['train.test_loss']:.6f}, logits of the libraries apart by {apart:.1e}")

    # What transformers saves comes back bit for bit.
    model.save_pretrained(f"{work}/saved", safe_serialization=True)
    run("grok-ckpt", "import", f"{work}/saved", "-o", f"{work}/back.gts")
    run("grok-ckpt", "select", "--step", "last", "--role", "param", stream, "-o", f"{work}/last.gts")
    status = subprocess.run(["grok-ckpt", "diff", "--kind", "tensor", "--brief",
                             f"{work}/last.gts", f"{work}/back.gts"])
    if status.returncode:
        back = {r.split("\t")[8] for r in
                run("grok-ckpt", "ls", "--kind", "tensor", f"{work}/back.gts").decode().splitlines()[1:]}
        for name in back:
            mine = np.load(io.BytesIO(run("grok-ckpt", "get", name, f"{work}/back.gts")))
            assert mine.tobytes() == weights[name].tobytes(), name


def main():
    for op, activation, tie in (("add", "gelu", False), ("sub", "gelu_new", True)):
        with tempfile.TemporaryDirectory() as work:
            case(work, op, activation, tie)
    for name, error in worst.items():
        print(f"{name}: losses differ by at most {error:.1e} from grok-train's")
    print("with", ", ".join(f"{p} {version(p)}" for p in
                            ("numpy", "safetensors", "torch", "transformers", "transformer-lens")))


main()
