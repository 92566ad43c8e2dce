/** The cases that golden/opinfo.py wrote: reading them, building their arguments, comparing with their results. */
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';
import { ulps } from '../golden/ulp.ts';

/** A tensor as it is written. `g`: its gradient is wanted. */
export interface Written {
  t: string;
  s: number[];
  v: (number | string)[] | string;
  g?: 1;
}

export type Json = string | number | boolean | null | Json[] | Written | { [key: string]: Json };

/** One call, and what PyTorch answers. */
export interface Case {
  o: string;
  /** The dtype that it is sampled for. */
  d: string;
  a: Json[];
  k?: Record<string, Json>;
  r: Json;
  g?: ((number | string)[] | null)[];
  w?: 1;
  i?: 1;
  /** How far PyTorch is apart from itself. */
  ulp?: number;
}

/** One call that PyTorch refuses, and its words. */
export interface Refused {
  o: string;
  a: Json[];
  k: Record<string, Json>;
  e: string;
}

/** What the generator says about all of it. */
export interface Operators {
  methods: Record<string, number>;
  /** Where PyTorch has the operators: `torch.exp_`, `Tensor.exp`, `F.celu`. */
  forms: Record<string, string[]>;
  /** Whether PyTorch's second derivatives of an operator are checked by PyTorch's own tests. */
  gradgrad: Record<string, number>;
  leftOut: Record<string, Record<string, number>>;
  errorsLeftOut: Record<string, Record<string, number>>;
}

/** How the tensors of a call are laid out. */
export type Layout = 'contiguous' | 'transposed' | 'strided';

const DTYPES: Record<string, torch.DType> = {
  d: torch.float64,
  f: torch.float32,
  l: torch.int64,
  i: torch.int32,
  b: torch.bool,
  u: torch.uint8,
};

/** The cases of one file of golden/opinfo. */
export function read<T = Case>(name: string): T[] {
  return readGolden<{ cases: T[] }>(`opinfo/${name}.json.gz`).cases;
}

export function isWritten(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && 't' in value && 's' in value && 'v' in value;
}

/** PyTorch's name in camelCase. */
export function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function toNumber(value: number | string): number {
  if (typeof value === 'number') return value;
  return value.endsWith('inf') ? Number(`${value}inity`.replace('inf', 'Inf')) : Number(value);
}

function valuesOf(x: Written): (number | string)[] {
  return typeof x.v === 'string' ? [...x.v].map(Number) : x.v;
}

function make(dtype: torch.DType, dims: readonly number[], values: readonly (number | string)[]): torch.Tensor {
  if (values.length === 0) return torch.zeros([...dims], { dtype });
  const flat =
    dtype === torch.int64
      ? BigInt64Array.from(values, (value) => BigInt(value))
      : dtype === torch.int32
        ? Int32Array.from(values, toNumber)
        : dtype === torch.float64
          ? Float64Array.from(values, toNumber)
          : dtype === torch.float32
            ? Float32Array.from(values, toNumber)
            : Uint8Array.from(values, toNumber);
  return torch.tensor(flat, { dtype }).reshape([...dims]);
}

/** A leaf, the view of it that an operator is given, and the same view of another tensor of the leaf's shape. */
export interface Input {
  leaf: torch.Tensor;
  given: torch.Tensor;
  view: (x: torch.Tensor) => torch.Tensor;
  dims: readonly number[];
}

function input(x: Written, layout: Layout): Input {
  const dtype = DTYPES[x.t];
  const values = valuesOf(x);
  const rank = x.s.length;
  let leaf: torch.Tensor;
  let view = (y: torch.Tensor): torch.Tensor => y;
  if (layout === 'transposed' && rank >= 2 && values.length > 0) {
    const [rows, columns] = x.s.slice(-2) as [number, number];
    const swapped = values.map((_, i) => {
      const [block, at] = [Math.floor(i / (rows * columns)), i % (rows * columns)];
      return values[block * rows * columns + (at % rows) * columns + Math.floor(at / rows)];
    });
    leaf = make(dtype, [...x.s.slice(0, -2), columns, rows], swapped);
    view = (y) => y.transpose(-1, -2);
  } else if (layout === 'strided' && values.length > 0) {
    const spread = values.flatMap((value) => [1, value]);
    leaf = make(dtype, rank === 0 ? [2] : [...x.s.slice(0, -1), 2 * (x.s[rank - 1] as number)], spread);
    view = (y) => (rank === 0 ? y.at(1) : y.at('...', [1, null, 2]));
  } else {
    leaf = make(dtype, x.s, values);
  }
  if (x.g) leaf.requiresGrad_();
  return { leaf, given: view(leaf), view, dims: x.s };
}

