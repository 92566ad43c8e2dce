"""Writes metrics.json: torchmetrics' metrics by their documented definitions, reckoned with NumPy from sets of samples.

Accuracy, micro: right / all. Per class c: right among the samples whose target is c (multiclass), or right / all of
label c (multilabel). Precision: right among those predicted c; recall: among those that are c; F1: their harmonic mean.
Macro: the mean over classes that were a target or a prediction (with topK > 1: that were a target); weighted: weighted
by how often each was the target. AUROC: the share of pairs of a positive and a negative that the scores order right,
ties half. Average precision: the sum over distinct scores of the step in recall times the precision. A case has
several batches: the value of each, and of all.
"""

import numpy as np

from common import write

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


def plain(value):
    """For JSON, which has no NaN."""
    if isinstance(value, list):
        return [plain(v) for v in value]
    return None if np.isnan(value) else float(value)


def case(options, batches, value, metric="Accuracy"):
    def show(x):
        return {"shape": x.shape, "float": x.dtype.kind == "f", "values": x.reshape(-1).tolist()}

    return {
        "metric": metric,
        "options": options,
        "batches": [[show(p), show(t)] for p, t in batches],
        "each": [plain(value([b])) for b in batches],
        "all": plain(value(batches)),
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


def sets(task, batches, classes, k, threshold, ignore):
    """For each class or label, a list of (predicted, true) booleans over the samples."""
    if task == "multiclass":
        pairs = [pair for preds, target in batches for pair in multiclass_pairs(preds, target, k, ignore)]
        return [[(p == c, t == c) for p, t in pairs] for c in range(classes)]
    out = [[] for _ in range(classes)]
    for preds, target in batches:
        said = yes_or_no(preds, threshold)
        if task == "binary":
            said, target = said.reshape(-1, 1), target.reshape(-1, 1)
        for c in range(classes):
            pairs = zip(said[:, c].reshape(-1), target[:, c].reshape(-1))
            out[c] += [(bool(p), t == 1) for p, t in pairs if t != ignore]
    return out


def score(metric, pairs, nothing):
    """Precision, recall or F1 of (predicted, true) booleans; `nothing` for a denominator of 0."""
    both = sum(p and t for p, t in pairs)
    said, real = sum(p for p, _ in pairs), sum(t for _, t in pairs)
    top, bottom = {
        "Precision": (both, said),
        "Recall": (both, real),
        "F1Score": (2 * both, said + real),
    }[metric]
    return top / bottom if bottom else nothing


def scored(metric, task, batches, classes, average, k=1, threshold=0.5, ignore=None, nothing=0.0):
    per_class = sets(task, batches, classes, k, threshold, ignore)
    if task == "binary" or average == "micro":
        return score(metric, [pair for pairs in per_class for pair in pairs], nothing)
    support = [sum(t for _, t in pairs) for pairs in per_class]
    if task == "multilabel":
        present = [1] * classes
    else:
        present = [any(t or (p and k == 1) for p, t in pairs) for pairs in per_class]
    return averaged([score(metric, pairs, nothing) for pairs in per_class], support, present, average)


def confusion(task, batches, classes, normalize, ignore):
    if task == "multiclass":
        pairs = [pair for preds, target in batches for pair in multiclass_pairs(preds, target, 1, ignore)]
        matrices = [np.array([[sum(pair == (p, t) for pair in pairs) for p in range(classes)] for t in range(classes)])]
    else:
        labels = sets(task, batches, classes, 1, 0.5, ignore)
        matrices = [
            np.array([[sum(pair == (p, t) for pair in pairs) for p in (False, True)] for t in (False, True)])
            for pairs in labels
        ]
    shares = []
    for m in matrices:
        whole = {
            "none": np.ones_like(m), "true": m.sum(1, keepdims=True), "pred": m.sum(0, keepdims=True), "all": m.sum(),
        }[normalize]
        with np.errstate(invalid="ignore"):
            shares.append(np.nan_to_num(m / whole))
    return np.array(shares).reshape(-1).tolist()


def softmax(x):
    e = np.exp(x.astype(np.float64))
    return e / e.sum(1, keepdims=True)


def ranked(task, batches, classes, ignore):
    """For each class or label, (score, is positive) over the samples."""
    out = [[] for _ in range(classes)]
    for preds, target in batches:
        if ((preds < 0) | (preds > 1)).any():
            preds = softmax(preds) if task == "multiclass" else sigmoid(preds)
        if task == "binary":
            preds, target = preds.reshape(-1, 1), target.reshape(-1, 1)
        for c in range(classes):
            own = target if task == "multiclass" else target[:, c]
            for s, t in zip(preds[:, c].reshape(-1), own.reshape(-1)):
                if t != ignore:
                    out[c].append((s, t == c if task == "multiclass" else t == 1))
    return out


def auroc(pairs):
    yes, no = [s for s, t in pairs if t], [s for s, t in pairs if not t]
    if not yes or not no:
        return 0.0
    return float(np.mean([(a > b) + (a == b) / 2 for a in yes for b in no]))


def average_precision(pairs):
    positives = sum(t for _, t in pairs)
    if positives == 0:
        return float("nan")
    total = before = 0.0
    for bar in sorted({s for s, _ in pairs}, reverse=True):
        above = [t for s, t in pairs if s >= bar]
        total += (sum(above) / positives - before) * np.mean(above)
        before = sum(above) / positives
    return total


def rates(pairs, bars):
    """(false positive rate, true positive rate, precision) at each threshold, the highest first."""
    yes, no = [np.array([s for s, t in pairs if bool(t) == truth], dtype=np.float32) for truth in (True, False)]
    for bar in sorted(np.array(bars, dtype=np.float32), reverse=True):
        hits, misses = (yes >= bar).sum(), (no >= bar).sum()
        yield misses / max(len(no), 1), hits / max(len(yes), 1), hits / max(hits + misses, 1)


def area(pairs, bars, most=1.0):
    """By the trapezoids between the points; up to a rate, scaled: guessing has 0.5, the best 1."""
    points = [(f, t) for f, t, _ in rates(pairs, bars)]
    if most == 1:
        return float(np.trapezoid([t for _, t in points], [f for f, _ in points]))
    grid = sorted({f for f, _ in points if f < most} | {most})
    inner = [(f, t) for f, t in points if f <= most]
    at_most = max((t for f, t in inner if f == most), default=None)
    if at_most is None:
        (f0, t0), (f1, t1) = inner[-1], next((f, t) for f, t in points if f > most)
        inner.append((most, t0 + (t1 - t0) * (most - f0) / (f1 - f0)))
    assert grid[-1] == inner[-1][0]
    found = float(np.trapezoid([t for _, t in inner], [f for f, _ in inner]))
    guess = most**2 / 2
    return (1 + (found - guess) / (most - guess)) / 2


def binned_precision(pairs, bars):
    total = before = 0.0
    for _, recall, precision in rates(pairs, bars):
        total += (recall - before) * precision
        before = recall
    return float(total)


def ranking(metric, task, batches, classes, average, ignore, of=None):
    of = of or {"AUROC": auroc, "AveragePrecision": average_precision}[metric]
    per_class = ranked(task, batches, classes, ignore)
    if task == "binary" or average == "micro":
        return of([pair for pairs in per_class for pair in pairs])
    values = [of(pairs) for pairs in per_class]
    if average == "none":
        return values
    weights = [sum(t for _, t in pairs) if average == "weighted" else 1 for pairs in per_class]
    known = [(v, w) for v, w in zip(values, weights) if not np.isnan(v)]
    return sum(v * w for v, w in known) / sum(w for _, w in known)


def r2(batches, adjusted, multioutput):
    preds, target = (np.concatenate([b[i] for b in batches]).astype(np.float64) for i in (0, 1))
    preds, target = preds.reshape(len(preds), -1), target.reshape(len(target), -1)
    residual, variance = ((target - preds) ** 2).sum(0), ((target - target.mean(0)) ** 2).sum(0)
    raw = np.ones_like(residual)
    off = residual > 1e-4
    raw[off & (variance > 1e-4)] = (1 - residual / np.maximum(variance, 1e-9))[off & (variance > 1e-4)]
    raw[off & (variance <= 1e-4)] = 0
    value = {
        "raw_values": raw, "uniform_average": raw.mean(), "variance_weighted": (raw * variance).sum() / max(variance.sum(), 1e-9),
    }[multioutput]
    n = len(preds)
    if 0 < adjusted < n - 1:
        value = 1 - (1 - value) * (n - 1) / (n - adjusted - 1)
    return value.tolist()


def differences(batches):
    return np.concatenate([(p - t).astype(np.float64).reshape(len(p), -1) for p, t in batches])


def score_cases():
    for metric in ("Precision", "Recall", "F1Score"):
        for average in ("micro", "macro", "weighted", "none"):
            for k, ignore, nothing in ((1, None, 0), (2, -1, 0), (1, 0, 1)):
                options = {
                    "task": "multiclass", "numClasses": 5, "average": average, "topK": k, "ignoreIndex": ignore,
                    "zeroDivision": nothing,
                }
                batches = [(scores(6, 5), targets(4, (6,), ignore)) for _ in range(2)]
                yield case(
                    options, batches,
                    lambda b: scored(metric, "multiclass", b, 5, average, k, 0.5, ignore, nothing), metric,
                )
            for ignore in (None, -1):
                options = {"task": "multilabel", "numLabels": 3, "average": average, "ignoreIndex": ignore}
                batches = [(scores(2, 3, 4) * scale, targets(2, (2, 3, 4), ignore)) for scale in (1, 5)]
                yield case(
                    options, batches, lambda b: scored(metric, "multilabel", b, 3, average, ignore=ignore), metric,
                )
        for threshold in (0.5, 0.25):
            options = {"task": "binary", "threshold": threshold}
            batches = [(scores(9), ints(2, 9)) for _ in range(2)]
            yield case(options, batches, lambda b: scored(metric, "binary", b, 1, "micro", threshold=threshold), metric)


def confusion_cases():
    for normalize in ("none", "true", "pred", "all"):
        for ignore in (None, -1):
            for task, size, shape, tshape in (
                ("multiclass", 4, (7, 4), (7,)), ("multilabel", 3, (5, 3), (5, 3)), ("binary", 1, (8,), (8,)),
            ):
                key = {"multiclass": {"numClasses": 4}, "multilabel": {"numLabels": 3}, "binary": {}}[task]
                options = {"task": task, "normalize": normalize, "ignoreIndex": ignore, **key}
                high = 3 if task == "multiclass" else 2
                batches = [(scores(*shape), targets(high, tshape, ignore)) for _ in range(2)]
                yield case(options, batches, lambda b: confusion(task, b, size, normalize, ignore), "ConfusionMatrix")


def ranking_cases():
    for metric in ("AUROC", "AveragePrecision"):
        for ignore in (None, -1):
            for scale in (1, 6):
                batches = [(scores(12).round(1) * scale, targets(2, (12,), ignore)) for _ in range(2)]
                options = {"task": "binary", "ignoreIndex": ignore}
                yield case(options, batches, lambda b: ranking(metric, "binary", b, 1, "macro", ignore), metric)
            for average in ("macro", "weighted", "none"):
                for shape, tshape in (((9, 4), (9,)), ((3, 4, 5), (3, 5))):
                    # Ties among probabilities; none among logits, where softmax's rounding would make or break them.
                    both = (scores(*shape).round(1), scores(*shape) * 4)
                    batches = [(preds, targets(3, tshape, ignore)) for preds in both]
                    options = {"task": "multiclass", "numClasses": 4, "average": average, "ignoreIndex": ignore}
                    yield case(options, batches, lambda b: ranking(metric, "multiclass", b, 4, average, ignore), metric)
            for average in ("micro", "macro", "weighted", "none"):
                batches = [(scores(4, 3, 2).round(1), targets(2, (4, 3, 2), ignore)) for _ in range(2)]
                options = {"task": "multilabel", "numLabels": 3, "average": average, "ignoreIndex": ignore}
                yield case(options, batches, lambda b: ranking(metric, "multilabel", b, 3, average, ignore), metric)


def threshold_cases():
    """Thresholds that are given, and the area up to a false positive rate."""
    for given in (5, [0.1, 0.35, 0.7], 11):
        bars = np.linspace(0, 1, given) if isinstance(given, int) else given
        for metric, of in (("AUROC", area), ("AveragePrecision", binned_precision)):
            batches = [(scores(12).round(1), targets(2, (12,), None)) for _ in range(2)]
            value = lambda b: ranking(metric, "binary", b, 1, "macro", None, lambda pairs: of(pairs, bars))  # noqa: E731
            yield case({"task": "binary", "thresholds": given}, batches, value, metric)
            batches = [(scores(9, 4).round(1), targets(4, (9,), None)) for _ in range(2)]
            value = lambda b: ranking(metric, "multiclass", b, 4, "none", None, lambda pairs: of(pairs, bars))  # noqa: E731
            yield case({"task": "multiclass", "numClasses": 4, "average": "none", "thresholds": given}, batches, value, metric)
    for most in (0.1, 0.5, 0.9, 1.0):
        batches = [(scores(20).round(2), targets(2, (20,), None)) for _ in range(2)]

        def partial(b):
            pairs = ranked("binary", b, 1, None)[0]
            return area(pairs, [2, *{s for s, _ in pairs}], most)

        yield case({"task": "binary", "maxFpr": most}, batches, partial, "AUROC")


def samplewise_cases():
    """A value for each sample: the definitions, of one sample at a time."""

    def each(b, of):
        whole = [(sigmoid(p) if p.dtype.kind == "f" and ((p < 0) | (p > 1)).any() else p, t) for p, t in b]
        return [of([(p[i : i + 1], t[i : i + 1])]) for p, t in whole for i in range(len(t))]

    shared = {"multidimAverage": "samplewise"}
    for metric in ("Accuracy", "Precision", "Recall", "F1Score"):
        for ignore in (None, -1):
            batches = [(scores(3, 5) * 4 - 1, targets(2, (3, 5), ignore)) for _ in range(2)]
            one = (lambda b: binary(b, 0.5, ignore)) if metric == "Accuracy" else (lambda b: scored(metric, "binary", b, 1, "micro", ignore=ignore))
            yield case({"task": "binary", "ignoreIndex": ignore} | shared, batches, lambda b: each(b, one), metric)
            for average in ("micro", "macro", "weighted"):
                batches = [(scores(3, 4, 5), targets(4, (3, 5), ignore)) for _ in range(2)]
                one = (
                    (lambda b: multiclass(b, 4, average, 1, ignore)) if metric == "Accuracy"
                    else (lambda b: scored(metric, "multiclass", b, 4, average, ignore=ignore))
                )
                options = {"task": "multiclass", "numClasses": 4, "average": average, "ignoreIndex": ignore} | shared
                yield case(options, batches, lambda b: each(b, one), metric)
                batches = [(scores(3, 2, 5), targets(2, (3, 2, 5), ignore)) for _ in range(2)]
                one = (
                    (lambda b: multilabel(b, 2, average, 0.5, ignore)) if metric == "Accuracy"
                    else (lambda b: scored(metric, "multilabel", b, 2, average, ignore=ignore))
                )
                options = {"task": "multilabel", "numLabels": 2, "average": average, "ignoreIndex": ignore} | shared
                yield case(options, batches, lambda b: each(b, one), metric)


def regression_cases():
    def numbers(*shape):
        return (rng.standard_normal(shape) * 4).round(2)

    for shape in ((5,), (4, 3)):
        batches = [(numbers(*shape), numbers(*shape)) for _ in range(3)]
        for squared in (True, False):
            def mse(b, squared=squared):
                return float((differences(b) ** 2).mean() ** (1 if squared else 0.5))

            yield case({"squared": squared}, batches, mse, "MeanSquaredError")
        yield case({}, batches, lambda b: float(abs(differences(b)).mean()), "MeanAbsoluteError")
        for multioutput in ("uniform_average", "raw_values", "variance_weighted"):
            for adjusted in (0, 2):
                options = {"multioutput": multioutput, "adjusted": adjusted}
                yield case(options, batches, lambda b: r2(b, adjusted, multioutput), "R2Score")
    columns = [(numbers(4, 2), numbers(4, 2)) for _ in range(2)]
    yield case({"numOutputs": 2}, columns, lambda b: (differences(b) ** 2).mean(0).tolist(), "MeanSquaredError")
    yield case({"numOutputs": 2}, columns, lambda b: abs(differences(b)).mean(0).tolist(), "MeanAbsoluteError")
    flat = np.array([[1.0, 2], [1, 2], [1, 2]])
    constant = [(flat + np.array([0, 0.5]), flat)]
    yield case({"multioutput": "raw_values"}, constant, lambda b: r2(b, 0, "raw_values"), "R2Score")


def aggregation_cases():
    values = [(scores(3, 2), np.array(2.0)), (scores(4), scores(4)), (scores(2, 3), scores(3))]

    def total(b):
        return float(sum((v * w).sum() for v, w in b))

    def weight(b):
        return float(sum(np.broadcast_to(w, v.shape).sum() for v, w in b))

    yield case({}, values, lambda b: total(b) / weight(b), "MeanMetric")
    yield case({}, values, lambda b: float(sum(v.sum() for v, _ in b)), "SumMetric")


everything = (cases, score_cases, confusion_cases, ranking_cases, regression_cases, aggregation_cases, threshold_cases, samplewise_cases)
write(__file__, {"cases": lambda: [case for of in everything for case in of()]})
