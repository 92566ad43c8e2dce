"""The lessons of examples/course/ in PyTorch: what each prints, for test/examples/course.test.ts to compare with.

A lesson `03-name.ts` has its twin in course/03_name.py, the same program line by line. Run with a Python that has torch
2.13: `python test/golden/course.py` runs them all and writes course.json beside it, { lesson: printed text }.
"""

import contextlib
import io
import json
import os
import pathlib
import runpy

import torch

assert torch.__version__.startswith("2.13"), torch.__version__
torch.set_num_threads(1)

HERE = pathlib.Path(__file__).parent
# As in a lesson, paths of data begin at the root of the project.
os.chdir(HERE.parent.parent)

printed = {}
for twin in sorted((HERE / "course").glob("*.py")):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        runpy.run_path(str(twin), run_name="__main__")
    printed[twin.stem.replace("_", "-")] = out.getvalue()

(HERE / "course.json").write_text(json.dumps(printed, indent=1, ensure_ascii=False) + "\n")