/** Makes tensors in a layout; every one that wants a gradient is added to `inputs`. */
export function collect(layout: Layout, inputs: Input[]): (x: Written) => torch.Tensor {
  return (x) => {
    const made = input(x, layout);
    if (x.g) inputs.push(made);
    return made.given;
  };
}

/** A tensor as it is written, a leaf that wants no gradient. */
export const plain = (x: Written): torch.Tensor => make(DTYPES[x.t], x.s, valuesOf(x));

/** A written argument as a value, its tensors as `tensor` makes them. */
export function build(arg: Json, tensor: (x: Written) => torch.Tensor): unknown {
  if (Array.isArray(arg)) return arg.map((each) => build(each, tensor));
  if (typeof arg !== 'object' || arg === null) return arg;
  if (isWritten(arg)) return tensor(arg);
  const [key, value] = Object.entries(arg)[0] as [string, Json];
  if (key === 'T') return DTYPES[value as string];
  if (key === 'n') return toNumber(value as string);
  if (key === 'slice') return value;
  if (key === 'ellipsis') return '...';
  throw new Error(`unknown form ${key}`);
}

/** Every tensor of written arguments, in order. */
export function tensorsOf(value: Json): Written[] {
  if (isWritten(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(tensorsOf) : [];
}

function close(actual: number | bigint, want: number | string, rtol: number, atol: number): boolean {
  if (typeof actual === 'bigint') return actual === BigInt(want);
  const b = toNumber(want);
  return (
    Object.is(actual, b) ||
    (Number.isNaN(actual) && Number.isNaN(b)) ||
    Math.abs(actual - b) <= atol + rtol * Math.abs(b)
  );
}

/**
 * How far float32 may be off: 48 ULP of the largest number, or of 1, since operands are of that order and cancel in sums; and
 * what PyTorch is apart from itself. (Measured: 42 in a gradient of pow whose terms are a hundred times their sum, 13 at most
 * elsewhere.)
 */
function bound(values: readonly (number | string)[], row: { ulp?: number }): number {
  return ulps(48, row, [1, ...values.map(toNumber)]);
}

/** Why a tensor is not what is written, or null: dtype and shape exactly, floats within the dtype's tolerance. */
function differs(x: unknown, want: Written, row: { ulp?: number }): string | null {
  if (!(x instanceof torch.Tensor)) return `${typeof x} ${String(x)} in place of a tensor`;
  if (x.dtype !== DTYPES[want.t]) return `dtype ${x.dtype}, not ${DTYPES[want.t]}`;
  if (x.dims.join() !== want.s.join()) return `shape [${x.dims}], not [${want.s}]`;
  const wanted = valuesOf(want);
  const [rtol, atol] =
    x.dtype === torch.float64 ? [1e-7, 1e-7] : [0, x.dtype === torch.float32 ? bound(wanted, row) : 0];
  const actual = x.toTypedArray();
  for (let i = 0; i < wanted.length; i++) {
    const value = wanted[i] as number | string;
    // What PyTorch does not agree with itself about (opinfo.py).
    if (value === '?') continue;
    if (!close(actual[i] as number | bigint, value, rtol, atol)) return `[${i}] is ${actual[i]}, not ${value}`;
  }
  return null;
}

/** Why a result is not what is written, or null. */
export function difference(actual: unknown, want: Json, row: { ulp?: number }): string | null {
  if (isWritten(want)) return differs(actual, want, row);
  if (Array.isArray(want)) {
    const list = [...(actual as Iterable<unknown>)];
    if (list.length !== want.length) return `${list.length} results, not ${want.length}`;
    return list.map((each, i) => difference(each, want[i], row)).find((each) => each !== null) ?? null;
  }
  if (typeof want === 'object' && want !== null) return difference(actual, toNumber(want.n as string), row);
  if (typeof want === 'number') {
    const tolerance = Number.isInteger(want) ? 0 : 1.3e-5;
    return typeof actual === 'number' && close(actual, want, tolerance, 0) ? null : `${actual}, not ${want}`;
  }
  return actual === want ? null : `${actual}, not ${want}`;
}

/** A gradient as the leaf's tensor is written. */
export function gradientLike(x: Input, values: (number | string)[]): Written {
  return { t: x.leaf.dtype === torch.float64 ? 'd' : 'f', s: [...x.dims], v: values };
}
