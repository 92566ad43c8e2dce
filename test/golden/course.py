"""The lessons of examples/course/ in PyTorch: what each prints, for test/examples/course.test.ts to compare with.

A lesson `03-name.ts` has its twin in course/03_name.py, the same program line by line; a row is what it prints.
"""

import contextlib
import io
import os
import pathlib
import runpy

from common import write

HERE = pathlib.Path(__file__).resolve().parent
# As in a lesson, paths of data begin at the root of the project.
ROOT = HERE.parent.parent


def printed():
    os.chdir(ROOT)
    found = {}
    for twin in sorted((HERE / "course").glob("*.py")):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            runpy.run_path(str(twin), run_name="__main__")
        found[twin.stem.replace("_", "-")] = out.getvalue()
    return found


write(__file__, {"printed": printed})
