# pybdm 0.1.0, if PYTHON has it, on a binary matrix of the size in bdm.c.
: "${PYTHON:=python3}"
"$PYTHON" -W ignore -c 'import pybdm' 2>/dev/null || { echo "pybdm: not installed"; exit 0; }
"$PYTHON" -W ignore -c '
import time
import numpy as np
from pybdm import BDM
x = np.random.default_rng(1).integers(0, 2, (512, 512))
m = BDM(ndim=2)
best = {}
for name, f in (("K", m.bdm), ("normalised K", m.nbdm)):
    for _ in range(5):
        start = time.process_time()
        f(x)
        best[name] = min(best.get(name, 9e9), time.process_time() - start)
print(*(f"pybdm: {name} of a binary 512x512 matrix: {1e3 * s:.0f} ms" for name, s in best.items()), sep="\n")'
