"""Small helpers of the scripts beside this file: random tensors, safetensors files, and what a model answers as JSON."""
import json
import struct

import numpy as np


class Draw:
    """Random values that a type of a file holds exactly, drawn from a seed."""

    def __init__(self, seed, dtype="F32"):
        self.random, self.dtype, self.tensors = np.random.default_rng(seed), dtype, {}

    def add(self, name, shape, low, high):
        self.tensors[name] = rounded(self.random.uniform(low, high, shape), self.dtype)


def rounded(values, dtype):
    """float64 values that are exact in the type."""
    values = np.asarray(values, np.float32)
    if dtype == "F16":
        values = values.astype(np.float16)
    if dtype == "BF16":
        values = (values.view(np.uint32) & np.uint32(0xFFFF0000)).view(np.float32)
    return values.astype(np.float64)


def to_bytes(values, dtype):
    values = np.ascontiguousarray(values, np.float32)
    if dtype == "F16":
        return values.astype("<f2").tobytes()
    if dtype == "BF16":
        return (values.view(np.uint32) >> np.uint32(16)).astype("<u2").tobytes()
    return values.astype("<f4").tobytes()


def write(path, tensors, dtype="F32"):
    """Writes a safetensors file."""
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, values in tensors.items():
        part = to_bytes(values, dtype)
        header[name] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def read(path):
    """Reads a safetensors file of F32 as float64."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(length)), file.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        assert entry["dtype"] == "F32", name
        tensors[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"]).astype(np.float64)
    return tensors


def answers(path, about, **arrays):
    """Writes what goes into a model and comes out, with eight digits."""
    content = {"_about": about}
    for name, values in arrays.items():
        content[name] = [[float(f"{value:.8g}") for value in row] if np.ndim(row) else int(row) for row in values]
    with open(path, "w") as file:
        json.dump(content, file)
        file.write("\n")
