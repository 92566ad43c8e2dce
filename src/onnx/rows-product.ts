/** What products of matrices, and losses of classes, become. */
import { int64 } from '../tensor/dtype.ts';
import { sameDims } from '../tensor/shape.ts';
import type { Args, Emitter, Row } from './emit.ts';
import { reduced } from './rows-reduce.ts';
import { refusal, type Value } from './trace.ts';

const product =
  (second: (a: Args) => Value): Row =>
  (g, a) =>
    g.op('MatMul', [g.of(a.input), g.of(second(a))]);

/** An equation as ONNX has it: dimensions of '...' that the result lacks, which PyTorch sums, get letters. */
function plain(equation: string, operands: readonly Value[]): string {
  const [terms, result] = equation.replaceAll(' ', '').split('->') as [string, string | undefined];
  if (result === undefined || result.includes('...')) return equation.replaceAll(' ', '');
  const free = [...'zyxwvutsrqponmlkjihgfedcba'].filter((letter) => !equation.includes(letter));
  const named = terms.split(',').map((term, i) => {
    const count = operands[i].dims.length - term.replace('...', '').length;
    return term.replace('...', free.slice(0, count).reverse().join(''));
  });
  return `${named.join(',')}->${result}`;
}

const einsum = (g: Emitter, equation: string, operands: readonly string[]): string =>
  g.op('Einsum', operands, { equation });

/** beta · input + alpha · a · b. */
const added =
  (first: string, second: string): Row =>
  (g, a, out) => {
    const factors = a as unknown as Record<string, Value>;
    const scaled = (x: string, by: number): string => (by === 1 ? x : g.op('Mul', [x, g.scalar(by, out.dtype)]));
    const whole = scaled(g.op('MatMul', [g.of(factors[first]), g.of(factors[second])]), Number(a.alpha));
    return Number(a.beta) === 0 ? whole : g.op('Add', [whole, scaled(g.of(a.input), Number(a.beta))]);
  };

const linear: Row = (g, { input, weight, bias }) => {
  const x = g.of(input);
  if (input.dims.length === 2 && input.dtype.isFloatingPoint) {
    return g.op('Gemm', [x, g.of(weight), ...(bias === null ? [] : [g.of(bias)])], { transB: 1 });
  }
  const made = g.op('MatMul', [x, g.op('Transpose', [g.of(weight)], { perm: [1, 0] })]);
  return bias === null ? made : g.op('Add', [made, g.of(bias)]);
};

const bilinear: Row = (g, a) => {
  const { input1, input2, weight, bias } = a as unknown as Record<string, Value | null>;
  const operands = [input1, weight, input2].map((each) => g.of(each as Value));
  const made = einsum(g, '...i,oij,...j->...o', operands);
  return bias === null ? made : g.op('Add', [made, g.of(bias as Value)]);
};

/** The losses of rows by their classes, with factors; both are 0 where a row is ignored. */
function classLoss(
  g: Emitter,
  logs: string,
  { input, target, weight, ignoreIndex, reduction }: Args,
  also?: string,
): string {
  const d = input.dims.length === 1 ? 0 : 1;
  const zero = g.scalar(0, input.dtype);
  const classes = g.of(target, int64);
  const ignored = g.op('Equal', [classes, g.scalar(ignoreIndex, int64)]);
  const places = g.op('Where', [ignored, g.scalar(0, int64), classes]);
  const axes = g.ints([d]);
  const picked = g.op('GatherElements', [logs, g.op('Unsqueeze', [places, axes])], { axis: d });
  const factor = weight === null ? g.scalar(1, input.dtype) : g.op('Gather', [g.of(weight), places], { axis: 0 });
  const counted = g.op('Where', [ignored, zero, factor]);
  const plain = g.op('Neg', [g.op('Squeeze', [picked, axes])]);
  const weighed = also ?? g.op('Mul', [plain, factor]);
  const loss = g.op('Where', [ignored, zero, weighed]);
  if (reduction === 'none') return loss;
  const all = target.dims.map((_, i) => i);
  const total = reduced(g, 'ReduceSum', loss, all, false);
  return reduction === 'sum' ? total : g.op('Div', [total, reduced(g, 'ReduceSum', counted, all, false)]);
}

const nllLoss: Row = (g, a) => classLoss(g, g.of(a.input), a);

const crossEntropy: Row = (g, a) => {
  const { input, target, weight, reduction, labelSmoothing } = a;
  const rank = input.dims.length;
  const d = rank === 1 ? 0 : 1;
  const logs = g.op('LogSoftmax', [g.of(input)], { axis: d });
  const share = g.scalar(labelSmoothing / input.dims[d], input.dtype);
  const rest = g.scalar(1 - labelSmoothing, input.dtype);
  const along = (): string =>
    g.reshape(g.of(weight), [input.dims[d], ...new Array<number>(Math.max(0, rank - 2)).fill(1)]);
  const weighed = (x: string): string => (weight === null ? x : g.op('Mul', [x, along()]));
  const summed = (x: string): string => g.op('Neg', [reduced(g, 'ReduceSum', x, [d], false)]);
  if (sameDims(target.dims, input.dims)) {
    const t = g.of(target);
    const smooth = labelSmoothing > 0 ? g.op('Add', [g.op('Mul', [t, rest]), share]) : t;
    const loss = summed(weighed(g.op('Mul', [logs, smooth])));
    if (reduction === 'none') return loss;
    const all = input.dims.slice(1).map((_, i) => i);
    return reduced(g, reduction === 'sum' ? 'ReduceSum' : 'ReduceMean', loss, all, false);
  }
  const loss = classLoss(g, logs, a);
  if (labelSmoothing === 0) return loss;
  const smooth = classLoss(g, logs, a, summed(weighed(logs)));
  return g.op('Add', [g.op('Mul', [loss, rest]), g.op('Mul', [smooth, share])]);
};

export const PRODUCTS: Record<string, Row> = {
  mm: product(({ mat2 }) => mat2),
  bmm: product(({ mat2 }) => mat2),
  mv: product(({ vec }) => vec),
  dot: product(({ tensor }) => tensor),
  matmul: product(({ other }) => other as Value),
  linear,
  addmm: added('mat1', 'mat2'),
  baddbmm: added('batch1', 'batch2'),
  bilinear,
  einsum: (g, { equation, operands }) =>
    einsum(
      g,
      plain(equation, operands),
      operands.map((each) => g.of(each)),
    ),
  nllLoss,
  crossEntropy,
  multilabelMarginLoss: () => {
    throw refusal('multilabelMarginLoss', 'reads the list of classes that its target holds, which ONNX cannot');
  },
};
