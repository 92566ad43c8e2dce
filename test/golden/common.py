"""What the golden scripts share: they write rows that hold on every processor, and leave alone what is written.

PyTorch's float32 numbers depend on the kernels that it chooses for a processor. So a script runs itself once under every
setting that the processor has (`RUNS`), one after the other on one thread. A file says in `made` where its rows come from:
the processor, the settings it ran under (`runs`) and those it has not (`without`); and in `spread`, for each section, how
far its rows are apart between all these settings, in units of the last place of the largest number of a list: of float32,
or of float64 where a list of doubles is within `SAME` of its units. 0 says that they are equal, as all must be that holds
no such arithmetic: texts, dtypes, refusals, integers. A row that is a dict or a list says so itself where it is not 0:
`ulp`, in a dict that ends a list; and `by` is the place in `made` of who made it, unless the first. A test allows `ulp`
beside its own bound (ulp.ts).

A row is one line. One that is in the file stays as it is, byte for byte, while what PyTorch gives here is that row but for
rounding; a script adds what is new and drops what it no longer asks. What differs by more than rounding stays, is reported
and fails. `--measure` widens `ulp` to what this processor gives and leaves the numbers; `--renew` makes every row anew.

    from common import write
    write(__file__, {"steps": steps, "curves": curves})      # functions that give lists, or dicts, of rows

A list of `answers` in a row is written as its different texts and their numbers. In a row, the member `HIDDEN` of a dict, or of one that ends a list, holds the numbers behind a digest: they are compared
between settings and not written.
"""

import base64
import collections
import gzip
import json
import math
import os
import pathlib
import platform
import re
import struct
import subprocess
import sys
import tempfile
import types
import unittest

import torch

assert torch.__version__.startswith("2.13"), torch.__version__
torch.set_num_threads(1)

# What torch.testing's databases import and do not need for this.
expecttest = types.ModuleType("expecttest")
expecttest.TestCase = unittest.TestCase
sys.modules.setdefault("expecttest", expecttest)

CAPABILITIES = ["default", "avx2", "avx512"]
# Twice MKL's, with its kernels for every processor and those of this one.
RUNS = [(capability, bits) for bits in ("", "COMPATIBLE") for capability in CAPABILITIES]
# What is further apart than this is another row. (Measured: the settings of one processor are up to 40 apart where a loss
# was followed for 35 steps.)
SAME = 256
FLOAT32, FLOAT64 = 2.0**-23, 2.0**-52
# Seconds for one run of a script.
LIMIT = 1800
HIDDEN = "_"
NOTES = ("ulp", "by", HIDDEN)
NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?(?![\w.])")
PACKED = re.compile(r"[fdqi] [\d,]*:[\w+/= -]*")
# What a line may have in another way and be the same row: numbers, packed numbers, hexadecimal.
VARIABLE = re.compile(rf'"{PACKED.pattern}"|(?<=")[0-9a-f]{{8,}}(?: [0-9a-f]{{8,}})*(?=")|{NUMBER.pattern}')


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


# --- Tensors as text -------------------------------------------------------------------------------------------------


def packed(x):
    """A tensor as text: dtype, shape, and its bytes in base64 (`q`: int16 multiples of 2^-11)."""
    x = x.detach().contiguous()
    shape = ",".join(map(str, x.shape))
    if not x.is_floating_point():
        return f"i {shape}:{' '.join(map(str, x.flatten().tolist()))}"
    # One NaN for all.
    x = torch.where(x.isnan(), math.nan, x)
    if x.dtype == torch.float64:
        return f"d {shape}:{base64.b64encode(x.numpy().tobytes()).decode()}"
    scaled = x.double() * 2048
    if x.numel() and torch.equal(scaled, scaled.round()) and scaled.abs().max() < 32768 and not (scaled.signbit() & (scaled == 0)).any():
        return f"q {shape}:{base64.b64encode(scaled.to(torch.int16).numpy().tobytes()).decode()}"
    return f"f {shape}:{base64.b64encode(x.numpy().tobytes()).decode()}"


