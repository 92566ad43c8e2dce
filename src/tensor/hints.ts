/**
 * What is asked in vain, which JavaScript answers with undefined, answered with the way out: by a proxy at the end of a
 * prototype chain, which nothing reaches that is there. What is no name of Python's stays undefined: `then`, `toJSON` and
 * symbols are asked of every object, and a program may ask whether it has given an object a member.
 */
import { toCamel, writtenAs } from './python.ts';

/** Says what to write instead of a name that an object does not have; null where nobody would expect it. */
export type Advice = (key: string, writes: boolean, of: object) => string | null;

/** An object for the end of a prototype chain, just above Object's prototype. */
export function endOfChain(adviceOn: Advice): object {
  const refuse = (key: string | symbol, writes: boolean, of: object): void => {
    const advice = typeof key === 'string' ? adviceOn(key, writes, of) : null;
    if (advice !== null) throw new TypeError(advice);
  };
  return new Proxy(Object.create(Object.prototype) as object, {
    get(target, key, receiver: object) {
      if (!(key in target)) refuse(key, false, receiver);
      return Reflect.get(target, key, receiver);
    },
    set(target, key, value, receiver: object) {
      refuse(key, true, receiver);
      return Reflect.set(target, key, value, receiver);
    },
  });
}

/** Advice on Python's names, of those that an object has as JavaScript writes them. */
export const onPythonNames =
  (kind: string): Advice =>
  (key, writes, of) => {
    const name = toCamel(key);
    if (writes || name === key || !(name in of)) return null;
    return writtenAs(kind, key, name);
  };

/** What a program of PyTorch's names: modules of it, classes, names with underscores. Whoever looks about asks for others. */
const PYTORCH =
  /^(amp|backends|cuda|distributed|distributions|fft|func|fx|jit|linalg|mps|multiprocessing|profiler|sparse|special|xpu|[A-Z]\w*[a-z]\w*|[a-z]+_\w+)$/;

/** Whether two names differ by nothing but one letter more, less or other, or by capitals and underscores. */
function isNear(a: string, b: string): boolean {
  const [x, y] = [a, b].map((name) => name.replaceAll('_', '').toLowerCase());
  let from = 0;
  while (from < x.length && x[from] === y[from]) from++;
  let back = 0;
  while (back < Math.min(x.length, y.length) - from && x.at(-1 - back) === y.at(-1 - back)) back++;
  return Math.max(x.length, y.length) - from - back <= (x.length > 3 ? 1 : 0);
}

/** An object of the same names that throws for those of PyTorch's that it lacks and for what is nearly one of its own. */
export function withHints<T extends object>(names: T): T {
  const end = endOfChain((key, writes, of) => {
    if (writes || !/^[a-z]\w+$/i.test(key)) return null;
    const near = Object.keys(of).filter((name) => isNear(name, key));
    const hint = near.length > 0 ? `: did you mean ${near.map((name) => `'${name}'`).join(' or ')}?` : '';
    return hint || PYTORCH.test(key) ? `torchlet has no '${key}'${hint}` : null;
  });
  return Object.freeze(Object.setPrototypeOf({ ...names }, end)) as T;
}
