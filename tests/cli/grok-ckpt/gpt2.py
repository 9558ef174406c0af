"""GPT-2 in numpy from its definition, and the files that transformers and safetensors write

load(dir): config.json and every tensor of model.safetensors; save(dir, config, tensors, metadata)
logits(config, tensors, tokens): (n, V) at the last position, in double precision
"""
import json
import os
import struct
from math import erf

import numpy as np

TYPES = {"F32": "f4", "F64": "f8", "BOOL": "?", "U8": "u1", "F16": "f2"}
NAMES = {np.dtype(t): name for name, t in TYPES.items()}


def load_tensors(path):
    with open(path, "rb") as f:
        raw = f.read()
    n, = struct.unpack("<Q", raw[:8])
    head = json.loads(raw[8:8 + n])
    head.pop("__metadata__", None)
    data = raw[8 + n:]
    return {name: np.frombuffer(data[slice(*t["data_offsets"])], TYPES[t["dtype"]]).reshape(t["shape"])
            for name, t in head.items()}


def load(directory):
    with open(f"{directory}/config.json", encoding="utf-8") as f:
        config = json.load(f)
    return config, load_tensors(f"{directory}/model.safetensors")


def save_tensors(path, tensors, metadata=None):
    head, data, at = {"__metadata__": metadata or {"format": "pt"}}, [], 0
    for name, x in tensors.items():
        head[name] = {"dtype": NAMES[x.dtype], "shape": list(x.shape), "data_offsets": [at, at + x.nbytes]}
        at += x.nbytes
        data.append(x.tobytes())
    text = json.dumps(head).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(data))


def save(directory, config, tensors, metadata=None):
    os.makedirs(directory, exist_ok=True)
    with open(f"{directory}/config.json", "w", encoding="utf-8") as f:
        json.dump(config, f)
    save_tensors(f"{directory}/model.safetensors", tensors, metadata)


def logits(config, tensors, tokens):
    w = {k.removeprefix("transformer."): v.astype("f8") for k, v in tensors.items()}
    H, C, T = config["n_head"], config["n_embd"], tokens.shape[1]

    def norm(x, name):
        centred = x - x.mean(-1, keepdims=True)
        scale = np.sqrt((centred ** 2).mean(-1, keepdims=True) + config.get("layer_norm_epsilon", 1e-5))
        return centred / scale * w[name + ".weight"] + w[name + ".bias"]

    def gelu(x):
        if config["activation_function"] == "gelu":
            return x * (1 + np.vectorize(erf)(x / np.sqrt(2))) / 2
        return x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)))

    x = w["wte.weight"][tokens] + w["wpe.weight"][:T]
    for i in range(config["n_layer"]):
        h = f"h.{i}."
        q, k, v = np.split(norm(x, h + "ln_1") @ w[h + "attn.c_attn.weight"] + w[h + "attn.c_attn.bias"], 3, -1)
        q, k, v = (y.reshape(-1, T, H, C // H).swapaxes(1, 2) for y in (q, k, v))
        a = q @ k.swapaxes(2, 3)
        a = a / np.sqrt(C / H) if config.get("scale_attn_weights", True) else a
        a = np.where(np.tri(T, dtype=bool), a, -np.inf)
        a = np.exp(a - a.max(-1, keepdims=True))
        y = (a / a.sum(-1, keepdims=True) @ v).swapaxes(1, 2).reshape(-1, T, C)
        x = x + y @ w[h + "attn.c_proj.weight"] + w[h + "attn.c_proj.bias"]
        y = gelu(norm(x, h + "ln_2") @ w[h + "mlp.c_fc.weight"] + w[h + "mlp.c_fc.bias"])
        x = x + y @ w[h + "mlp.c_proj.weight"] + w[h + "mlp.c_proj.bias"]
    tied = config.get("tie_word_embeddings", True)
    return norm(x[:, -1], "ln_f") @ w["wte.weight" if tied else "lm_head.weight"].T


def score(directory, P):
    """accuracy and mean loss of a - b mod P over the training equations"""
    config, tensors = load(directory)
    a, b = np.nonzero(load_tensors(f"{directory}/data.safetensors")["data.split"] == 1)
    z = logits(config, tensors, np.stack([a, 0 * a + P, b, 0 * a + P + 1], 1))
    answer = (a - b) % P
    top = z.max(1, keepdims=True)
    loss = np.log(np.exp(z - top).sum(1)) + top[:, 0] - z[np.arange(len(a)), answer]
    return (z.argmax(1) == answer).mean(), loss.mean()