def unpacked(text):
    kind, body = text[0], text[text.index(":") + 1 :]
    if kind == "i":
        return [int(each) for each in body.split()]
    data = base64.b64decode(body)
    code, size = {"f": ("f", 4), "d": ("d", 8), "q": ("h", 2)}[kind]
    values = struct.unpack(f"<{len(data) // size}{code}", data)
    return [value / 2048 for value in values] if kind == "q" else list(values)


# --- How far rows are apart ------------------------------------------------------------------------------------------


def single(x):
    """Whether x is a float32, or one of which nine digits were written."""
    try:
        return not math.isfinite(x) or abs(struct.unpack("f", struct.pack("f", x))[0] - x) <= 5e-9 * abs(x)
    except OverflowError:
        return False


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
    # The common case, in little time; to Python, True is 1 and 1 is 1.0.
    if a == b and line(a) == line(b):
        return 0
    if isinstance(a, dict):
        if list(a) != list(b):
            return math.inf
        floats = a.get("t") in ("d", "f") and isinstance(a.get("v"), list)
        return max((apart_numbers(a[key], b[key], True) if floats and key == "v" else apart(a[key], b[key])
                    for key in a if key not in LOOSE), default=0)
    if isinstance(a, list):
        if len(a) != len(b):
            return math.inf
        if a and all(map(is_number, a)) and all(map(is_number, b)):
            return apart_numbers(a, b)
        return max((apart(x, y) for x, y in zip(a, b)), default=0)
    return apart_texts(a, b) if isinstance(a, str) else math.inf


def apart_texts(a, b):
    """Of texts with numbers in them; 'f32 2: 1 2' is a tensor, whose numbers are floats even if they are whole."""
    if PACKED.fullmatch(a) and PACKED.fullmatch(b):
        return apart_numbers(unpacked(a), unpacked(b)) if a[2 : a.index(":")] == b[2 : b.index(":")] else math.inf
    if NUMBER.sub("#", a) != NUMBER.sub("#", b):
        return math.inf
    worst = 0
    for x, y in zip(re.split(r" \| |, |[\[\]\n]", a), re.split(r" \| |, |[\[\]\n]", b)):
        if x != y:
            floats = re.match(r"f(?:32|64) [\d,]*:", x)
            begin = floats.end() if floats else 0
            numbers = [[float(n) if floats or not n.lstrip("-+").isdigit() else int(n) for n in NUMBER.findall(each[begin:])]
                       for each in (x, y)]
            worst = max(worst, apart_numbers(*numbers) if x[:begin] == y[:begin] else math.inf)
    return worst


def apart_numbers(a, b, floats=False):
    """`floats`: an int is a float that was whole; texts beside them are 'nan' and the infinities."""
    if len(a) != len(b):
        return math.inf
    differing = [(x, y) for x, y in zip(a, b) if x != y and not (x != x and y != y)]
    if not differing:
        return 0
    if any(not (is_number(x) and is_number(y)) or x - y != x - y or not (floats or isinstance(x, float) or isinstance(y, float))
           for x, y in differing):
        return math.inf
    finite = [x for x in [*a, *b] if is_number(x) and math.isfinite(x)]
    largest = max(map(abs, finite))
    distance = max(abs(x - y) for x, y in differing) / 2.0 ** math.floor(math.log2(largest))
    # A float64 that was summed up of float32 is as far off as these.
    double = distance / FLOAT64 <= SAME and not all(map(single, finite))
    return distance / (FLOAT64 if double else FLOAT32)


# --- Rows ------------------------------------------------------------------------------------------------------------


def line(row):
    """JSON, where Infinity is 1e999."""
    text = json.dumps(row, separators=(",", ":"), ensure_ascii=False)
    return re.sub(r"(?<=[:,\[-])Infinity(?=[,\]}])", "1e999", text)


