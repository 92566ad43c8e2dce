"""Lesson 13 in PyTorch: hyperparameter search.

PyTorch has no search. The trials here are drawn from PyTorch's own generator by the formulas that the lesson's space
stands for, each trial's options in order and then its seed; the median rule is Optuna's, written out.
"""

import csv
import itertools
import statistics

import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

with open("examples/data/zoo.csv") as file:
    animals = list(csv.DictReader(file))
names = [name for name in animals[0] if name not in ("animal_name", "type")]
table = torch.tensor([[float(animal[name]) for name in names] for animal in animals])
classes = sorted({animal["type"] for animal in animals})
labels = torch.tensor([classes.index(animal["type"]) for animal in animals])

torch.manual_seed(13)
train, validation, test = torch.randperm(len(animals)).split([51, 25, 25])
X = table / table.amax(0)
dataset = TensorDataset(X[train], labels[train])
criterion = nn.CrossEntropyLoss()

EPOCHS = 20


def train_net(options, report):
    """Trains until `report(loss)` says that it is enough."""
    net = nn.Sequential(
        nn.Linear(16, options["hidden"]), getattr(nn, options["activation"])(), nn.Linear(options["hidden"], 7)
    )
    optimizer = optim.SGD(net.parameters(), lr=options["lr"], momentum=0.9)
    loader = DataLoader(dataset, batch_size=16, shuffle=True)
    for _ in range(EPOCHS):
        for inputs, targets in loader:
            optimizer.zero_grad()
            criterion(net(inputs), targets).backward()
            optimizer.step()
        if report(loss_on(net, validation)):
            break
    return net


def loss_on(net, part):
    with torch.no_grad():
        return criterion(net(X[part]), labels[part]).item()


def median_says_no(reports, completed, startup, warmup):
    """Optuna's MedianPruner, looking after every epoch from `warmup` on."""
    epoch = len(reports)
    if len(completed) < max(1, startup) or epoch < warmup:
        return False
    return min(reports) > statistics.median(trial["reports"][epoch - 1] for trial in completed)


def search(pick, count, seed, prunes, callback):
    generator = torch.Generator().manual_seed(seed)
    trials = []
    for number in range(count):
        options = pick(number, generator)
        torch.manual_seed(torch.randint(2**31, (), generator=generator).item())
        reports = []
        pruned = False

        def report(loss):
            nonlocal pruned
            reports.append(loss)
            pruned = prunes(reports, [trial for trial in trials if trial["state"] == "complete"])
            return pruned

        value = loss_on(train_net(options, report), validation)
        state = "pruned" if pruned else "complete"
        trials.append({"number": number, "options": options, "value": value, "state": state, "reports": reports})
        callback(trials[-1])
    best = min((trial for trial in trials if trial["state"] == "complete"), key=lambda trial: trial["value"])
    return trials, best


def shown(value):
    return str(float(f"{value:.4g}")) if isinstance(value, float) else str(value)


def print_table(trials, best):
    head = ["trial", "value", *trials[0]["options"], "state"]
    rows = [[trial["number"], trial["value"], *trial["options"].values(), trial["state"]] for trial in trials]
    cells = [head, *([shown(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    for i, line in enumerate(cells):
        adjust = [str.ljust if isinstance(value, str) else str.rjust for value in rows[0]]
        padded = [pad(cell, width) for pad, cell, width in zip(adjust, line, widths)]
        mark = "*" if i > 0 and trials[i - 1] is best else " "
        print(f"{mark} {'  '.join(padded)}".rstrip())


grid_options = [
    {"lr": lr, "hidden": hidden, "activation": "ReLU"}
    for lr, hidden in itertools.product([0.003, 0.03, 0.3], [2, 8, 32])
]
grid_trials, grid_best = search(
    lambda number, _: grid_options[number], len(grid_options), 0, lambda *_: False, lambda _: None
)
print_table(grid_trials, grid_best)
print(f"best of the grid: lr {grid_best['options']['lr']}, hidden {grid_best['options']['hidden']}")


def draw(_, generator):
    u = torch.rand((), dtype=torch.float64, generator=generator).item()
    return {
        "lr": 0.001 * (0.3 / 0.001) ** u,
        "hidden": 2 + torch.randint(31, (), generator=generator).item(),
        "activation": ["ReLU", "Tanh"][torch.randint(2, (), generator=generator).item()],
    }


def show(trial):
    options = trial["options"]
    print(
        f"trial {trial['number']}: lr {options['lr']:.4f}, hidden {options['hidden']}, {options['activation']}: "
        f"loss {trial['value']:.4f}, {trial['state']} after {len(trial['reports'])} epochs"
    )


random_trials, random_best = search(
    draw, 20, 0, lambda reports, completed: median_says_no(reports, completed, startup=4, warmup=5), show
)
options = random_best["options"]
print(f"best at random: lr {options['lr']:.4f}, hidden {options['hidden']}, {options['activation']}")
spent = sum(len(trial["reports"]) for trial in random_trials)
print(f"{spent} epochs instead of {len(random_trials) * EPOCHS}")

best = min(grid_best, random_best, key=lambda trial: trial["value"])
torch.manual_seed(1)
net = train_net(best["options"], lambda _: False)
with torch.no_grad():
    right = (net(X[test]).argmax(1) == labels[test]).float().mean()
print(f"validation loss when it was found {best['value']:.4f}")
print(f"test loss {loss_on(net, test):.4f}, test accuracy {right.item():.4f}")

print("drawn in examples/out/13-hyperparameter-search.html")
