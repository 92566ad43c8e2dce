"""Lesson 12 in PyTorch: evaluation and overfitting."""

import csv

import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

OCCUPATIONS = ["clerical", "management", "other", "professional", "sales", "service"]

with open("examples/data/wages.csv") as file:
    workers = list(csv.DictReader(file))
table = torch.tensor([
    [
        *(float(worker[column]) for column in ["education", "experience", "south", "union", "married"]),
        float(worker["gender"] == "female"),
        *(float(worker["occupation"] == name) for name in OCCUPATIONS),
    ]
    for worker in workers
])
wages = torch.tensor([[float(worker["wage"])] for worker in workers])
labels = (wages > wages.median()).float()

torch.manual_seed(2)
order = torch.randperm(len(workers))
train, validation, test = order.split([300, 117, 117])
X = (table - table[train].mean(0)) / table[train].std(0)
print(f"{train.numel()} train, {validation.numel()} validate, {test.numel()} test")


class Accuracy:
    """The share of right answers; torchmetrics has it as BinaryAccuracy."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.right = self.all = 0

    def update(self, probabilities, targets):
        self.right += ((probabilities > 0.5) == (targets > 0)).sum()
        self.all += targets.numel()

    def compute(self):
        return self.right / self.all


accuracy = Accuracy()
accuracy.update(torch.tensor([0.8, 0.4, 0.6, 0.1]), torch.tensor([1, 0, 0, 0]))
print(f"three of four are right: {accuracy.compute()!r}")
accuracy.update(torch.tensor([0.2, 0.9]), torch.tensor([1, 0]))
print(f"three of six: {accuracy.compute()!r}")

dropout = nn.Dropout(0.5)
print(dropout.train()(torch.ones(8)))
print(dropout.eval()(torch.ones(8)))

linear = nn.Linear(12, 1)
with torch.no_grad():
    unrecorded = linear(X)
print(linear(X).requires_grad, unrecorded.requires_grad)

criterion = nn.BCEWithLogitsLoss()


def evaluate(net, part):
    net.eval()
    with torch.no_grad():
        logits = net(X[part])
    accuracy.reset()
    accuracy.update(logits.sigmoid(), labels[part])
    return criterion(logits, labels[part]).item(), accuracy.compute().item()


def train_net(name, drop, weight_decay):
    torch.manual_seed(2)
    net = nn.Sequential(
        nn.Linear(12, 64),
        nn.ReLU(),
        nn.Dropout(drop),
        nn.Linear(64, 64),
        nn.ReLU(),
        nn.Dropout(drop),
        nn.Linear(64, 1),
    )
    optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=weight_decay)
    loader = DataLoader(TensorDataset(X[train], labels[train]), batch_size=32, shuffle=True)
    history = []
    for epoch in range(1, 61):
        net.train()
        for inputs, targets in loader:
            optimizer.zero_grad()
            criterion(net(inputs), targets).backward()
            optimizer.step()
        seen, unseen = evaluate(net, train), evaluate(net, validation)
        history.append((unseen[0], epoch))
        if epoch == 1 or epoch % 20 == 0:
            print(
                f"{name}, epoch {epoch}: training loss {seen[0]:.4f}, accuracy {seen[1]:.4f}; "
                f"validation loss {unseen[0]:.4f}, accuracy {unseen[1]:.4f}"
            )
    return name, net, history


runs = [train_net("plain", 0, 0), train_net("dropout 0.5", 0.5, 0), train_net("weight decay 0.03", 0, 0.03)]

for name, _, history in runs:
    loss, epoch = min(history)
    print(f"{name}: lowest validation loss {loss:.4f} in epoch {epoch}")

chosen = min(runs, key=lambda run: run[2][-1][0])
for name, net, _ in [chosen, runs[0]]:
    loss, right = evaluate(net, test)
    mark = "chosen" if name == chosen[0] else "for comparison"
    print(f"{mark}: {name}, test loss {loss:.4f}, accuracy {right:.4f}")

print("drawn in examples/out/12-evaluation-and-overfitting.html")