def interned(row):
    """A row with each different text of its `answers` once, in `texts`, and in `want` their numbers; -1 for None."""
    if not isinstance(row, dict) or "answers" not in row:
        return row
    texts = {}
    want = [-1 if each is None else texts.setdefault(each, len(texts)) for each in row["answers"]]
    written = {key: value for key, value in row.items() if key not in ("answers", *NOTES)}
    return {**written, "texts": list(texts), "want": want, **notes(row)}


def spelled(row):
    """A row as the scripts give it: the inverse of `interned`."""
    if not isinstance(row, dict) or "want" not in row:
        return row
    answers = [None if at < 0 else row["texts"][at] for at in row["want"]]
    written = {key: value for key, value in row.items() if key not in ("texts", "want", *NOTES)}
    return {**written, "answers": answers, **notes(row)}


def skeleton(row):
    """What of a row is the same wherever it is made."""
    return VARIABLE.sub("#", line(row))


def notes(row):
    """What is written about a row."""
    last = row[-1] if isinstance(row, list) and row else row
    return {key: last[key] for key in NOTES if key in last} if isinstance(last, dict) else {}


def bare(row):
    """A row without what is written about it."""
    found = notes(row)
    if not found:
        return row
    if isinstance(row, list):
        return row[:-1]
    return {key: value for key, value in row.items() if key not in found}


def noted(row, spread, place):
    """A row with how far it is apart, and who made it."""
    about = {**({"ulp": math.ceil(spread)} if spread else {}), **({"by": place} if place else {})}
    if not about or not isinstance(row, (dict, list)):
        return row
    return [*row, about] if isinstance(row, list) else {**row, **about}


def between(row, other):
    """How far two settings are apart in a row, by its hidden numbers where it has such."""
    a, b = bare(row), bare(other)
    hidden = notes(row).get(HIDDEN)
    if hidden is None or a == b or skeleton(a) != skeleton(b):
        return apart(a, b)
    return apart(hidden, notes(other)[HIDDEN])


def reference(done):
    """The setting whose numbers are written: what PyTorch does by itself on the processor."""
    return [name for name in done if "MKL_CBWR" not in name][-1]


def pairs(rows):
    """Rows of a list or a dict, with their keys."""
    return list(rows.items()) if isinstance(rows, dict) else list(enumerate(rows))


def found_in(old, rows):
    """For each row the place where the file has it but for rounding, and those left where it has it with other numbers."""
    same, other = {}, {}
    keyed = isinstance(rows, dict)
    places = collections.defaultdict(list)
    for at, row in pairs(old):
        places[at if keyed else skeleton(bare(row))].append(at)
    keys = {key: key if keyed else skeleton(bare(row)) for key, row in pairs(rows)}
    written = {at: bare(row) for at, row in pairs(old)}
    for matches in (lambda at, row: written[at] == row, lambda at, row: apart(written[at], row) < SAME):
        for key, row in pairs(rows):
            free = places.get(keys[key], [])
            at = None if key in same else next((at for at in free if matches(at, bare(row))), None)
            if at is not None:
                same[key] = at
                free.remove(at)
    for key, _ in pairs(rows):
        free = places.get(keys[key], [])
        if key not in same and free:
            other[key] = free.pop(0)
    return same, other, sum(map(len, places.values()))


# --- Files -----------------------------------------------------------------------------------------------------------


