/**
 * Holds what torchlet did against what PyTorch did. Integers and booleans must be the same, floats within some units of
 * the last place; signs of zero and names of nodes are left aside.
 */
import type { Observed, Outcome, Program, Seen, Step, TensorSeen } from './program.ts';
import { isTensorSeen, readBy } from './program.ts';

/** What differs first. */
export interface Difference {
  /** Where: the number of the step; null for what is left at the end. */
  step: number | null;
  /** What is said of it in one or two words: `values`, `dtype`, `refused` … */
  kind: string;
  /** The call that differs, or what of the end does. */
  call: string;
  torchlet: string;
  torch: string;
  /** Of tensors: how far elements are apart at most, as a share of PyTorch's; infinite where one alone is finite. */
  apart?: number;
  /** Whether PyTorch kept what was handed to `backward` as a gradient: see `Observed`. */
  aliased?: boolean;
}

type What = Omit<Difference, 'step' | 'call' | 'aliased'>;

const EPSILON: Record<string, number> = { float32: 2 ** -24, float64: 2 ** -53 };

/**
 * How far floats may be apart, in units of half a last place: `own` of the value itself, `sum` of the largest that went
 * into it, for what is added up in another order than PyTorch's.
 */
interface Bound {
  own: number;
  sum: number;
  largest: number;
}

/** A gradient or a running mean may be the sum of what cancels: of terms up to 1, say. */
const GRADIENT: Bound = { own: 64, sum: 16, largest: 1 };

/** What is added up, or rounded once where PyTorch rounds twice: a product that is added. */
const TERMS = { own: 32, sum: 16 };

/** One operation; after steps of an optimizer, whose parameters are not made alike, some more. */
const ONE = { own: 8, sum: 0, largest: 0 };
const AFTER_STEPS = { own: 64, sum: 0, largest: 0 };

/** Operations that add many terms, or subtract what is nearly equal. */
const SUMS = new RegExp(
  `^(torch|F|special|utils|autograd|lr|optim|init|)\\.(${[
    'sum|mean|prod|std|var|stdMean|varMean|norm|dist|nansum|logsumexp|logSoftmax|softmax|softmin|cum(sum|prod)_?|trace',
    'mm|mv|bmm|dot|matmul|inner|outer|addmm_?|baddbmm_?|einsum|tensordot|linear|bilinear|cross|diff|lerp_?|quantile',
    '.*[lL]oss|klDiv|binaryCrossEntropy.*|crossEntropy|layerNorm|batchNorm|normalize|cosineSimilarity|pairwiseDistance',
    'scatterAdd_?|scatter_?|indexAdd_?|backward|grad|step|clipGradNorm_|getTotalNorm|orthogonal_|truncNormal_|logaddexp',
    'normal_?|linspace|arange|histc|xlogy_?|remainder_?|fmod_?|tan_?|erfc_?|gelu|mish|logsigmoid|softplus|alphaDropout|elu_?|selu_?|celu_?|tanhshrink',
  ].join('|')})$|^\\(\\)$`,
);

function floatsOf(seen: TensorSeen): Float32Array | Float64Array | null {
  const bytes = Uint8Array.from(Buffer.from(seen.data, 'base64')).buffer;
  if (seen.dtype === 'float32') return new Float32Array(bytes);
  return seen.dtype === 'float64' ? new Float64Array(bytes) : null;
}

/** The elements of what was observed, for a message. */
export function elementsOf(seen: TensorSeen): (number | bigint)[] {
  const bytes = Uint8Array.from(Buffer.from(seen.data, 'base64')).buffer;
  const arrays = { float32: Float32Array, float64: Float64Array, int64: BigInt64Array, int32: Int32Array };
  return [...new (arrays[seen.dtype as keyof typeof arrays] ?? Uint8Array)(bytes)];
}

function largestOf(floats: Float32Array | Float64Array): number {
  let largest = 0;
  for (const x of floats) if (Number.isFinite(x) && Math.abs(x) > largest) largest = Math.abs(x);
  return largest;
}

function closeTo(a: number, b: number, epsilon: number, tiny: number, bound: Bound): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  return Math.abs(a - b) <= epsilon * (bound.own * Math.abs(b) + bound.sum * bound.largest) + tiny;
}

