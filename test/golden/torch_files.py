"""Writes torch-files/, small files made by torch.save and NumPy, and torch-files.json, what a reader must find in them.

A tensor is told by its dtype as torchlet has it, its sizes, strides and elements; those that share a storage by `storage`,
a number. Files that hold modules are read in Python again, without weights_only, before they are described.
"""

import collections
import math
import os
import pathlib
import tempfile

import numpy as np
import torch
from torch import nn

from common import write

# A run for the JSON alone leaves the files as they are.
folder = pathlib.Path(tempfile.mkdtemp()) if "GOLDEN_CHILD" in os.environ else pathlib.Path(__file__).with_name("torch-files")
folder.mkdir(exist_ok=True)
for old in folder.iterdir():
    old.unlink()

BECOMES = {
    torch.float16: "float32", torch.bfloat16: "float32", torch.int8: "int32", torch.int16: "int32", torch.uint16: "int32",
}


def number(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 - 1 else {"bigint": str(value)}
    return value if math.isfinite(value) else {"number": str(value).replace("inf", "Infinity").replace("nan", "NaN")}


class Describer:
    def __init__(self):
        self.storages = {}

    def tensor(self, x):
        wide = x.detach().to(torch.int32) if x.dtype == torch.uint16 else x.detach()
        return {
            "tensor": BECOMES.get(x.dtype, str(x.dtype)[6:]),
            "shape": list(x.shape),
            "strides": list(x.stride()),
            "offset": x.storage_offset(),
            "storage": self.storages.setdefault(x.untyped_storage().data_ptr(), len(self.storages)),
            "values": [number(v) for v in wide.flatten().tolist()],
            "requiresGrad": x.requires_grad,
            "parameter": isinstance(x, nn.Parameter),
        }

    def __call__(self, value):
        if isinstance(value, torch.Tensor):
            return self.tensor(value)
        if isinstance(value, nn.Module):
            return {
                "module": repr(value), "training": value.training,
                "state": self(dict(value.state_dict())),
                "modules": [[name, type(m).__name__, m.training] for name, m in value.named_modules()],
            }
        if isinstance(value, dict):
            return {"dict": [[number(k) if isinstance(k, int) else k, self(v)] for k, v in value.items()]}
        if isinstance(value, (list, tuple, set)):
            return {"list": [self(v) for v in value]}
        if isinstance(value, (bytes, bytearray)):
            return {"bytes": list(value)}
        if isinstance(value, torch.dtype):
            return {"dtype": BECOMES.get(value, str(value)[6:])}
        if value is None or isinstance(value, str):
            return value
        return number(value)


torch.manual_seed(0)
base = torch.arange(12.0)
tied = nn.Parameter(torch.randn(2, 2))
model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2, bias=False))
model(torch.randn(5, 3))
model[1].train()

