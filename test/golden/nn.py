"""Layers, losses, initialisation and whole training runs from real PyTorch, as numbers for test/nn and test/optim.
"""

import torch
from torch import nn
from torch.nn import functional as F

from common import write


def bits(x):
    """float32 values as their exact decimal: every float32 is a float64."""
    return [float(v) for v in x.detach().flatten().tolist()]


def linear_init():
    out = []
    for seed, (i, o) in [(0, (3, 2)), (1, (8, 4)), (42, (20, 30)), (7, (1, 1)), (3, (784, 10))]:
        torch.manual_seed(seed)
        layer = nn.Linear(i, o)
        w = bits(layer.weight)
        out.append({"seed": seed, "in": i, "out": o, "weight": w[:40], "sum": float(layer.weight.detach().double().sum()), "bias": bits(layer.bias)})
    return out


def inits():
    out = []
    cases = [
        ("uniform_", [], {}), ("uniform_", [-0.3, 0.7], {}), ("normal_", [], {}), ("normal_", [2.0, 3.0], {}),
        ("constant_", [0.3], {}), ("zeros_", [], {}), ("ones_", [], {}),
        ("xavier_uniform_", [], {}), ("xavier_uniform_", [1.5], {}), ("xavier_normal_", [], {}),
        ("kaiming_uniform_", [], {}), ("kaiming_uniform_", [], {"mode": "fan_out", "nonlinearity": "relu"}),
        ("kaiming_uniform_", [0.2], {}), ("kaiming_normal_", [], {}),
        ("kaiming_normal_", [], {"mode": "fan_out", "nonlinearity": "relu"}), ("kaiming_normal_", [], {"nonlinearity": "tanh"}),
    ]
    for name, args, kwargs in cases:
        torch.manual_seed(5)
        x = torch.empty(5, 7)
        getattr(nn.init, name)(x, *args, **kwargs)
        out.append({"name": name, "args": args, "kwargs": kwargs, "values": bits(x)})
    return out


def gains():
    cases = [("linear", None), ("sigmoid", None), ("tanh", None), ("relu", None), ("leaky_relu", None), ("leaky_relu", 0.2), ("selu", None)]
    return [[f, p, nn.init.calculate_gain(f, p)] for f, p in cases]


def printed():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(4, 3)
            self.act = nn.LeakyReLU(0.1)
            self.inner = nn.Sequential(nn.Linear(3, 2, bias=False), nn.Softmax(dim=1))

    return {
        "linear": repr(nn.Linear(8, 4)),
        "nobias": repr(nn.Linear(8, 4, bias=False)),
        "sequential": repr(nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Dropout(0.2), nn.Linear(4, 1), nn.Sigmoid())),
        "empty": repr(nn.Sequential()),
        "net": repr(Net()),
        "layers": [repr(m) for m in [nn.ReLU(), nn.ReLU(inplace=True), nn.LeakyReLU(), nn.LeakyReLU(1.0), nn.Sigmoid(), nn.Tanh(),
                                     nn.Softmax(dim=-1), nn.Softmax(), nn.LogSoftmax(dim=1), nn.Dropout(), nn.Dropout(p=0.25, inplace=True),
                                     nn.Flatten(), nn.Flatten(0, 1), nn.Identity(), nn.MSELoss(), nn.CrossEntropyLoss(), nn.BCELoss(),
                                     nn.BCEWithLogitsLoss(), nn.NLLLoss(), nn.L1Loss()]],
        "parameter": repr(nn.Parameter(torch.tensor([1.5, -2.0]))),
        "stateKeys": list(Net().state_dict().keys()),
    }


def dropout():
    torch.manual_seed(11)
    a = F.dropout(torch.ones(37), 0.3)
    b = F.dropout(torch.ones(5), 1.0)
    c = F.dropout(torch.ones(20, dtype=torch.float64), 0.5)
    d = torch.rand(2)
    return {"a": bits(a), "b": bits(b), "c": bits(c), "after": bits(d)}


def rrelu():
    """Of -1 it gives the slopes that were drawn, without their signs; of 1 nothing is drawn."""
    torch.manual_seed(11)
    signs = torch.tensor([-1.0, 1.0, -1.0]).repeat(20)
    a = F.rrelu(signs, training=True)
    b = F.rrelu(signs.double(), 0.5, 3.0, training=True)
    return {"a": bits(a), "b": bits(b), "after": bits(torch.rand(2))}


