"""Writes metrics.json: accuracies by torchmetrics' documented definitions, reckoned with NumPy from sets of samples.

Micro: right / all. Per class c: right among the samples whose target is c (multiclass), or right / all of label c
(multilabel). Macro: the mean over classes that were a target or a prediction (with topK > 1: that were a target);
weighted: weighted by how often each was the target. A case has several batches: the value of each, and of all.
"""

import json
import pathlib

import numpy as np

rng = np.random.default_rng(7)


def mean(values):
    return float(np.mean(values)) if len(values) else 0.0


def sigmoid(x):
    return 1 / (1 + np.exp(-x.astype(np.float64)))


def averaged(per_class, support, present, average):
    if average == "none":
        return [float(v) for v in per_class]
    weights = np.array(support if average == "weighted" else present, dtype=float)
    return float((np.array(per_class) * weights).sum() / weights.sum()) if weights.sum() else 0.0


def multiclass_pairs(preds, target, k, ignore):
    """(predicted, true) of every sample: the target if it is among the k best, else the best."""
    pairs = []
    if preds.ndim == target.ndim + 1:
        flat = np.moveaxis(preds, 1, -1).reshape(-1, preds.shape[1])
        best = [list(np.argsort(-row, kind="stable")[:k]) for row in flat]
    else:
        best = [[p] for p in preds.reshape(-1)]
    for top, t in zip(best, target.reshape(-1)):
        if t != ignore:
            pairs.append((t if t in top else top[0], t))
    return pairs


def multiclass(batches, classes, average, k, ignore):
    pairs = [pair for preds, target in batches for pair in multiclass_pairs(preds, target, k, ignore)]
    if average == "micro":
        return mean([p == t for p, t in pairs])
    of = [[p == t for p, t in pairs if t == c] for c in range(classes)]
    present = [any(t == c or (k == 1 and p == c) for p, t in pairs) for c in range(classes)]
    return averaged([mean(x) for x in of], [len(x) for x in of], present, average)


def yes_or_no(preds, threshold):
    if preds.dtype.kind == "f" and ((preds < 0) | (preds > 1)).any():
        preds = sigmoid(preds)
    return preds > threshold if preds.dtype.kind == "f" else preds == 1


def multilabel(batches, labels, average, threshold, ignore):
    right = [[] for _ in range(labels)]
    support = [0] * labels
    for preds, target in batches:
        said = yes_or_no(preds, threshold)
        for c in range(labels):
            for p, t in zip(said[:, c].reshape(-1), target[:, c].reshape(-1)):
                if t != ignore:
                    right[c].append(p == (t == 1))
                    support[c] += int(t == 1)
    if average == "micro":
        return mean([r for rs in right for r in rs])
    return averaged([mean(r) for r in right], support, [1] * labels, average)


def binary(batches, threshold, ignore):
    columns = [(preds.reshape(-1, 1), target.reshape(-1, 1)) for preds, target in batches]
    return multilabel(columns, 1, "micro", threshold, ignore)


def case(options, batches, value):
    def show(x):
        return {"shape": x.shape, "float": x.dtype.kind == "f", "values": x.reshape(-1).tolist()}

    return {
        "options": options,
        "batches": [[show(p), show(t)] for p, t in batches],
        "each": [value([b]) for b in batches],
        "all": value(batches),
    }


def scores(*shape):
    """Scores no two of which are equal, short in JSON."""
    n = int(np.prod(shape))
    return ((rng.permutation(n) + 0.5) / n).round(3).reshape(shape)


def ints(high, *shape):
    return rng.integers(0, high, shape)


def targets(high, shape, ignore):
    """Class numbers, about a fifth of them to be ignored."""
    values = ints(high, *shape)
    return values if ignore is None else np.where(rng.random(shape) < 0.2, ignore, values)


def cases():
    shapes = [((6, 4), (6,)), ((3, 4, 5), (3, 5))]
    for pshape, tshape in shapes:
        for average in ("micro", "macro", "weighted", "none"):
            for k, ignore in ((1, None), (2, None), (1, 0), (2, -1), (1, -100)):
                batches = [(scores(*pshape), targets(3, tshape, ignore)) for _ in range(2)]
                options = {"task": "multiclass", "numClasses": 4, "average": average, "topK": k, "ignoreIndex": ignore}
                yield case(options, batches, lambda b: multiclass(b, 4, average, k, ignore))
    for average in ("micro", "macro"):
        batches = [(ints(5, n), ints(5, n)) for n in (8, 1, 3)]
        options = {"task": "multiclass", "numClasses": 5, "average": average}
        yield case(options, batches, lambda b: multiclass(b, 5, average, 1, None))
    for ignore in (None, -1):
        for threshold in (0.5, 0.25):
            for make in (lambda: scores(9), lambda: scores(9) * 6 - 3, lambda: ints(2, 9)):
                batches = [(make(), targets(2, (9,), ignore)) for _ in range(2)]
                options = {"task": "binary", "threshold": threshold, "ignoreIndex": ignore}
                yield case(options, batches, lambda b: binary(b, threshold, ignore))
    for shape in ((5, 3), (2, 3, 4)):
        for average in ("micro", "macro", "weighted", "none"):
            for ignore in (None, -1):
                batches = [(scores(*shape) * scale, targets(2, shape, ignore)) for scale in (1, 5)]
                options = {"task": "multilabel", "numLabels": 3, "average": average, "ignoreIndex": ignore}
                yield case(options, batches, lambda b: multilabel(b, 3, average, 0.5, ignore))


path = pathlib.Path(__file__).with_suffix(".json")
path.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases()) + "\n]\n")