floats = [0.0, -0.0, 1.0, -2.5, 0.1, 65504.0, 6e-8, math.inf, -math.inf, math.nan]
VALUES = {
    "dtypes": {
        **{str(d)[6:]: torch.tensor(floats, dtype=d) for d in (torch.float64, torch.float32, torch.float16, torch.bfloat16)},
        "int64": torch.tensor([-(2**63), 2**63 - 1, 2**53, 0]),
        "int32": torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
        "int16": torch.tensor([-(2**15), 2**15 - 1], dtype=torch.int16),
        "int8": torch.tensor([-128, 127, 5], dtype=torch.int8),
        "uint8": torch.tensor([0, 255, 7], dtype=torch.uint8),
        "uint16": torch.tensor([0, 65535], dtype=torch.uint16),
        "bool": torch.tensor([[True], [False]]),
    },
    "layouts": {
        "base": base, "matrix": base.view(3, 4), "transposed": base.view(3, 4).t(), "part": base[3:9:2],
        "diagonal": base.view(3, 4).diagonal(), "expanded": base[:3].expand(2, 3), "column": base.view(3, 4)[:, 1],
        "scalar": torch.tensor(3.5), "empty": torch.zeros(0, 3), "own": base[5:7].clone(), "leaf": torch.ones(2, requires_grad=True),
        "five": torch.arange(32).view(2, 2, 2, 2, 2).permute(4, 1, 3, 0, 2),
        "half part": torch.arange(6).half()[2:5], "channels": torch.randn(1, 2, 2, 2).to(memory_format=torch.channels_last),
    },
    "parameters": {"a": tied, "same": tied, "frozen": nn.Parameter(torch.ones(2), requires_grad=False), "of ints": nn.Parameter(torch.tensor([1, 2]), requires_grad=False), "view": tied.detach().t()},
    "containers": {
        "epoch": 3, "lr": 1e-3, "whole": 2.0, "negative": -7, "byte": 255, "short": 65535, "int": -(2**31), "long": 2**31,
        "exact": 2**53 - 1, "big": 2**53 + 1, "huge": -(2**200), "inf": math.inf, "nan": math.nan,
        "none": None, "yes": True, "no": False, "text": "ascii", "é ": "ünïcode 🎈\n", "": "empty key", "long text": "x" * 300,
        "list": [1, [2, [3, []]], {}], "tuple": (1,), "tuples": ((), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
        "ints": {0: "a", 7: "b", 12: "c"}, "ordered": collections.OrderedDict([("z", 1), ("a", 2)]),
        "counter": collections.Counter("aab"), "set": {5}, "bytes": b"\x00\xffa", "bytearray": bytearray(b"xyz"),
        "size": torch.Size([2, 3]), "dtype": torch.float64, "__proto__": {"polluted": True}, "constructor": 1,
        "many": list(range(1100)), "names": {f"key{i}": i for i in range(1001)},
    },
    "state-dict": model.state_dict(),
    "tensor": torch.randn(2, 3),
    "number": 42,
    "nothing": None,
    "rnn-order": collections.OrderedDict([("b", torch.ones(1)), ("a", torch.zeros(1))]),
}

MODULES = {
    "linear": nn.Linear(3, 2),
    "nested": nn.Sequential(
        collections.OrderedDict(
            second=nn.Sequential(nn.Linear(2, 3), nn.ReLU()),
            first=nn.ModuleList([nn.Tanh(), nn.ModuleDict({"z": nn.Dropout(0.3), "a": nn.Linear(1, 1).double()})]),
        )
    ).eval(),
    "same twice": (lambda relu: nn.Sequential(nn.Linear(2, 2), relu, nn.Linear(2, 2), relu))(nn.ReLU()),
    "frozen": nn.Linear(2, 2).requires_grad_(False),
    "batch norm": nn.BatchNorm1d(3, momentum=None, affine=False),
    "untracked": nn.BatchNorm1d(2, track_running_stats=False),
    "all": nn.ModuleList([
        nn.Linear(2, 3, bias=False), nn.Bilinear(2, 3, 4), nn.Identity(), nn.Embedding(5, 3, padding_idx=-1, max_norm=2.0),
        nn.LayerNorm([2, 3], eps=1e-3), nn.LayerNorm(4, elementwise_affine=False), nn.LayerNorm(4, bias=False), nn.PReLU(3, init=0.1),
        nn.CELU(1.5), nn.ELU(2.0), nn.GELU("tanh"), nn.GLU(1), nn.Hardshrink(0.3), nn.Hardsigmoid(), nn.Hardswish(), nn.Hardtanh(-2.0, 2.0),
        nn.LeakyReLU(0.2, inplace=True), nn.LogSigmoid(), nn.LogSoftmax(1), nn.Mish(), nn.RReLU(0.1, 0.2), nn.ReLU(inplace=True),
        nn.ReLU6(), nn.SELU(), nn.SiLU(), nn.Sigmoid(), nn.Softmax(), nn.Softmax2d(), nn.Softmin(0), nn.Softplus(2.0, 10.0),
        nn.Softshrink(0.1), nn.Softsign(), nn.Tanh(), nn.Tanhshrink(), nn.Threshold(0.1, 20), nn.CosineSimilarity(0, 1e-6),
        nn.PairwiseDistance(3.0, keepdim=True), nn.AlphaDropout(0.1), nn.Dropout(0.2), nn.Dropout1d(0.4), nn.Flatten(0, 2),
        nn.Unflatten(1, (2, 3)), nn.BCELoss(torch.ones(2)), nn.BCEWithLogitsLoss(pos_weight=torch.ones(3)),
        nn.CosineEmbeddingLoss(0.5), nn.CrossEntropyLoss(torch.ones(3), ignore_index=1, label_smoothing=0.1, reduction="sum"),
        nn.GaussianNLLLoss(full=True), nn.HingeEmbeddingLoss(2.0), nn.HuberLoss(delta=2.0), nn.KLDivLoss(log_target=True),
        nn.L1Loss(reduction="none"), nn.MSELoss(), nn.MarginRankingLoss(0.5), nn.MultiLabelMarginLoss(), nn.MultiLabelSoftMarginLoss(),
        nn.MultiMarginLoss(2, 0.5), nn.NLLLoss(ignore_index=3), nn.PoissonNLLLoss(log_input=False), nn.SmoothL1Loss(beta=0.5),
        nn.SoftMarginLoss(), nn.TripletMarginLoss(2.0, 1.0, swap=True),
        nn.Sequential(), nn.ModuleList(), nn.ModuleDict(),
    ]),
    "parameters": nn.Sequential(nn.ModuleDict({"some": nn.ParameterList([torch.ones(2), torch.zeros(1, 2)]), "named": nn.ParameterDict({"b": torch.ones(1), "a": torch.zeros(2)})})),
    "in a dict": {"model": nn.Sequential(nn.Linear(1, 1)), "epoch": 2},
}

expected = {}


def keep(name, value):
    expected[name] = Describer()(value)


for name, value in VALUES.items():
    torch.save(value, folder / f"{name}.pt")
    torch.save(value, folder / f"{name}.legacy.pt", _use_new_zipfile_serialization=False)
    keep(f"{name}.pt", torch.load(folder / f"{name}.pt", weights_only=True))
    # 2.13 does not read its own legacy files of uint16.
    assert Describer()(value) == expected[f"{name}.pt"] or name == "dtypes"
    expected[f"{name}.legacy.pt"] = {"as": f"{name}.pt"}

for name, value in MODULES.items():
    torch.save(value, folder / f"module {name}.pt")
    keep(f"module {name}.pt", torch.load(folder / f"module {name}.pt", weights_only=False))
torch.save(MODULES["nested"], folder / "module nested.legacy.pt", _use_new_zipfile_serialization=False)
expected["module nested.legacy.pt"] = {"as": "module nested.pt"}

torch.serialization.set_crc32_options(False)
torch.save(VALUES["state-dict"], folder / "without checksums.pt")
keep("without checksums.pt", VALUES["state-dict"])
torch.serialization.set_crc32_options(True)

ARRAYS = {
    "f4": np.arange(6, dtype="<f4").reshape(2, 3), "f8": np.array([0.1, math.inf]), "big f4": np.array([1.5, -2], dtype=">f4"),
    "f2": np.array([1.5, 65504], dtype=np.float16), "big i8": np.array([-5, 2**40], dtype=">i8"),
    "i1": np.array([-128, 127], dtype=np.int8), "i2": np.array([[-3], [4]], dtype=np.int16), "i4": np.array(7, dtype=np.int32),
    "i8": np.array([2**62, -1]), "u1": np.array([0, 255], dtype=np.uint8), "u2": np.array([65535], dtype=np.uint16),
    "bool": np.array([True, False]), "fortran": np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)), "empty": np.zeros((0, 3)),
    "fortran row": np.asfortranarray(np.arange(3.0)),
}


