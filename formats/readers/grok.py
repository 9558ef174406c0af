"""Grok tensor streams (.gts) in Python: runs, their metrics as a table, their tensors when asked for.

    import grok
    for run in grok.load("run.gts"):
        print(run.id, run.config["op"], run.complete)
        run.metrics                                # a pandas.DataFrame if pandas is there, else a dict of columns
        run["transformer.wte.weight"]              # numpy array, of the last step that has it
        run["transformer.wte.weight", 400]         # of step 400
        run.tensors                                # (name, step, role, dtype, shape) of each

Copy this file where Python finds it; it needs numpy, and either the package zstandard or the command zstd.
The format is described in formats/gts.md.  A tensor is read from the file when it is asked for.
"""
import mmap
import os
import struct
import subprocess
from collections import namedtuple

import numpy as np

try:
    import zstandard
except ImportError:
    zstandard = None

COLUMNS = ("run", "step", "tool", "of", "name", "value")
HEADER = 1 << 17  # more than the longest header of a tensor (64 KiB) and of a small frame's first record
Tensor = namedtuple("Tensor", "name step role dtype shape")


class DataError(ValueError):
    """The bytes are no whole stream."""


# ---- msgpack: one value at p[i], and where it ends; a tensor's data is a slice, not a copy ----

def unpack(p, i):
    """The value at p[i] and the index behind it.  IndexError and struct.error: p ends too early."""
    t = p[i]
    i += 1
    if t < 0x80:
        return t, i
    if t < 0x90:
        return unpack_map(p, i, t & 15)
    if t < 0xA0:
        return unpack_array(p, i, t & 15)
    if t < 0xC0:
        return unpack_text(p, i, t & 31)
    if t in SIMPLE:
        return SIMPLE[t], i
    if t in NUMBERS:
        x, = struct.unpack_from(NUMBERS[t], p, i)
        return x, i + struct.calcsize(NUMBERS[t])
    if t >= 0xE0:
        return t - 0x100, i
    for first, size, make in ((0xC4, 1, unpack_bin), (0xD9, 1, unpack_text),
                              (0xDC, 2, unpack_array), (0xDE, 2, unpack_map)):
        if first <= t < first + (3 if size == 1 else 2):
            form = (">B", ">H", ">I")[t - first + size - 1]
            n, = struct.unpack_from(form, p, i)
            return make(p, i + struct.calcsize(form), n)
    raise DataError(f"byte {t:#x} begins no value of msgpack that a stream has")


