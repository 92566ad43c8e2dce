"""PyTorch, native, one thread: answers the same lines as ../contender.mjs, one JSON object a line."""
import json
import sys
import time

import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)


def numbers(count, seed, scale=1):
    i = np.arange(count, dtype=np.int64)
    return torch.from_numpy(((((i * 7919 + seed * 104729) % 100003) / 100003 - 0.5) * scale).astype(np.float32))


def labels(count, seed, classes):
    return torch.tensor([(i * 7 + seed * 3 + (i >> 2)) % classes for i in range(count)])


def model_of(sizes):
    layers = []
    for i, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:])):
        linear = nn.Linear(fan_in, fan_out)
        weight = numbers(fan_out * fan_in, 2 * i + 1, 3 / fan_in**0.5).reshape(fan_out, fan_in)
        linear.load_state_dict({'weight': weight, 'bias': numbers(fan_out, 2 * i + 2, 0.1)})
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def train(row):
    sizes, batch = row['sizes'], row['batch']
    regression = sizes[-1] == 1
    model = model_of(sizes)
    criterion = nn.MSELoss() if regression else nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    batches = []
    for i in range(4):
        x = numbers(batch * sizes[0], 100 + i, 2).reshape(batch, sizes[0])
        y = numbers(batch, 200 + i, 2).reshape(batch, 1) if regression else labels(batch, i, sizes[-1])
        batches.append((x, y))

    def step(x, y):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    def run(count):
        for i in range(count):
            step(*batches[i % 4])

    return [step(*batches[i % 4]) for i in range(6)], run


def sample(x):
    flat = x.detach().flatten()
    return flat[:: max(1, flat.numel() // 13)][:13].tolist()


def repeat(one):
    def run(count):
        for _ in range(count):
            one()

    return sample(one()), run


def predict(row):
    sizes = row['sizes']
    model = model_of(sizes).eval()
    x = numbers(sizes[0], 7).reshape(1, sizes[0])

    def one():
        with torch.no_grad():
            return model(x)

    return repeat(one)


def matmul(row):
    m, k, n = row['m'], row['k'], row['n']
    a = numbers(m * k, 1).reshape(*((k, m) if row['ta'] else (m, k)))
    b = numbers(k * n, 2).reshape(*((n, k) if row['tb'] else (k, n)))
    return repeat(lambda: (a.t() if row['ta'] else a) @ (b.t() if row['tb'] else b))


def elementwise(row):
    x, y = numbers(row['count'], 3, 8), numbers(row['count'], 4, 8)
    rows = x.reshape(-1, 1000)
    ones = {
        'exp': lambda: x.exp(),
        'tanh': lambda: x.tanh(),
        'gelu': lambda: nn.functional.gelu(x),
        'softmax': lambda: rows.softmax(-1),
        'sum': lambda: x.sum(),
        'add': lambda: x + y,
    }
    return repeat(ones[row['name']])


KINDS = {'train': train, 'predict': predict, 'matmul': matmul, 'map': elementwise}
current = None
print(json.dumps({'ready': True, 'version': torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    if 'row' in request:
        check, current = KINDS[request['row']['kind']](request['row'])
        answer = {'check': check}
    else:
        start = time.perf_counter()
        current(request['count'])
        answer = {'ms': (time.perf_counter() - start) * 1000}
    print(json.dumps(answer), flush=True)