def as_tensor(x):
    # Elements in the processor's order of bytes, in the array's order of dimensions. NumPy has its own strides of no elements.
    if x.size == 0:
        return torch.zeros(x.shape, dtype=torch.from_numpy(x).dtype)
    return torch.from_numpy(np.asarray(x.astype(x.dtype.newbyteorder("="), order="K")))


for name, x in ARRAYS.items():
    np.save(folder / f"{name}.npy", x)
    keep(f"{name}.npy", as_tensor(x))
for version in ((2, 0), (3, 0)):
    with open(folder / f"version {version[0]}.npy", "wb") as f:
        np.lib.format.write_array(f, ARRAYS["f4"], version)
    keep(f"version {version[0]}.npy", as_tensor(ARRAYS["f4"]))
np.savez(folder / "stored.npz", **ARRAYS)
np.savez_compressed(folder / "deflated.npz", **ARRAYS, zeros=np.zeros(1000), mixed=np.sin(np.arange(500)).round(1))
keep("stored.npz", {k: as_tensor(x) for k, x in ARRAYS.items()})
keep("deflated.npz", {
    **{k: as_tensor(x) for k, x in ARRAYS.items()},
    "zeros": torch.zeros(1000, dtype=torch.float64), "mixed": torch.from_numpy(np.sin(np.arange(500)).round(1)),
})
np.savez(folder / "positions.npz", np.ones(2), np.zeros(1))
keep("positions.npz", {"arr_0": torch.ones(2, dtype=torch.float64), "arr_1": torch.zeros(1, dtype=torch.float64)})

REFUSED = {
    "complex64": torch.ones(1, dtype=torch.complex64), "complex128": torch.ones(1, dtype=torch.complex128),
    "uint32": torch.ones(1, dtype=torch.uint32), "uint64": torch.ones(1, dtype=torch.uint64),
    "float8_e4m3fn": torch.ones(1).to(torch.float8_e4m3fn), "float8_e5m2": torch.ones(1).to(torch.float8_e5m2),
    "_rebuild_sparse_tensor": torch.eye(2).to_sparse(), "builtins.complex": 1 + 2j,
    "collections.defaultdict": collections.defaultdict(list, a=[1]), "builtins.frozenset": frozenset([1]),
    "_rebuild_qtensor": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8), "builtins.print": print,
    "torch.nn.modules.conv.Conv3d": nn.Conv3d(1, 1, 1), "_rebuild_meta_tensor_no_storage": torch.ones(2, device="meta"),
}
for name, value in REFUSED.items():
    torch.save({"a": [value]}, folder / f"refused {name}.pt")
with open(folder / "refused objects.npy", "wb") as f:
    np.save(f, np.array([None, {}], dtype=object))
np.save(folder / "refused fields.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i8")]))
np.save(folder / "refused U3.npy", np.array(["abc"]))
np.save(folder / "refused c16.npy", np.ones(1, dtype=complex))

write(__file__, {"files": lambda: expected}, "torch-files.json")
