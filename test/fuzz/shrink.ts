/** Makes a program that differs as small as it can while it differs in the same way. */
import type { Program, Step, Value } from './program.ts';

/** Whether a program still differs as the one that is shrunk did. */
export type Differs = (program: Program) => Promise<boolean>;

const isData = (value: Value): value is Value[] => Array.isArray(value);

/** Simpler data: fewer elements along each dimension, plainer elements. */
function* plainer(data: Value): Generator<Value> {
  if (!isData(data)) {
    if (typeof data === 'number' && data !== 1 && data !== 0) {
      yield 1;
      yield Math.round(data) + 0;
    }
    return;
  }
  const depth = (value: Value): number => (isData(value) && value.length > 0 ? 1 + depth(value[0]) : 0);
  const cut = (value: Value, d: number, keep: number): Value =>
    !isData(value) ? value : d === 0 ? value.slice(0, keep) : value.map((each) => cut(each, d - 1, keep));
  const sizeAt = (value: Value, d: number): number =>
    !isData(value) ? 0 : d === 0 ? value.length : sizeAt(value[0], d - 1);
  for (let d = 0; d < depth(data); d++) {
    const size = sizeAt(data, d);
    for (const keep of new Set([1, size >> 1, size - 1])) if (keep > 0 && keep < size) yield cut(data, d, keep);
  }
  const map = (value: Value, f: (x: Value) => Value): Value =>
    isData(value) ? value.map((each) => map(each, f)) : f(value);
  yield map(data, (x) => (typeof x === 'number' ? 1 : x));
  yield map(data, (x) => (typeof x === 'number' ? Math.round(x) + 0 : x));
  let n = 0;
  yield map(data, (x) => (typeof x === 'number' ? ++n : x));
}

/** Smaller forms of one step. */
function* smaller(step: Step): Generator<Step> {
  if (step.mode) {
    const { mode: _, ...rest } = step;
    yield rest;
  }
  for (const key of Object.keys(step.named ?? {})) {
    if (step.call === 'torch.tensor' && key === 'dtype') continue;
    const { [key]: _, ...named } = step.named as Record<string, Value>;
    yield { ...step, named };
  }
  if (step.call === 'torch.tensor') for (const data of plainer(step.args[0])) yield { ...step, args: [data] };
  if (!['torch.tensor', '.setAt_', '.at'].includes(step.call)) {
    for (let i = 1; i < step.args.length; i++) {
      const value = step.args[i];
      if (typeof value === 'number' && value !== 1 && value !== 0) {
        for (const each of [0, 1, Math.round(value) + 0]) yield { ...step, args: step.args.with(i, each) };
      }
      if (i === step.args.length - 1) yield { ...step, args: step.args.slice(0, -1) };
    }
  }
}

/** Every reference to `from` made one to `to`. */
function renamed(value: Value, from: string, to: string): Value {
  if (value === from) return to;
  if (Array.isArray(value)) return value.map((each) => renamed(each, from, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, renamed(each, from, to)]));
}

export async function shrink(program: Program, differs: Differs): Promise<Program> {
  let best = program;
  let budget = 400;
  const attempt = async (candidate: Program): Promise<boolean> => {
    if (budget-- <= 0 || !(await differs(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let size = best.length >> 1; size >= 1; size >>= 1) {
    for (let at = best.length - size; at >= 0; at -= size) await attempt(best.toSpliced(at, size));
  }
  for (let changed = true; changed && budget > 0; ) {
    changed = false;
    for (let i = best.length - 1; i >= 0; i--) changed = (await attempt(best.toSpliced(i, 1))) || changed;
    for (let i = 0; i < best.length; i++) {
      // A step left out, what it was made of in its place.
      const [self] = best[i].args;
      if (typeof self === 'string' && self.startsWith('$')) {
        const rest = best
          .toSpliced(i, 1)
          .map((step) => renamed(step as never, `$${best[i].out}`, self) as never as Step);
        if (await attempt(rest)) {
          changed = true;
          i--;
          continue;
        }
      }
      for (let again = true; again; ) {
        again = false;
        for (const step of smaller(best[i])) {
          if (await attempt(best.with(i, step))) {
            again = true;
            changed = true;
            break;
          }
        }
      }
    }
  }
  return best;
}
