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

A list of `answers` in a row is written as its different texts and their numbers. In a row, the member `HIDDEN` of a dict, or
of one that ends a list, holds the numbers behind a digest: they are compared between settings and not written.
"""

import collections
import gzip
import json
import math
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import types
import unittest

import torch
from apart import NUMBER, PACKED, SAME, apart, line, packed  # noqa: F401

assert torch.__version__.startswith("2.13"), torch.__version__
torch.set_num_threads(1)

# What torch.testing's databases import and do not need for this.
expecttest = types.ModuleType("expecttest")
expecttest.TestCase = unittest.TestCase
sys.modules.setdefault("expecttest", expecttest)

CAPABILITIES = ["default", "avx2", "avx512"]
# Twice MKL's, with its kernels for every processor and those of this one.
RUNS = [(capability, bits) for bits in ("", "COMPATIBLE") for capability in CAPABILITIES]
# Seconds for one run of a script.
LIMIT = 1800
HIDDEN = "_"
NOTES = ("ulp", "by", HIDDEN)
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


# --- Rows ------------------------------------------------------------------------------------------------------------


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
    if not isinstance(row, dict) or not {"texts", "want"} <= set(row):
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


# What `agreed` was given under the reference setting, and under another what is left of that.
given = []
awaited = json.loads(pathlib.Path(os.environ["GOLDEN_AGREED"]).read_text()) if "GOLDEN_AGREED" in os.environ else None


def agreed(values):
    """
    Numbers that a script rounds before it gives them to PyTorch, as they are under the reference setting: under another
    the last bit of a draw may turn the rounding over, and the row would answer another question.
    """
    if awaited is None:
        given.append(values)
        return values
    same = awaited.pop(0)
    if len(same) != len(values) or any(abs(x - y) > 1e-2 * abs(x) + 1e-2 for x, y in zip(same, values)):
        raise RuntimeError("the script asks something else under another setting")
    return same


def run_one(script, capability, bits, asked):
    """What the script gives under a setting, and what it asked; `asked` is what it is to ask."""
    with tempfile.TemporaryDirectory() as folder:
        out, agreement = pathlib.Path(folder, "out"), pathlib.Path(folder, "agreed")
        # PyTorch draws some samples from sets of strings, whose order changes with every start of Python.
        env = {**os.environ, "ATEN_CPU_CAPABILITY": capability, "GOLDEN_CHILD": str(out), "OMP_NUM_THREADS": "1",
               "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
        env.pop("MKL_CBWR", None)
        if bits:
            env["MKL_CBWR"] = bits
        if asked is not None:
            agreement.write_text(json.dumps(asked))
            env["GOLDEN_AGREED"] = str(agreement)
        subprocess.run([sys.executable, script], env=env, check=True, stdout=subprocess.DEVNULL, timeout=LIMIT)
        return json.loads(out.read_text())


def run_all(script):
    """What the script gives under every setting that there is, the reference setting first."""
    settings = {capability + (f" MKL_CBWR={bits}" if bits else ""): (capability, bits) for capability, bits in RUNS}
    done = [name for name, (capability, _) in settings.items() if available(capability)]
    first = reference(done)
    found = {first: run_one(script, *settings[first], None)}
    for name in done:
        if name != first:
            found[name] = run_one(script, *settings[name], found[first]["asked"])
    return [found[name]["files"] for name in done], done, [name for name in settings if name not in done]


def write(script, sections, target=None):
    """Writes the rows of all sections into `target`, the script's name with `.json` unless told otherwise."""
    name = target or pathlib.Path(script).with_suffix(".json").name
    write_files(script, lambda: {name: {section: rows() for section, rows in sections.items()}})


def write_files(script, build):
    """Writes what `build` gives: for each file its sections and their rows. A name that ends in .gz is compressed."""
    child = os.environ.get("GOLDEN_CHILD")
    if child:
        pathlib.Path(child).write_text(json.dumps({"files": build(), "asked": given}))
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
