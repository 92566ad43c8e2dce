"""The two programs of examples/ in PyTorch: their losses, for test/examples to compare with what `npm start` prints.

A row of `programs` is what a program gets.
"""

import csv
import pathlib

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

from common import write

HERE = pathlib.Path(__file__).parent
DATA = HERE.parent.parent / "examples" / "data"


def read(name):
    with open(DATA / name) as file:
        return list(csv.DictReader(file))


def float32(values):
    return torch.tensor(np.asarray(values, dtype="float64").astype("float32"))


def moments(table):
    """Mean and scale of the columns, as sklearn's StandardScaler has them."""
    table = np.asarray(table, dtype="float64")
    scale = table.std(0)
    return table.mean(0), np.where(scale < 1e-12, 1.0, scale)


class AnimalNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(16, 32)
        self.dropout = nn.Dropout(0.3)
        self.output = nn.Linear(32, 7)

    def forward(self, x):
        return self.output(self.dropout(self.hidden(x).relu()))


def zoo():
    torch.manual_seed(42)
    animals = read("zoo.csv")
    train, validation, test = [[*part] for part in random_split(animals, [0.6, 0.2, 0.2])]
    columns = list(animals[0])[1:-1]
    classes = sorted({animal["type"] for animal in animals})
    table = lambda part: np.array([[float(animal[name]) for name in columns] for animal in part])
    mean, scale = moments(table(train))
    dataset = lambda part: TensorDataset(
        float32((table(part) - mean) / scale), torch.tensor([classes.index(animal["type"]) for animal in part])
    )
    net = AnimalNet()
    train_loader = DataLoader(dataset(train), batch_size=16, shuffle=True)
    validation_loader = DataLoader(dataset(validation), batch_size=64)

    def evaluate(loader):
        net.eval()
        loss = right = count = 0
        with torch.no_grad():
            for x, y in loader:
                scores = net(x)
                loss += nn.CrossEntropyLoss(reduction="sum")(scores, y).item()
                right += (scores.argmax(1) == y).sum().item()
                count += len(y)
        return loss / count, right / count

    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=0.01)
    history = []
    for _ in range(60):
        net.train()
        total = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(net(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
        history.append([round(total / len(train), 6), round(evaluate(validation_loader)[0], 6)])
    return {"history": history, "accuracy": evaluate(DataLoader(dataset(test), batch_size=64))[1]}


class WageNet(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(features, 32), nn.ReLU(), nn.Dropout(0.3),
            nn.Linear(32, 32), nn.ReLU(), nn.Dropout(0.3),
            nn.Linear(32, 1),
        )

    def forward(self, x):
        return self.layers(x)


def wages():
    torch.manual_seed(42)
    workers = read("wages.csv")
    train, validation, test = [[*part] for part in random_split(workers, [0.6, 0.2, 0.2])]
    numbers = ["education", "experience", "age", "south", "union", "married"]
    names = ["gender", "race", "occupation", "sector"]
    classes = {name: sorted({worker[name] for worker in workers}) for name in names}

    def table(part):
        encoded = lambda worker: [float(worker[name] == label) for name in names for label in classes[name]]
        return np.array([[float(worker[name]) for name in numbers] + encoded(worker) for worker in part])

    target = lambda part: np.array([[float(worker["wage"])] for worker in part])
    mean, scale = moments(table(train))
    wage_mean, wage_scale = moments(target(train))
    dataset = lambda part: TensorDataset(
        float32((table(part) - mean) / scale), float32((target(part) - wage_mean) / wage_scale)
    )
    train_loader = DataLoader(dataset(train), batch_size=32, shuffle=True)
    x_validation, y_validation = dataset(validation).tensors
    net = WageNet(len(mean))
    criterion = nn.MSELoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.005, momentum=0.9, weight_decay=0.02)
    history = []
    best = None
    for epoch in range(1, 101):
        net.train()
        total = 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(net(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
        net.eval()
        with torch.no_grad():
            validation_loss = criterion(net(x_validation), y_validation).item()
        history.append([round(total / len(train), 6), round(validation_loss, 6)])
        if best is None or validation_loss < best[0]:
            best = validation_loss, epoch, {name: value.clone() for name, value in net.state_dict().items()}
    net.load_state_dict(best[2])
    with torch.no_grad():
        guesses = net(dataset(test).tensors[0]).double().numpy() * wage_scale + wage_mean
    misses = guesses - target(test)
    rmse, mae = float(np.sqrt((misses**2).mean())), float(np.abs(misses).mean())
    return {"history": history, "bestEpoch": best[1], "rmse": round(rmse, 4), "mae": round(mae, 4)}


write(__file__, {"programs": lambda: {"zoo": zoo(), "wages": wages()}})