SIMPLE = {0xC0: None, 0xC2: False, 0xC3: True}
NUMBERS = {0xCA: ">f", 0xCB: ">d", 0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q",
           0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q"}


def unpack_map(p, i, n):
    result = {}
    for _ in range(n):
        key, i = unpack(p, i)
        if key == b"data":  # last in an array's map: where it is, not what it is
            size, begin = bin_size(p, i)
            return result | {key: (begin, size)}, begin + size
        result[key], i = unpack(p, i)
    return result, i


def unpack_array(p, i, n):
    result = []
    for _ in range(n):
        x, i = unpack(p, i)
        result.append(x)
    return result, i


def unpack_text(p, i, n):
    if i + n > len(p):
        raise IndexError
    return bytes(p[i:i + n]).decode(), i + n


def unpack_bin(p, i, n):
    if i + n > len(p):
        raise IndexError
    return bytes(p[i:i + n]), i + n


def bin_size(p, i):
    form = {0xC4: ">B", 0xC5: ">H", 0xC6: ">I"}[p[i]]
    n, = struct.unpack_from(form, p, i + 1)
    return n, i + 1 + struct.calcsize(form)


# ---- zstd: where frames begin, what they hold ----

def frames(p):
    """(begin, end) of each frame of p that is not skippable (RFC 8878, section 3.1)."""
    i = 0
    while i < len(p):
        begin = i
        magic, = struct.unpack_from("<I", p, i)
        if magic & 0xFFFFFFF0 == 0x184D2A50:
            i += 8 + struct.unpack_from("<I", p, i + 4)[0]
            continue
        if magic != 0xFD2FB528:
            raise DataError(f"no zstd frame at byte {i}")
        flags = p[i + 4]
        i += 5 + (not flags & 32) + (0, 1, 2, 4)[flags & 3]
        i += (flags >> 5 & 1, 2, 4, 8)[flags >> 6]
        last = 0
        while not last:
            block = p[i] | p[i + 1] << 8 | p[i + 2] << 16
            last = block & 1
            i += 3 + (1 if block >> 1 & 3 == 1 else block >> 3)
        i += 4 * (flags >> 2 & 1)
        if i > len(p):
            raise DataError("the last frame is cut short")
        yield begin, i


class Frame:
    """One frame of a file; where only the command zstd is there, all of them as one."""

    def __init__(self, file, begin, end):
        self.file, self.begin, self.end, self.all = file, begin, end, None

    def open(self):
        with open(self.file, "rb") as f:
            f.seek(self.begin)
            return zstandard.ZstdDecompressor().stream_reader(f.read(self.end - self.begin))

    def start(self):
        """The first bytes, and how many there are in all."""
        if not zstandard:
            return self.bytes(), len(self.all)
        with open(self.file, "rb") as f:
            f.seek(self.begin)
            size = zstandard.frame_content_size(f.read(32))
        with self.open() as f:
            p = f.read(HEADER if size >= 0 else -1)
        return p, size if size >= 0 else len(p)

    def bytes(self):
        if not zstandard:
            if self.all is None:
                done = subprocess.run(["zstd", "-dcq", "--", self.file], capture_output=True, check=False)
                if done.returncode:
                    raise DataError(f"'{self.file}': {done.stderr.decode(errors='replace').strip()}")
                self.all = done.stdout
            return self.all
        with self.open() as f:
            return f.read()


def file_frames(file):
    if os.path.getsize(file) == 0:
        return []
    if not zstandard:
        return [Frame(file, 0, 0)]
    with open(file, "rb") as f, mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as p:
        try:
            return [Frame(file, begin, end) for begin, end in frames(p)]
        except (IndexError, struct.error):
            raise DataError(f"'{file}': the last frame is cut short") from None


def frame_records(frame):
    """Each record; the data of its array is (begin, size) in the frame, of which no more is read than must be."""
    p, size = frame.start()
    i, partial = 0, len(p) != size
    while i < len(p) or partial:
        try:
            record, end = unpack(p, i)
        except (IndexError, struct.error):
            record, end = None, i
        if partial and (not record or end > len(p)) and end != size:
            p, partial = frame.bytes(), False
            continue
        if not record or end > (size if partial else len(p)):
            raise DataError(f"'{frame.file}': a frame cuts a record")
        yield record
        i = end
        if i == size:
            return


# ---- runs ----

class Run:
    """A run: head, config, seed, id, steps, metrics, tensors; run[name] and run[name, step] are arrays."""

    def __init__(self, head):
        self.head, self.id, self.seed, self.config = head, head["run"], head["seed"], head["config"]
        self.complete = False
        self.others = []  # records of kinds that this reader does not know
        self._columns = {name: [] for name in COLUMNS}
        self._where = {}  # (name, step): (Tensor, frame, begin, size)
        self._last = {}

    def _add(self, record, frame):
        kind = record["kind"]
        if kind == "metrics":
            for name, value in record["values"].items():
                for column, x in zip(COLUMNS, (self.id, record["step"], record["tool"], record.get("of"), name, value)):
                    self._columns[column].append(x)
        elif kind == "tensor":
            a = record["array"]
            t = Tensor(record["name"], record["step"], record["role"], np.dtype(a[b"type"]), tuple(a[b"shape"]))
            self._where[t.name, t.step] = (t, frame, *a[b"data"])
            self._last[t.name] = t.step
        else:
            self.others.append(record)

    @property
    def tensors(self):
        return [where[0] for where in self._where.values()]

    @property
    def steps(self):
        """Steps with parameters."""
        return sorted({t.step for t in self.tensors if t.role == "param"})

    @property
    def metrics(self):
        """run, step, tool, of, name, value: a row for each quantity."""
        try:
            import pandas
        except ImportError:
            return {name: np.array(column, object if name in ("of",) else None)
                    for name, column in self._columns.items()}
        return pandas.DataFrame(self._columns)

    def __getitem__(self, key):
        name, step = key if isinstance(key, tuple) else (key, self._last.get(key))
        if (name, step) not in self._where:
            raise KeyError(f"run '{self.id}' has no tensor '{name}'" + (f" at step {step}" if step is not None else ""))
        t, frame, begin, size = self._where[name, step]
        data = frame.bytes()[begin:begin + size]
        return np.frombuffer(data, t.dtype).reshape(t.shape).copy()

    def __repr__(self):
        return f"<run {self.id}: {len(self._where)} tensors, {len(self._columns['run'])} metrics>"


def load(file):
    """The runs of a stream, in order.  DataError for bytes that are no whole stream."""
    runs, run, count = [], None, 0
    for frame in file_frames(file):
        for record in frame_records(frame):
            kind = record["kind"]
            if kind == "head":
                if run:
                    raise DataError(f"'{file}': run '{run.id}' has no end")
                run, count = Run(record), 0
            elif run is None:
                raise DataError(f"'{file}': a record outside of a run")
            count += 1
            if kind == "end":
                if record["records"] != count:
                    raise DataError(f"'{file}': run '{run.id}' has {count} records, its end says {record['records']}")
                run.complete = record["status"] == "complete"
                runs.append(run)
                run = None
            elif kind != "head":
                run._add(record, frame)
    if run or not runs:
        raise DataError(f"'{file}': " + (f"run '{run.id}' has no end: it was cut short" if run else "it holds no run"))
    return runs
