"""What the golden scripts share: they write rows that hold on every processor, and leave alone what is written.

PyTorch's float32 numbers depend on the kernels that it chooses for a processor. So a script runs itself once under every
setting that the processor has (`RUNS`), and each row says how far its numbers are apart: `ulp`, in units of the last place
of the largest number of its list. A test allows as much beside its own bound. `made` says where rows come from; a row that
another than the first made has its place in that list as `by`.

A row that is in the file stays as it is, byte for byte, while what PyTorch gives here is that row but for rounding: a
script that is run alone adds what is new and rewrites what changed. `--measure` widens `ulp` to what this processor gives
and leaves the numbers; `--all` makes every row anew.

    from common import write
    write(__file__, {"steps": steps, "curves": curves})      # functions that give lists, or dicts, of rows
"""

import json
import math
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

import torch

assert torch.__version__.startswith("2.13"), torch.__version__
torch.set_num_threads(1)

CAPABILITIES = ["default", "avx2", "avx512"]
# Twice MKL's, with its kernels for every processor and those of this one.
RUNS = [(capability, bits) for bits in ("", "COMPATIBLE") for capability in CAPABILITIES]
# What is further apart than this is another row. (Measured: the settings of one processor are up to 40 apart where a loss
# was followed for 35 steps.)
SAME = 256
FLOAT32, FLOAT64 = 2.0**-23, 2.0**-52


