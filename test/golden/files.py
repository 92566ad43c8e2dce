"""Writes sample.safetensors, byte by byte as the format's description says, and files.json, what it holds and its SHA-256.

The elements come from NumPy and PyTorch; the safetensors package is not used. Non-finite numbers stand as strings.
"""

import hashlib
import json
import math
import os
import pathlib
import struct

import numpy as np
import torch

from common import write

half = np.array([0, -0.0, 1, -2.5, 65504, 6e-8, 6.1e-5, -3e-6, math.inf, -math.inf, math.nan, 0.1], dtype=np.float16)
brain = torch.tensor([1.0, -3.140625, 1e30, 1e-40, math.inf, 0.1]).to(torch.bfloat16)

TENSORS = [
    ("f64", "F64", np.array([[0.1, -1e300]], dtype="<f8")),
    ("i64", "I64", np.array([-1, 2**53, 0], dtype="<i8")),
    ("fc.weight", "F32", np.arange(6, dtype="<f4").reshape(2, 3) / 4),
    ("i32", "I32", np.array(-2147483648, dtype="<i4")),
    ("empty", "F32", np.zeros((0, 3), dtype="<f4")),
    ("f16", "F16", half.reshape(3, 4)),
    ("bf16", "BF16", brain),
    ("i16", "I16", np.array([-32768, 32767], dtype="<i2")),
    ("i8", "I8", np.array([-128, 127, 5], dtype="i1")),
    ("u8", "U8", np.array([0, 255], dtype="u1")),
    ("flag é", "BOOL", np.array([[True], [False]])),
]


def raw(x):
    return (x.view(torch.int16).numpy() if isinstance(x, torch.Tensor) else x).tobytes()


def plain(value):
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value if isinstance(value, bool) or math.isfinite(value) else str(value).replace("inf", "Infinity")


header, data = {"__metadata__": {"made by": "hand"}}, b""
for name, dtype, x in TENSORS:
    header[name] = {"dtype": dtype, "shape": list(x.shape), "data_offsets": [len(data), len(data) + len(raw(x))]}
    data += raw(x)
text = json.dumps(header, ensure_ascii=False).encode()
text += b" " * (-len(text) % 8)

sample = struct.pack("<Q", len(text)) + text + data
if "GOLDEN_CHILD" not in os.environ:
    pathlib.Path(__file__).with_name("sample.safetensors").write_bytes(sample)
write(__file__, {
    "tensors": lambda: {name: {"shape": list(x.shape), "values": plain(x.tolist())} for name, _, x in TENSORS},
    "sample": lambda: {"sample.safetensors": hashlib.sha256(sample).hexdigest()},
})
