/** `torch.testing.assertClose`: PyTorch's tolerances and messages. */

import { toDtype } from '../ops/create/copy.ts';
import { isclose } from '../ops/elementwise/closeness.ts';
import { detach } from '../ops/view/view.ts';
import { describe, isOptions } from '../tensor/args.ts';
import { type DType, float32, float64, promote } from '../tensor/dtype.ts';
import { pythonNumber, pythonTuple } from '../tensor/python-text.ts';
import { tidy } from '../tensor/scope.ts';
import { sameDims } from '../tensor/shape.ts';
import { type BoundRecord, bindRecord } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';

const SIGNATURE =
  'assertClose(actual: any, expected: any, *, rtol: float? = null, atol: float? = null, equalNan: bool = false, checkDtype: bool = true, checkStride: bool = false, msg: any = null)';

/** What `assertClose` takes besides what it compares. */
export interface CloseOptions {
  /** Relative tolerance; with `atol`, or neither. By default that of the dtype: 1.3e-6 of float32, 1e-7 of float64, else 0. */
  rtol?: number;
  /** Absolute tolerance: 1e-5 of float32, 1e-7 of float64, else 0. */
  atol?: number;
  /** Whether NaN is close to NaN; default false. */
  equalNan?: boolean;
  /** Whether dtypes must be the same; default true. */
  checkDtype?: boolean;
  /** Whether strides must be the same; default false. */
  checkStride?: boolean;
  /** What the error says, or a function that makes it of what it would say. */
  msg?: string | ((message: string) => string);
}

type Given = BoundRecord<typeof SIGNATURE>;
type Path = readonly (string | number)[];

function fail(given: Given, path: Path, message: string): never {
  const { msg } = given;
  const place =
    path.length > 0
      ? `\n\nThe failure occurred for item ${path.map((key) => `[${typeof key === 'string' ? `'${key}'` : key}]`).join('')}`
      : '';
  const text =
    typeof msg === 'function' ? String(msg(message + place)) : typeof msg === 'string' ? msg : message + place;
  throw Object.assign(new Error(text), { name: 'AssertionError' });
}

/** PyTorch's default tolerances of a dtype. */
function tolerancesOf(dtype: DType): [rtol: number, atol: number] {
  if (dtype === float32) return [1.3e-6, 1e-5];
  return dtype === float64 ? [1e-7, 1e-7] : [0, 0];
}

function tolerances(given: Given, ...dtypes: DType[]): [rtol: number, atol: number] {
  const { rtol, atol } = given;
  if (rtol !== null && atol !== null) return [rtol, atol];
  const all = dtypes.map(tolerancesOf);
  return [Math.max(...all.map(([each]) => each)), Math.max(...all.map(([, each]) => each))];
}

/** The end of a message: the largest differences, and what was allowed. */
function differences(absolute: string, relative: string, rtol: number, atol: number): string {
  const allowed = (most: number): string => (rtol === 0 && atol === 0 ? '' : ` (up to ${pythonNumber(most)} allowed)`);
  return `${absolute}${allowed(atol)}\n${relative}${allowed(rtol)}`;
}

const verdict = (what: string, rtol: number, atol: number): string =>
  `${what} are not ${rtol === 0 && atol === 0 ? 'equal' : 'close'}!`;

/** What is said of two numbers that are not close; `show` writes them and their difference. */
function sayNumbers(
  actual: number,
  expected: number,
  rtol: number,
  atol: number,
  show: (value: number) => string,
): string {
  const difference = Math.abs(actual - expected);
  const relative = expected === 0 ? Infinity : difference / Math.abs(expected);
  const said = differences(
    `Absolute difference: ${show(difference)}`,
    `Relative difference: ${pythonNumber(relative)}`,
    rtol,
    atol,
  );
  return `${verdict('Scalars', rtol, atol)}\n\nExpected ${show(expected)} but got ${show(actual)}.\n${said}`;
}

function compareNumbers(actual: number, expected: number, given: Given, path: Path): void {
  const [rtol, atol] = tolerances(given, float64);
  const bothNan = Number.isNaN(actual) && Number.isNaN(expected);
  const difference = Math.abs(actual - expected);
  const close = actual === expected || (Number.isFinite(difference) && difference <= atol + rtol * Math.abs(expected));
  if (close || (bothNan && given.equalNan)) return;
  fail(given, path, sayNumbers(actual, expected, rtol, atol, pythonNumber));
}

/** The position of element `i` of a shape. */
function positionOf(i: number, dims: readonly number[]): number[] {
  let rest = i;
  return dims
    .toReversed()
    .map((size) => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    })
    .toReversed();
}