def processor():
    """The processor's name and what vectors it has."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine(), set()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    return fields.get("model name", platform.machine()), set(fields.get("flags", "").split())


def available(capability):
    """Whether the processor runs a capability: PyTorch itself does not ask, and dies of it."""
    flags = processor()[1]
    if capability == "avx2":
        return "avx2" in flags
    return capability == "default" or {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= flags


def single(x):
    """Whether x is a float32, or one of which nine digits were written."""
    return not math.isfinite(x) or abs(torch.tensor(x, dtype=torch.float32).item() - x) <= 5e-9 * abs(x)


def is_number(x):
    return isinstance(x, (int, float)) and not isinstance(x, bool)


# Members of rows that say how far something was off, in two digits: no numbers to compare.
LOOSE = ("drift",)


def apart(a, b):
    """How far two rows are apart in ULP; infinity where they differ in anything but rounding."""
    if is_number(a) and is_number(b):
        return apart_numbers([a], [b])
    if type(a) is not type(b):
        return math.inf
    if isinstance(a, dict):
        if list(a) != list(b):
            return math.inf
        return max((apart(a[key], b[key]) for key in a if key not in LOOSE), default=0)
    if isinstance(a, list):
        if len(a) != len(b):
            return math.inf
        if a and all(map(is_number, a)) and all(map(is_number, b)):
            return apart_numbers(a, b)
        return max((apart(x, y) for x, y in zip(a, b)), default=0)
    return 0 if a == b else math.inf


def apart_numbers(a, b):
    differing = [(x, y) for x, y in zip(a, b) if x != y and not (x != x and y != y)]
    if not differing:
        return 0
    floats = [x for x in [*a, *b] if isinstance(x, float) and math.isfinite(x)]
    if any(not (isinstance(x, float) and isinstance(y, float)) or x - y != x - y for x, y in differing):
        return math.inf
    largest = max(map(abs, floats))
    distance = max(abs(x - y) for x, y in differing) / 2.0 ** math.floor(math.log2(largest))
    # A float64 that was summed up of float32 is as far off as these.
    double = not all(map(single, floats)) and distance / FLOAT64 < 2**24
    return distance / (FLOAT64 if double else FLOAT32)


def line(row):
    return json.dumps(row, separators=(",", ":"), ensure_ascii=False)


def build(sections):
    """All rows as they come out of JSON."""
    return json.loads(json.dumps({name: rows() for name, rows in sections.items()}))


def run_all(script):
    """What the script gives under every setting that there is."""
    found, done, left = [], [], []
    for capability, bits in RUNS:
        name = capability + (f" MKL_CBWR={bits}" if bits else "")
        if not available(capability):
            left.append(name)
            continue
        with tempfile.NamedTemporaryFile() as file:
            env = {**os.environ, "ATEN_CPU_CAPABILITY": capability, "GOLDEN_CHILD": file.name, "OMP_NUM_THREADS": "1"}
            env.pop("MKL_CBWR", None)
            if bits:
                env["MKL_CBWR"] = bits
            subprocess.run([sys.executable, script], env=env, check=True, stdout=subprocess.DEVNULL)
            found.append(json.loads(pathlib.Path(file.name).read_text()))
            done.append(name)
    return found, done, left


def pairs(rows):
    """Rows of a list or a dict, with their keys."""
    return list(rows.items()) if isinstance(rows, dict) else list(enumerate(rows))


def bare(row):
    """A row without what is written about it."""
    return {key: value for key, value in row.items() if key not in ("ulp", "by")} if isinstance(row, dict) else row


def write(script, sections, target=None):
    """Writes the rows of all sections into `target`, the script's name with `.json` unless told otherwise."""
    child = os.environ.get("GOLDEN_CHILD")
    if child:
        pathlib.Path(child).write_text(json.dumps(build(sections)))
        return
    path = pathlib.Path(target) if target else pathlib.Path(script).with_suffix(".json")
    old = json.loads(path.read_text()) if path.exists() and "--all" not in sys.argv else {}
    old = old if isinstance(old, dict) else {next(iter(sections)): old}
    found, done, left = run_all(script)
    here = {"torch": torch.__version__.split("+")[0], "processor": processor()[0], "runs": done}
    if left:
        here["without"] = left
    made = old.get("made", [{"torch": here["torch"], "processor": "not noted"}] if old else [])
    place = made.index(here) if here in made else len(made)
    counts = {"kept": 0, "measured": 0, "written": 0}
    measuring = "--measure" in sys.argv

    def lines(name):
        first = done.index(reference(done))
        before = dict(pairs(old.get(name, [])))
        for key, row in pairs(found[first][name]):
            every = [dict(pairs(each[name]))[key] for each in found]
            at = place_of(row, before, key)
            if at is None:
                counts["written"] += 1
                spread = max(apart(row, each) for each in every)
                if spread == math.inf:
                    raise SystemExit(f"{path.name}: {name} {key} differs between settings by more than rounding")
                row = noted(row, spread, place)
            else:
                row = before[at]
                widest = max(apart(bare(row), each) for each in every)
                if measuring and isinstance(row, dict) and widest > row.get("ulp", 0):
                    counts["measured"] += 1
                    row = noted(bare(row), widest, row.get("by", 0))
                else:
                    counts["kept"] += 1
            yield f"{json.dumps(key)}:{line(row)}" if isinstance(found[0][name], dict) else line(row)

    blocks = []
    for name in sections:
        opening, closing = ("{", "}") if isinstance(found[0][name], dict) else ("[", "]")
        blocks.append(f'"{name}":{opening}\n' + ",\n".join(lines(name)) + f"\n{closing}")
    if counts["written"] + counts["measured"] and here not in made:
        made = [*made, here]
    text = "{" + f'"made":[\n' + ",\n".join(map(line, made)) + "\n],\n" + ",\n".join(blocks) + "}\n"
    path.write_text(text)
    print(f"{path.name}: {', '.join(f'{n} rows {what}' for what, n in counts.items())}, under {', '.join(done)}")


def noted(row, spread, place):
    """A row with how far it is apart, and who made it."""
    if not isinstance(row, dict):
        return row
    return {**row, **({"ulp": math.ceil(spread)} if spread else {}), **({"by": place} if place else {})}


def reference(done):
    """The setting whose numbers are written: what PyTorch does by itself on the processor."""
    return [name for name in done if "MKL_CBWR" not in name][-1]


def place_of(row, before, key):
    """Where the file has a row that differs in rounding alone: at its own place first, elsewhere if it moved."""
    if key in before and apart(bare(before[key]), row) < SAME:
        return key
    moved = isinstance(key, int)
    return next((at for at in before if moved and apart(bare(before[at]), row) < SAME), None)
