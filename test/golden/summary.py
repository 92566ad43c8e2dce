"""What a forward pass shows of a model, by plain PyTorch hooks, for test/nn/summary.test.ts: each call of a module with its
path, class, output shape and own parameters, and the sums.
"""

import torch
from torch import nn

from common import write


class Block(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.fc = nn.Linear(size, size)
        self.act = nn.ReLU()
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        return self.drop(self.act(self.fc(x))) + x


class Net(nn.Module):
    """Embedding, blocks in a list of which one runs twice, a parameter of its own, a frozen head, a layer never called."""

    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(7, 4)
        self.blocks = nn.ModuleList([Block(4), Block(4)])
        self.scale = nn.Parameter(torch.ones(4))
        self.head = nn.Linear(4, 1000)
        self.unused = nn.Linear(2, 3)
        self.head.requires_grad_(False)

    def forward(self, tokens):
        x = self.emb(tokens)
        for block in self.blocks:
            x = block(x)
        return self.blocks[0](x) * self.scale, self.head(x)


class Pair(nn.Module):
    """Two inputs, and two layers that share a weight."""

    def __init__(self):
        super().__init__()
        self.both = nn.Bilinear(3, 2, 5)
        self.a = nn.Linear(5, 5, bias=False)
        self.b = nn.Linear(5, 5, bias=False)
        self.b.weight = self.a.weight

    def forward(self, x, y):
        return self.b(self.a(self.both(x, y)))


def seen(model, inputs):
    names = {module: name for name, module in model.named_modules()}
    rows, running = [], []

    def before(module, _):
        rows.append({"name": names[module], "type": type(module).__name__, "depth": len(running), "shape": None})
        running.append(rows[-1])

    def after(module, _, out):
        running.pop()["shape"] = [list(x.shape) for x in out] if isinstance(out, tuple) else list(out.shape)

    for module in names:
        module.register_forward_pre_hook(before)
        module.register_forward_hook(after)
    with torch.no_grad():
        model.eval()(*inputs)
    counted = set()
    for row in rows:
        own = {p for p in model.get_submodule(row["name"]).parameters(recurse=False)} - counted
        counted |= own
        row["params"] = sum(p.numel() for p in own)
    parameters = list(model.parameters())
    return {
        "rows": rows,
        "total": sum(p.numel() for p in parameters),
        "trainable": sum(p.numel() for p in parameters if p.requires_grad),
    }


MODELS = {
    "mlp": seen(
        nn.Sequential(
            nn.Linear(9, 64), nn.BatchNorm1d(64), nn.Tanh(), nn.Sequential(nn.Linear(64, 8, bias=False), nn.PReLU(8)), nn.Softmax(dim=1)
        ),
        [torch.zeros(5, 9)],
    ),
    "signal": seen(nn.Sequential(nn.BatchNorm1d(3), nn.Dropout1d(), nn.Flatten(), nn.LayerNorm(12), nn.GLU()), [torch.zeros(2, 3, 4)]),
    "net": seen(Net(), [torch.zeros(2, 5, dtype=torch.int64)]),
    "pair": seen(Pair(), [torch.zeros(6, 3), torch.zeros(6, 2)]),
}
write(__file__, {"models": lambda: MODELS})
