"""Lesson 11 in PyTorch: initialisation and fine-tuning."""

import io

import torch
from torch import nn, optim
from torch.nn import functional as F


def exponential(value):
    """As JavaScript's toExponential(3): no leading zero in the exponent."""
    mantissa, exponent = f"{value:.3e}".split("e")
    return f"{mantissa}e{int(exponent):+d}"


initialisations = {
    "normal, std 1": lambda weight: nn.init.normal_(weight, std=1),
    "normal, std 0.01": lambda weight: nn.init.normal_(weight, std=0.01),
    "nn.Linear as it comes": lambda weight: None,
    "xavierNormal_": lambda weight: nn.init.xavier_normal_(weight),
    "kaimingNormal_": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
}

for name, initialise in initialisations.items():
    torch.manual_seed(11)
    layers = [nn.Linear(100, 100) for _ in range(8)]
    deep = nn.Sequential(*[module for layer in layers for module in (layer, nn.ReLU())])
    for layer in layers:
        initialise(layer.weight)
        nn.init.zeros_(layer.bias)
    stds = []
    for module in deep:
        if isinstance(module, nn.ReLU):
            module.register_forward_hook(lambda _module, _args, output: stds.append(output.std().item()))
    deep(torch.randn(200, 100)).sum().backward()
    first, last, gradient = stds[0], stds[7], layers[0].weight.grad.std().item()
    print(
        f"{name}: std after layer 1 {exponential(first)}, after layer 8 {exponential(last)}, "
        f"of the first gradient {exponential(gradient)}"
    )
print(f"gain for ReLU: {nn.init.calculate_gain('relu'):.4f}")

torch.manual_seed(3)
x = torch.linspace(-3, 3, 128).unsqueeze(1)
sine = (x * 2).sin()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh())
        self.head = nn.Linear(32, 1)

    def forward(self, x):
        return self.head(self.body(x))


def train(net, optimizer, inputs, targets, steps, scheduler=None):
    losses = []
    for _ in range(steps):
        loss = F.mse_loss(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        losses.append(loss.item())
    return losses


teacher = Net()
adam = optim.Adam(teacher.parameters(), lr=0.01)
falling = optim.lr_scheduler.CosineAnnealingLR(adam, T_max=500)
losses = train(teacher, adam, x, sine, 500, falling)
print(f"the sine: loss {losses[0]:.4f} at first, {losses[499]:.4f} after 500 steps")

print(", ".join(teacher.state_dict()))
file = io.BytesIO()
torch.save(teacher.state_dict(), file)


def load():
    file.seek(0)
    return torch.load(file)


student = Net()
print(student.load_state_dict(load()))
print(f"the same predictions after loading: {torch.equal(student(x), teacher(x))}")

body = {name: tensor for name, tensor in teacher.state_dict().items() if name.startswith("body.")}
print(Net().load_state_dict(body, strict=False))

task = sine * 0.6 + x * 0.2 + 0.3
few = torch.tensor([10, 32, 53, 75, 96, 118])
few_x, few_y = x[few], task[few]


def pretrained():
    net = Net()
    net.load_state_dict(load())
    return net


scratch = Net()
scratch_losses = train(scratch, optim.Adam(scratch.parameters(), lr=0.01), few_x, few_y, 200)

frozen = pretrained()
frozen.body.requires_grad_(False)
trainable = [parameter for parameter in frozen.parameters() if parameter.requires_grad]
count = lambda parameters: sum(parameter.numel() for parameter in parameters)
print(f"frozen: {count(trainable)} of {count(frozen.parameters())} parameters are trained")
frozen_losses = train(frozen, optim.Adam(trainable, lr=0.01), few_x, few_y, 200)
before, after = [net.body[0].weight for net in (teacher, frozen)]
print(f"the body is what it was: {torch.equal(before, after)}; its gradient: {after.grad}")

tuned = pretrained()
groups = optim.Adam([{"params": tuned.body.parameters(), "lr": 0.0005}, {"params": tuned.head.parameters()}], lr=0.01)
print(f"learning rates of the groups: {', '.join(str(group['lr']) for group in groups.param_groups)}")
tuned_losses = train(tuned, groups, few_x, few_y, 200)

for name, net, losses in [
    ("from scratch", scratch, scratch_losses),
    ("body frozen", frozen, frozen_losses),
    ("fine-tuned", tuned, tuned_losses),
]:
    with torch.no_grad():
        y = net(x)
    between = F.mse_loss(y, task).item()
    print(f"{name}: loss on the six points {losses[199]:.4f}, on all 128 {between:.4f}")

print("drawn in examples/out/11-initialisation-and-fine-tuning.html")
