"""safetensors files of float32, without the package."""
import json
import struct

import torch


def read(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            first, end = entry["data_offsets"]
            values = torch.frombuffer(data, dtype=torch.float32, offset=first, count=(end - first) // 4)
            tensors[name] = values.reshape(entry["shape"]).clone()
    return tensors


def write(path, tensors):
    header, offset = {}, 0
    for name, tensor in tensors.items():
        length = 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + length]}
        offset += length
    head = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(head)) + head)
        for tensor in tensors.values():
            file.write(tensor.detach().contiguous().numpy().tobytes())
