"""How far golden rows are apart: numbers, texts with numbers in them, tensors packed as text."""

import base64
import json
import math
import re
import struct

import torch

# What is further apart than this is another row. (Measured: the settings of one processor are up to 40 apart where a loss
# was followed for 35 steps.)
SAME = 256
FLOAT32, FLOAT64 = 2.0**-23, 2.0**-52
# The unit is that of the largest number of a list, or of this, where a script's test allows that: of gradients that are
# what is left of operands about 1, say.
least = 0.0
NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?(?![\w.])")
PACKED = re.compile(r"[fdqi] [\d,]*:[\w+/= -]*")


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
    # One that is written as an int was whole, beside others that were not.
    floats = floats or any(isinstance(x, float) for x in [*a, *b])
    if any(not (is_number(x) and is_number(y)) or x - y != x - y or not floats for x, y in differing):
        return math.inf
    finite = [x for x in [*a, *b] if is_number(x) and math.isfinite(x)]
    largest = max(least, *map(abs, finite))
    distance = max(abs(x - y) for x, y in differing) / 2.0 ** math.floor(math.log2(largest))
    # A float64 that was summed up of float32 is as far off as these.
    double = distance / FLOAT64 <= SAME and not all(map(single, finite))
    return distance / (FLOAT64 if double else FLOAT32)


def line(row):
    """JSON, where Infinity is 1e999."""
    text = json.dumps(row, separators=(",", ":"), ensure_ascii=False)
    return re.sub(r"(?<=[:,\[-])Infinity(?=[,\]}])", "1e999", text)