def run_all(script):
    """What the script gives under every setting that there is."""
    found, done, left = [], [], []
    for capability, bits in RUNS:
        name = capability + (f" MKL_CBWR={bits}" if bits else "")
        if not available(capability):
            left.append(name)
            continue
        with tempfile.NamedTemporaryFile() as file:
            # PyTorch draws some samples from sets of strings, whose order changes with every start of Python.
            env = {**os.environ, "ATEN_CPU_CAPABILITY": capability, "GOLDEN_CHILD": file.name, "OMP_NUM_THREADS": "1",
                   "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
            env.pop("MKL_CBWR", None)
            if bits:
                env["MKL_CBWR"] = bits
            subprocess.run([sys.executable, script], env=env, check=True, stdout=subprocess.DEVNULL, timeout=LIMIT)
            found.append(json.loads(pathlib.Path(file.name).read_text()))
            done.append(name)
    return found, done, left


def write(script, sections, target=None):
    """Writes the rows of all sections into `target`, the script's name with `.json` unless told otherwise."""
    name = target or pathlib.Path(script).with_suffix(".json").name
    write_files(script, lambda: {name: {section: rows() for section, rows in sections.items()}})


def write_files(script, build):
    """Writes what `build` gives: for each file its sections and their rows. A name that ends in .gz is compressed."""
    child = os.environ.get("GOLDEN_CHILD")
    if child:
        pathlib.Path(child).write_text(json.dumps(build()))
        return
    found, done, left = run_all(script)
    here = {"torch": torch.__version__.split("+")[0], "processor": processor()[0], "runs": done, "without": left}
    differing = 0
    for name in found[0]:
        path = pathlib.Path(script).parent / name
        differing += write_file(path, [each[name] for each in found], done.index(reference(done)), here)
    if differing:
        sys.exit(f"{differing} rows differ from what PyTorch gives here by more than rounding; --renew writes them anew")


def read(path):
    data = path.read_bytes() if path.exists() else b"{}"
    return json.loads(gzip.decompress(data) if path.suffix == ".gz" and path.exists() else data)


def write_file(path, found, first, here):
    """Writes one file from what was found under each setting; gives how many rows differ from it."""
    old = {} if "--renew" in sys.argv else read(path)
    made = old.get("made", [])
    place = made.index(here) if here in made else len(made)
    counts = collections.Counter()
    spreads, blocks = {}, []
    for name, rows in found[first].items():
        before = old.get(name, {} if isinstance(rows, dict) else [])
        before = {key: spelled(row) for key, row in before.items()} if isinstance(before, dict) else [*map(spelled, before)]
        same, other, dropped = found_in(before, rows)
        counts["dropped"] += dropped
        spreads[name] = old.get("spread", {}).get(name, 0)
        lines = []
        for key, row in pairs(rows):
            kept = same.get(key, other.get(key))
            if kept is None:
                what, spread = "written", max(between(row, each[name][key]) for each in found)
                text = noted(bare(row), spread, place)
            else:
                what, text = "kept" if key in same else "different", before[kept]
                spread = notes(text).get("ulp", 0)
                if "--measure" in sys.argv and key in same:
                    widest = max(apart(bare(text), bare(each[name][key])) for each in found)
                    if widest == math.inf:
                        widest = max(between(row, each[name][key]) for each in found)
                    if math.ceil(widest) > spread:
                        what, spread = "measured", widest
                        text = noted(bare(text), widest, notes(text).get("by", 0))
            if spread == math.inf:
                sys.exit(f"{path.name}: {name} {key} differs between settings by more than rounding")
            counts[what] += 1
            if what == "different":
                print(f"{path.name}: {name} {key} is not as here: {line(bare(row))[:300]}")
            spreads[name] = max(spreads[name], math.ceil(spread))
            text = line(interned(text))
            lines.append(f"{json.dumps(key)}:{text}" if isinstance(rows, dict) else text)
        opening, closing = ("{", "}") if isinstance(rows, dict) else ("[", "]")
        blocks.append(f'"{name}":{opening}\n' + ",\n".join(lines) + f"\n{closing}")
    if here not in made and (counts["written"] or "--measure" in sys.argv):
        made = [*made, here]
    head = '"made":[\n' + ",\n".join(map(line, made)) + f'\n],\n"spread":{line(spreads)}'
    text = ("{" + ",\n".join([head, *blocks]) + "}\n").encode()
    zipped = path.suffix == ".gz"
    if not path.exists() or (gzip.decompress(path.read_bytes()) if zipped else path.read_bytes()) != text:
        path.write_bytes(gzip.compress(text, 9, mtime=0) if zipped else text)
    print(f"{path.name}: {', '.join(f'{n} rows {what}' for what, n in counts.items() if n)}, under {', '.join(here['runs'])}")
    return counts["different"]