def weighted():
    """Losses with a factor for each element, and the gradients of all three tensors."""
    out = []
    for name in ("mse_loss", "l1_loss"):
        for reduction in ("mean", "sum", "none"):
            torch.manual_seed(7)
            tensors = [torch.randn(3, 4), torch.randn(3, 4), torch.rand(3, 4)]
            for x in tensors:
                x.requires_grad_()
            loss = getattr(F, name)(*tensors[:2], reduction=reduction, weight=tensors[2])
            loss.sum().backward()
            out.append({"name": name, "reduction": reduction, "loss": bits(loss), "grads": [bits(x.grad) for x in tensors]})
    return out


def run(model, criterion, options, x, y, batch, epochs, groups=None):
    params = groups(model) if groups else model.parameters()
    optimizer = torch.optim.SGD(params, **options)
    data = torch.utils.data.TensorDataset(x, y)
    loader = torch.utils.data.DataLoader(data, batch_size=batch, shuffle=True)
    losses = []
    for _ in range(epochs):
        for xs, ys in loader:
            optimizer.zero_grad()
            loss = criterion(model(xs), ys)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def curves():
    out = {}

    def start(sizes, act, seed=0, drop=0.0):
        torch.manual_seed(seed)
        layers = []
        for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
            layers.append(nn.Linear(a, b))
            if i + 2 < len(sizes):
                layers.append(act())
                if drop:
                    layers.append(nn.Dropout(drop))
        return nn.Sequential(*layers)

    def regression(n, i, o=1):
        return torch.randn(n, i), torch.randn(n, o)

    m = start([9, 64, 32, 16, 1], nn.ReLU)
    out["plain"] = run(m, nn.MSELoss(), {"lr": 0.05}, *regression(50, 9), 8, 4)
    m = start([6, 16, 1], nn.Tanh, 1)
    out["momentum"] = run(m, nn.L1Loss(), {"lr": 0.02, "momentum": 0.9}, *regression(40, 6), 8, 5)
    m = start([6, 16, 1], nn.Sigmoid, 2)
    out["dampening"] = run(m, nn.MSELoss(), {"lr": 0.1, "momentum": 0.8, "dampening": 0.3, "weight_decay": 0.01}, *regression(40, 6), 16, 6)
    m = start([6, 16, 1], nn.LeakyReLU, 3)
    out["nesterov"] = run(m, nn.MSELoss(reduction="sum"), {"lr": 0.002, "momentum": 0.9, "nesterov": True}, *regression(40, 6), 16, 6)
    m = start([9, 32, 7], nn.ReLU, 4, drop=0.25)
    x, y = torch.randn(60, 9), torch.randint(0, 7, (60,))
    out["dropout"] = run(m, nn.CrossEntropyLoss(), {"lr": 0.1, "momentum": 0.9, "weight_decay": 1e-3}, x, y, 16, 5)
    m = start([5, 8, 1], nn.ReLU, 5)
    x, y = torch.randn(40, 5), torch.randint(0, 2, (40, 1)).float()
    out["logits"] = run(m, nn.BCEWithLogitsLoss(pos_weight=torch.tensor([2.0])), {"lr": 0.2}, x, y, 10, 6)
    m = start([9, 16, 4], nn.ReLU, 6)
    x, y = torch.randn(48, 9), torch.randint(0, 4, (48,))
    out["smoothing"] = run(m, nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 0.5, 1.5]), label_smoothing=0.1), {"lr": 0.1}, x, y, 12, 4)
    m = start([6, 16, 1], nn.ReLU, 7)
    out["groups"] = run(m, nn.MSELoss(), {"lr": 0.01, "momentum": 0.5}, *regression(40, 6), 8, 4,
                        lambda model: [{"params": model[0].parameters(), "lr": 0.1}, {"params": model[2].parameters()}])
    m = start([6, 16, 1], nn.ReLU, 8)
    for p in m[0].parameters():
        p.requires_grad_(False)
    out["frozen"] = run(m, nn.MSELoss(), {"lr": 0.1, "maximize": False}, *regression(40, 6), 8, 4)
    m = start([6, 16, 1], nn.ReLU, 9)
    out["maximize"] = run(m, nn.MSELoss(), {"lr": 0.001, "maximize": True}, *regression(40, 6), 8, 3)
    return {name: {"losses": losses} for name, losses in out.items()}


write(__file__, {
    "linear": linear_init, "init": inits, "gains": gains, "printed": printed, "dropout": dropout, "rrelu": rrelu, "weighted": weighted,
    "curves": curves,
})