/** How far rounding took PyTorch's float32 from what is right, at most. */
function errorOf(rounded: Float32Array | Float64Array, exact: TensorSeen): number {
  const right = floatsOf(exact) as Float64Array;
  let error = 0;
  for (const [i, x] of rounded.entries())
    if (Number.isFinite(x - right[i])) error = Math.max(error, Math.abs(x - right[i]));
  return error;
}

/**
 * What of the elements differs. `exact` is what float64 gives: where PyTorch itself is far from that, rounding errors
 * were magnified, and torchlet may be as far as PyTorch is.
 */
function compareData(a: TensorSeen, b: TensorSeen, bound: Bound, exact: Seen | undefined): string | null {
  if (a.data === b.data) return null;
  const x = floatsOf(a);
  const y = floatsOf(b);
  if (x === null || y === null) return 'values';
  const epsilon = EPSILON[a.dtype];
  const tiny = a.dtype === 'float32' ? 1e-42 : 1e-320;
  const within = { ...bound, largest: Math.max(bound.largest, largestOf(y)) };
  const comparable = exact && isTensorSeen(exact) && exact.dtype === 'float64' && exact.shape.join() === b.shape.join();
  const slack = comparable ? 8 * errorOf(y, exact) : 0;
  const right = comparable ? (floatsOf(exact) as Float64Array) : null;
  // PyTorch's float32 may overflow on the way to what is no infinity.
  const exceeds = (p: number, i: number): boolean =>
    right !== null &&
    !Number.isFinite(y[i]) &&
    Number.isFinite(right[i]) &&
    Math.abs(p - right[i]) <= 1e-4 * Math.abs(right[i]);
  const close = (p: number, i: number): boolean => closeTo(p, y[i], epsilon, tiny + slack, within) || exceeds(p, i);
  return x.every(close) ? null : 'values';
}

/** How far the elements of a are from those of b, as a share of the latter. */
function apart(a: TensorSeen, b: TensorSeen): number {
  const [x, y] = [floatsOf(a), floatsOf(b)];
  if (x === null || y === null) return Infinity;
  let most = 0;
  for (const [i, p] of x.entries()) {
    if (p === y[i] || (Number.isNaN(p) && Number.isNaN(y[i]))) continue;
    const share = Math.abs((p - y[i]) / y[i]);
    most = Number.isNaN(share) ? Infinity : Math.max(most, share);
  }
  return most;
}

/** Strides where they mean something: of dimensions of several elements, in a tensor that has any. */
function meaningful({ shape, strides }: TensorSeen): string {
  if (shape.includes(0)) return '';
  return strides.filter((_, i) => shape[i] > 1).join();
}

export function show(seen: Seen | null | undefined): string {
  if (!seen) return 'none';
  if (!isTensorSeen(seen)) return JSON.stringify(seen).slice(0, 300);
  const elements = elementsOf(seen);
  const flags = `${seen.requiresGrad ? ' requiresGrad' : ''}${seen.isLeaf ? '' : ' no leaf'}`;
  const text = `${seen.dtype}[${seen.shape}] strides ${seen.strides}${flags}: ${elements.slice(0, 24).join(' ')}`;
  return seen.grad ? `${text}; grad ${show(seen.grad)}` : text;
}

function compareTensors(a: TensorSeen, b: TensorSeen, bound: Bound, exact: Seen | undefined): string | null {
  if (a.dtype !== b.dtype) return 'dtype';
  if (a.shape.join() !== b.shape.join()) return 'shape';
  const values = compareData(a, b, bound, exact);
  if (values) return values;
  if (a.requiresGrad !== b.requiresGrad) return 'requiresGrad';
  if (a.isLeaf !== b.isLeaf) return 'isLeaf';
  if (meaningful(a) !== meaningful(b)) return 'strides';
  if (!a.grad !== !b.grad) return a.grad ? 'grad, none in PyTorch' : 'no grad';
  if (!a.grad || !b.grad) return null;
  const right = exact && isTensorSeen(exact) ? (exact.grad ?? undefined) : undefined;
  const grad = compareTensors(a.grad, b.grad, GRADIENT, right);
  return grad && `grad ${grad}`;
}

/** Without the name of a node, which is left aside. */
const plainText = (text: string): string => text.replace(/,\s+grad_fn=<\w+>/g, '');

