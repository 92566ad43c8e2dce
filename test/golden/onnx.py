"""Writes onnx.json: nets that PyTorch's exporter wrote, as base64, with what PyTorch computes of them, the names of their state,
and the losses of a few steps of SGD on them.

The exporter asks for the package onnx only to write functions of a user's own, which these nets have none of. Weights are
sixteenths, so that every setting writes the same bytes.
"""

import base64
import io
import warnings

import torch
from torch import nn
from torch.nn import functional as F
from torch.onnx._internal.torchscript_exporter import onnx_proto_utils

from common import write

warnings.filterwarnings("ignore")
onnx_proto_utils._add_onnxscript_fn = lambda model, opsets: model


class Attention(nn.Module):
    """A transformer's encoder layer, with shapes asked on the way."""

    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(8, 24)
        self.out = nn.Linear(8, 8, bias=False)
        self.first = nn.LayerNorm(8)
        self.second = nn.LayerNorm(8, eps=1e-3)
        self.mlp = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Dropout(0.1), nn.Linear(16, 8))

    def forward(self, x):
        n, length, width = x.shape
        q, k, v = self.qkv(self.first(x)).reshape(n, length, 3, 2, width // 2).permute(2, 0, 3, 1, 4).unbind(0)
        scores = (q @ k.transpose(-2, -1) / (width // 2) ** 0.5).softmax(-1)
        x = x + self.out((scores @ v).transpose(1, 2).reshape(n, length, width))
        return x + self.mlp(self.second(x))


class Words(nn.Module):
    """Embeddings, a mask, and a mean over the words that there are."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(6, 4)
        self.scale = nn.Parameter(torch.tensor(0.75))
        self.head = nn.Linear(4, 3)

    def forward(self, words, mask):
        x = self.table(words) * mask.unsqueeze(-1) * self.scale
        return F.log_softmax(self.head(x.sum(1) / mask.sum(1, keepdim=True).clamp(min=1.0)), -1)


class Shapes(nn.Module):
    """Parts, borders, orders."""

    def forward(self, x):
        n = x.size(0)
        left, right = x.chunk(2, -1)
        y = torch.cat([left.flip(1), right[:, :, ::2], x[:, -2:, 1:3].mean(1, keepdim=True).expand(n, x.size(1), 2)], 2)
        y = F.pad(y, (1, 1), "reflect") + torch.arange(y.size(-1) + 2, dtype=torch.float32)
        top, places = y.topk(2, 1)
        mask = torch.ones(x.size(1), x.size(1)).tril()
        z = torch.where(mask == 0, torch.zeros(()), torch.einsum("nid,njd->nij", y, y))
        return top, places, z.cumsum(-1), y.amax(-1).argmin(1), z.pow(2).sum((1, 2)).sqrt()


class Curves(nn.Module):
    """Activations."""

    def __init__(self):
        super().__init__()
        self.prelu = nn.PReLU(3)

    def forward(self, x):
        names = "relu6 elu selu celu leaky_relu silu mish softplus softsign hardswish hardsigmoid hardtanh tanhshrink logsigmoid"
        y = self.prelu(x)
        for name in names.split():
            y = y + getattr(F, name)(x)
        return y + F.glu(x.repeat(1, 2), 1) + F.hardshrink(x) + x.abs().log1p() + F.normalize(x, dim=1) + x.round() % 2


@torch.jit.script
def grown(x, w):
    if x.sum() > 0:
        return x @ w
    else:
        return (x - 1) @ w.t()


class Branch(nn.Module):
    """A branch that PyTorch's compiler leaves in: If, with names from outside."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.empty(3, 3))
        self.head = nn.Linear(3, 2)

    def forward(self, x):
        return self.head(grown(x, self.w))


def mlp():
    return nn.Sequential(nn.Linear(3, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 2))


NETS = [
    ("mlp", mlp, [(4, 3)], [9, 13, 17, 20]),
    ("attention", Attention, [(2, 5, 8)], [12, 14, 17]),
    ("words", Words, [("words", 2, 4), ("mask", 2, 4)], [11, 14, 18]),
    ("shapes", Shapes, [(2, 3, 6)], [14, 16, 18]),
    ("curves", Curves, [(4, 3)], [14, 18]),
    ("branch", Branch, [(4, 3)], [11, 16]),
]


def filled(shape, name=""):
    sixteenths = torch.randint(-16, 17, shape) / 16
    return (sixteenths.abs() * 5).long() % 6 if name == "words" else (sixteenths > -0.5).float() if name == "mask" else sixteenths


def example(sizes):
    return [filled(each[1:], each[0]) if isinstance(each[0], str) else filled(each) for each in sizes]


def packed(x):
    return {"dtype": str(x.dtype)[6:], "shape": list(x.shape), "values": x.flatten().tolist()}


def outputs_of(model, inputs):
    with torch.no_grad():
        out = model(*inputs)
    return [packed(x) for x in (out if isinstance(out, tuple) else (out,))]


def losses_of(model, inputs):
    """Three steps of SGD in training mode, without dropout, on the mean of the squares."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(3):
        out = model(*inputs)
        loss = (out if not isinstance(out, tuple) else out[0]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def nets():
    rows = []
    for name, build, sizes, opsets in NETS:
        for opset in opsets:
            torch.manual_seed(opset)
            model = build()
            for p in model.parameters():
                p.data = filled(p.shape) * 0.75
            for key, buffer in model.named_buffers():
                if buffer.is_floating_point():
                    buffer.data = filled(buffer.shape).abs() + 0.5 if "var" in key else filled(buffer.shape)
            model.eval()
            inputs = example(sizes)
            names = [f"in{i}" for i in range(len(inputs))]
            file = io.BytesIO()
            torch.onnx.export(
                model, tuple(inputs), file, dynamo=False, opset_version=opset, input_names=names,
                dynamic_axes={each: {0: "n"} for each in names},
            )
            more = example([(each[0], 3, *each[2:]) if isinstance(each[0], str) else (3, *each[1:]) for each in sizes])
            row = {
                "name": f"{name} {opset}", "file": base64.b64encode(file.getvalue()).decode(),
                "state": {key: list(x.shape) for key, x in model.state_dict().items()},
                "calls": [
                    {"inputs": [packed(x) for x in each], "outputs": outputs_of(model, each)} for each in (inputs, more)
                ],
            }
            if any(True for _ in model.parameters()):
                row["losses"] = losses_of(model, more)
            rows.append(row)
    return rows


write(__file__, {"nets": nets})
