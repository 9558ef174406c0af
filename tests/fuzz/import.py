"""import.py DIRECTORY - write seeds for tests/fuzz/import.c; the first byte of each chooses the reader"""
import io
import json
import sys

import numpy as np


def seed(name, reader, data):
    with open(f"{sys.argv[1]}/{name}", "wb") as f:
        f.write(bytes([reader]) + data)


def npy(x):
    f = io.BytesIO()
    np.save(f, x)
    return f.getvalue()


x = np.arange(6, dtype="f4").reshape(2, 3)
for i, y in enumerate((x, np.asfortranarray(x), x.astype(">i2"), np.array(1, "u8"), x > 2)):
    seed(f"npy{i}", 0, npy(y))
header = {"__metadata__": {"format": "pt", "d": "a"},
          "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
          "b": {"dtype": "BF16", "shape": [2], "data_offsets": [24, 28]},
          "c": {"dtype": "U8", "shape": [0], "data_offsets": [28, 28]}}
seed("safetensors", 1, bytes([28, 0]) + json.dumps(header).encode() + b"  ")
seed("config", 2, b'{"n_layer":2,"n_embd":64,"tie_word_embeddings":false,"activation_function":"gelu"}')
seed("index", 4, b'{"metadata":{},"weight_map":{"a":"x.safetensors","b":"y.safetensors"}}')
seed("given", 2, b"op=add,sub,modulus=59,tie=true,lr=1e-3")
seed("both", 2, b'{"model_type":"gpt2","n_layer":2,"n_embd":8,"n_head":2,"vocab_size":15,"layer_norm_epsilon":0.01,'
                b'"grok":{"config":{"heads":2,"n_layer":2}}}')
seed("grok", 2, b'{"grok":{"run":"r","step":3,"seed":1,"config":{"op":"add","lr":0.1,"tie":true}}}')
for name, save in (("stored", np.savez), ("packed", np.savez_compressed)):
    f = io.BytesIO()
    save(f, **{"a": x, "7/measure/b": np.zeros(3, "c8"), "config.json": "{}", "o": np.array([b"text"])})
    seed(name, 3, f.getvalue())
