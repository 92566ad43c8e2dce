/** Runs the rows of golden/indexing.json, which golden/indexing.py describes, and says where torchlet differs. */
import * as torch from '../../src/index.ts';
import type { Index } from '../../src/ops/select/index.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: boolean | number };
/** One row: a program, its arguments and what PyTorch gave. */
export type Row = [program: string, ...args: Json[], want: string];

const DTYPES: Record<string, torch.DType> = {
  f32: torch.float32,
  f64: torch.float64,
  i64: torch.int64,
  i32: torch.int32,
  u8: torch.uint8,
  b: torch.bool,
};
const NAMES = new Map(Object.entries(DTYPES).map(([name, dtype]) => [dtype, name]));

const sizesOf = (text: string): number[] => text.split(',').filter(Boolean).map(Number);
const countOf = (dims: readonly number[]): number => dims.reduce((n, size) => n * size, 1);

/** The values over a shape in one of the layouts. */
function strided(values: torch.Tensor, dims: number[], layout: string): torch.Tensor {
  const n = values.numel();
  if (layout === 'c' || dims.length === 0 || n === 0) return values.reshape(dims);
  if (layout === 't') return values.reshape([...dims].reverse()).permute([...dims.keys()].reverse());
  if (layout === 's') {
    const wide = [...dims.slice(0, -1), (dims[dims.length - 1] as number) * 2];
    return torch.stack([values, values], -1).reshape(wide).at('...', [null, null, 2]);
  }
  if (layout === 'o') return torch.cat([values, values]).narrow(0, n, n).reshape(dims);
  const rest = dims.slice(1);
  return values
    .narrow(0, 0, countOf(rest))
    .reshape([1, ...rest])
    .expand(dims);
}

function baseOf(text: string): [leaf: torch.Tensor | null, base: torch.Tensor] {
  const [dtype, shape, layout] = text.split(' ') as [string, string, string];
  const dims = sizesOf(shape);
  const n = countOf(dims);
  const counted = torch.arange(n);
  const values = dtype === 'b' ? counted.remainder(3).eq(0) : counted.to(DTYPES[dtype] as torch.DType);
  if (!values.dtype.isFloatingPoint) return [null, strided(values, dims, layout)];
  const leaf = values.requiresGrad_();
  return [leaf, strided(leaf.mul(1), dims, layout)];
}

function tensorOf(text: string): torch.Tensor {
  const [head, values] = text.split(':') as [string, string];
  const [dtype, shape] = head.split(' ') as [string, string];
  const flat = torch.tensor(values.split(' ').filter(Boolean).map(Number), { dtype: torch.float64 });
  return flat.to(DTYPES[dtype] as torch.DType).reshape(sizesOf(shape));
}

function argument(arg: Json): unknown {
  if (Array.isArray(arg)) return arg.map(argument);
  if (typeof arg !== 'string') return arg;
  if (arg.startsWith('#')) return tensorOf(arg.slice(1));
  if (arg.startsWith('+')) return tensorOf(arg.slice(1)).requiresGrad_();
  return /^-?\d+n$/.test(arg) ? BigInt(arg.slice(0, -1)) : arg;
}

const numbers = (x: torch.Tensor): string => [...x.detach().toTypedArray()].map((v) => String(v || 0)).join(' ');

function show(x: torch.Tensor, base: torch.Tensor): string[] {
  const node = !x.requiresGrad ? '-' : x === base ? '+' : String(x.gradFn?.name);
  return [
    `${NAMES.get(x.dtype)} ${x.shape.join(',')}`,
    x.numel() > 0 ? (x.storage === base.storage ? x.stride().join(',') : 'copy') : '-',
    node,
    numbers(x),
  ];
}

/** Sums the outputs, each weighed by -2 … 2 in turn, and goes back. */
function pull(outs: readonly torch.Tensor[]): void {
  const sums = outs.map((x) => {
    const weights = torch
      .arange(x.numel())
      .remainder(5)
      .sub(2)
      .to(x.dtype)
      .reshape([...x.shape]);
    return x.mul(weights).sum();
  });
  sums.reduce((a, b) => a.add(b)).backward();
}

type Method = (...args: unknown[]) => torch.Tensor | torch.Tensor[];

function run([program, text, ...args]: Json[]): string {
  const [leaf, base] = baseOf(text as string);
  const seen: string[] = [];
  const given: unknown[] = [];
  let outs: torch.Tensor[];
  try {
    if (program === 'at') outs = [base.at(...(argument(args[0] as Json) as Index[]))];
    else if (program === 'setAt_') {
      const [viewed, indices, value] = args as [Json[], Json[], Json];
      const view = viewed.length > 0 ? base.at(...(argument(viewed) as Index[])) : base;
      given.push(Array.isArray(value) ? base.at(...(argument(value) as Index[])) : argument(value));
      view.setAt_(argument(indices) as Index[], given[0] as torch.Tensor);
      outs = [base];
    } else if (program === 'embedding') {
      const [rows, ...rest] = argument(args[0] as Json) as [torch.Tensor, number?];
      outs = [torch.nn.functional.embedding(rows, base, ...rest)];
    } else {
      given.push(...(argument(args[0] as Json) as unknown[]));
      const out = ((base as unknown as Record<string, Method>)[program as string] as Method)(...given);
      outs = out instanceof torch.Tensor ? [out] : [...out];
    }
  } catch (error) {
    if (
      !(error instanceof TypeError || error instanceof RangeError) &&
      !(error as Error).message.includes('in-place')
    ) {
      return `${error}`;
    }
    return `! ${error}`;
  }
  for (const out of outs) seen.push(...show(out, base));
  const tracked = outs.filter((out) => out.requiresGrad);
  if (tracked.length > 0) {
    try {
      pull(tracked);
    } catch {
      return [...seen, '?'].join(' | ');
    }
    for (const x of [leaf, ...given]) {
      if (x instanceof torch.Tensor && x.isLeaf && x.requiresGrad)
        seen.push(x.grad === null ? 'none' : numbers(x.grad));
    }
  }
  return seen.join(' | ');
}

/** Where torchlet differs from what PyTorch gave, or null. */
export function differs(row: Row): string | null {
  const want = row[row.length - 1] as string;
  const got = run(row.slice(0, -1));
  const same =
    want === '!' ? got.startsWith('!') : want.endsWith('?') ? got.startsWith(want.slice(0, -1)) : got === want;
  return same ? null : `${JSON.stringify(row.slice(0, -1))}\n  PyTorch: ${want}\n     here: ${got}`;
}