function compareTensors(actual: Tensor, expected: Tensor, given: Given, path: Path): void {
  const attribute = (name: string, a: unknown, b: unknown): never =>
    fail(given, path, `The values for attribute '${name}' do not match: ${a} != ${b}.`);
  if (!sameDims(actual.dims, expected.dims)) attribute('shape', actual.shape, expected.shape);
  if (given.checkStride && !sameDims(actual.strides, expected.strides)) {
    attribute('stride()', pythonTuple(actual.strides), pythonTuple(expected.strides));
  }
  if (given.checkDtype && actual.dtype !== expected.dtype) attribute('dtype', actual.dtype, expected.dtype);
  const [rtol, atol] = tolerances(given, actual.dtype, expected.dtype);
  const dtype = promote(actual.dtype, expected.dtype);
  const [a, b, matches] = tidy(() => {
    const [x, y] = [actual, expected].map((each) => toDtype(detach(each), dtype));
    return [x, y, isclose(x, y, rtol, atol, given.equalNan)].map((each) => each.toTypedArray());
  });
  const wrong = Array.from(matches.keys()).filter((i) => !matches[i]);
  if (wrong.length === 0) return;
  if (actual.dims.length === 0) {
    fail(
      given,
      path,
      sayNumbers(Number(a[0]), Number(b[0]), rtol, atol, dtype.isFloatingPoint ? pythonNumber : String),
    );
  }
  // In the dtype's own precision, as PyTorch reckons.
  const round = dtype === float32 ? Math.fround : Number;
  const absolute = wrong
    .map((i) =>
      typeof a[i] === 'bigint'
        ? Number(BigInt.asIntN(64, a[i] - (b[i] as bigint)))
        : round((a[i] as number) - (b[i] as number)),
    )
    .map(Math.abs);
  const relative = wrong.map((i, j) => {
    const quotient = absolute[j] / Math.abs(Number(b[i]));
    return dtype === float64 ? quotient : Math.fround(quotient);
  });
  const greatest = (values: readonly number[]): [value: string, at: string] => {
    let best = 0;
    values.forEach((value, i) => {
      if (!Number.isNaN(values[best]) && (Number.isNaN(value) || value > values[best])) best = i;
    });
    const isWhole = !dtype.isFloatingPoint && values === absolute;
    return [
      isWhole ? String(values[best]) : pythonNumber(values[best]),
      ` at index ${pythonTuple(positionOf(wrong[best], actual.dims))}`,
    ];
  };
  const [most, where] = greatest(absolute);
  const [mostRelative, whereRelative] = greatest(relative);
  const share = ((100 * wrong.length) / actual.count).toFixed(1);
  fail(
    given,
    path,
    `${verdict('Tensor-likes', rtol, atol)}\n\nMismatched elements: ${wrong.length} / ${actual.count} (${share}%)\n` +
      differences(
        `Greatest absolute difference: ${most}${where}`,
        `Greatest relative difference: ${mostRelative}${whereRelative}`,
        rtol,
        atol,
      ),
  );
}

function compare(actual: unknown, expected: unknown, given: Given, path: Path): void {
  if (actual instanceof Tensor && expected instanceof Tensor) compareTensors(actual, expected, given, path);
  else if (Array.isArray(actual) && Array.isArray(expected)) {
    if (actual.length !== expected.length) {
      fail(given, path, `The length of the sequences mismatch: ${actual.length} != ${expected.length}`);
    }
    actual.forEach((each, i) => {
      compare(each, expected[i], given, [...path, i]);
    });
  } else if (isOptions(actual) && isOptions(expected)) {
    const list = (keys: string[]): string =>
      `[${keys
        .sort()
        .map((key) => `'${key}'`)
        .join(', ')}]`;
    const missing = Object.keys(expected).filter((key) => !Object.hasOwn(actual, key));
    const more = Object.keys(actual).filter((key) => !Object.hasOwn(expected, key));
    if (missing.length + more.length > 0) {
      fail(
        given,
        path,
        `The keys of the mappings do not match:\nMissing keys in the actual mapping: ${list(missing)}\n` +
          `Additional keys in the actual mapping: ${list(more)}`,
      );
    }
    for (const key of Object.keys(expected).sort()) compare(actual[key], expected[key], given, [...path, key]);
  } else if (typeof actual === 'number' && typeof expected === 'number') compareNumbers(actual, expected, given, path);
  else if (actual instanceof Tensor !== expected instanceof Tensor || typeof actual !== typeof expected) {
    throw new TypeError(
      `assertClose(): ${describe(actual)} and ${describe(expected)} cannot be compared: torch.tensor() makes a tensor of ` +
        'numbers and lists',
    );
  } else if (actual !== expected) {
    fail(
      given,
      path,
      `Booleans mismatch: ${String(actual)} is not ${String(expected)}`.replace(
        /^Booleans/,
        typeof actual === 'boolean' ? 'Booleans' : 'Objects',
      ),
    );
  }
}

/**
 * Throws unless `actual` is close to `expected`: |actual - expected| ≤ atol + rtol · |expected| for all elements, with the
 * same shape and dtype. Lists and objects are compared member by member.
 *
 * @param options - `rtol` and `atol` (both or neither), `equalNan`, `checkDtype`, `checkStride`, `msg`.
 * @throws Error named AssertionError, in PyTorch's words: how many elements differ, by how much, and where. RangeError for
 *   one tolerance without the other, TypeError for what cannot be compared.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { assertClose } = torch.testing;
 * assertClose(torch.tensor([1, 2]).div(3).mul(3), torch.tensor([1, 2]));
 * try {
 *   assertClose(torch.tensor([1, 2]), torch.tensor([1, 2.5]));
 * } catch (error) {
 *   console.log((error as Error).message.split('\n')[2]); // => Mismatched elements: 1 / 2 (50.0%)
 * }
 * ```
 */
export function assertClose(actual: unknown, expected: unknown, options: CloseOptions = {}): void {
  const given = bindRecord(SIGNATURE, [actual, expected, options]);
  if ((given.rtol === null) !== (given.atol === null)) {
    throw new RangeError(
      `Both 'rtol' and 'atol' must be either specified or omitted, but got no ${given.rtol === null ? 'rtol' : 'atol'}.`,
    );
  }
  compare(actual, expected, given, []);
}