function compareSeen(a: Seen, b: Seen, bound: Bound, exact: Seen | undefined): What | null {
  const differ = (kind: string): What => ({ kind, torchlet: show(a), torch: show(b) });
  if (isTensorSeen(a) && isTensorSeen(b)) {
    const kind = compareTensors(a, b, bound, exact);
    if (kind === null) return null;
    const far = kind === 'values' ? apart(a, b) : kind === 'grad values' && a.grad && b.grad && apart(a.grad, b.grad);
    return { ...differ(kind), ...(typeof far === 'number' && { apart: far }) };
  }
  if ('list' in a && 'list' in b) {
    if (a.list.length !== b.list.length) return differ('length');
    const right = exact && 'list' in exact ? exact.list : [];
    return firstOf(a.list, (each, i) => compareSeen(each, b.list[i], bound, right[i]));
  }
  if ('dict' in a && 'dict' in b) {
    // PyTorch has more options than torchlet; what torchlet has must be the same.
    const other = new Map(b.dict);
    const right = new Map(exact && 'dict' in exact ? exact.dict : []);
    return firstOf(a.dict, ([key, value]) => {
      const its = other.get(key);
      return its === undefined ? null : compareSeen(value, its, bound, right.get(key));
    });
  }
  if ('unusable' in a || 'unusable' in b) return 'unusable' in a && 'unusable' in b ? null : differ('use');
  if ('number' in a && 'number' in b) {
    return closeTo(Number(a.number), Number(b.number), 2 ** -53, 1e-320, { own: 64, sum: 0, largest: 0 })
      ? null
      : differ('number');
  }
  if ('text' in a && 'text' in b) return plainText(a.text) === plainText(b.text) ? null : differ('text');
  return JSON.stringify(a) === JSON.stringify(b) ? null : differ('kind of result');
}

function firstOf<T>(list: readonly T[], find: (each: T, i: number) => What | null): What | null {
  for (const [i, each] of list.entries()) {
    const found = find(each, i);
    if (found !== null) return found;
  }
  return null;
}

function compareOutcomes(a: Outcome, b: Outcome, bound: Bound, exact: Outcome | undefined): What | null {
  if ('seen' in a && 'seen' in b) {
    return compareSeen(a.seen, b.seen, bound, exact && 'seen' in exact ? exact.seen : undefined);
  }
  if ('error' in a && a.internal) return { kind: 'internal error', torchlet: a.error, torch: JSON.stringify(b) };
  if ('error' in a && 'seen' in b) return { kind: 'refused', torchlet: a.error, torch: show(b.seen) };
  if ('seen' in a && 'error' in b) return { kind: 'taken', torchlet: show(a.seen), torch: b.error };
  return null;
}

/** The product of the largest elements of what a step reads, at least 1: what its terms may be as large as. */
function termsOf(step: Step, seen: ReadonlyMap<number, Seen>): number {
  let product = 1;
  for (const variable of readBy(step)) {
    const value = seen.get(variable);
    const floats = value && isTensorSeen(value) ? floatsOf(value) : null;
    if (floats) product *= Math.max(1, largestOf(floats));
  }
  return product;
}

/** The first difference of two runs of a program; `exact` is a third, in float64. */
export function compare(program: Program, torchlet: Observed, torch: Observed, exact?: Observed): Difference | null {
  const seen = new Map<number, Seen>();
  for (const [i, step] of program.entries()) {
    const terms = SUMS.test(step.call) || step.named?.alpha !== undefined;
    const stepped = program.slice(0, i).some(({ call }) => call === '.step');
    const bound = terms ? { ...TERMS, largest: termsOf(step, seen) } : stepped ? AFTER_STEPS : ONE;
    const found = compareOutcomes(torchlet.steps[i], torch.steps[i], bound, exact?.steps[i]);
    if (found) return { step: i, call: step.call, ...found, aliased: torch.aliased };
    const outcome = torch.steps[i];
    if ('seen' in outcome) seen.set(step.out, outcome.seen);
  }
  for (const [variable, value] of Object.entries(torchlet.end)) {
    const found = compareSeen(value, torch.end[variable], GRADIENT, exact?.end[variable]);
    if (found) return { step: null, call: `end of $${variable}`, ...found, aliased: torch.aliased };
  }
  return null;
}
