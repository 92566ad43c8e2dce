/**
 * What is asked of a tensor that it has not: Python's names and forms, which JavaScript would answer with undefined, and
 * methods that no import has installed. They are answered at the end of the prototype chain, by a proxy that nothing
 * reaches which is there; what is neither a name of PyTorch's here nor a place stays undefined, as `then` must.
 *
 * A property that an object does not have yet looks for a setter along the whole chain, and so comes by here too:
 * a tensor's own are class fields, which do not look. (Measured: assigned in the constructor, a training step took 94 µs
 * instead of 14.)
 */
import { endOfChain } from './hints.ts';
import { methodNames } from './method-names.generated.ts';
import { writtenAs } from './python.ts';
import { Tensor } from './tensor.ts';

/** Every name that torchlet/methods installs. */
let known: ReadonlySet<string> | null = null;

const isMethod = (name: string): boolean => {
  known ??= new Set(methodNames.split(' '));
  return known.has(name);
};

const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Why a tensor does not have `key`, and what to write instead; null where nobody would expect it. */
function adviceOn(key: string, writes: boolean): string | null {
  if (key === 'length') return "a tensor has no 'length': len(x) is x.size(0), the number of elements x.numel()";
  const mask = key.startsWith('tensor(');
  if (mask || /^-?\d+(,-?\d+)*$/.test(key)) {
    const place = mask ? 'mask' : key;
    return `a tensor has no [${place}]: write ${writes ? `x.setAt_([${place}], value)` : `x.at(${place})`}`;
  }
  const name = camelCase(key);
  if (name !== key && (name in Tensor.prototype || isMethod(name))) {
    return writtenAs('a tensor', key, name);
  }
  if (key === 'print') return "a tensor has no 'print': write console.log(String(x)), which prints as PyTorch does";
  if (key === 'backward' || key === 'registerHook') {
    return `this tensor has no '${key}' yet: import 'torchlet/autograd', 'torchlet/optim' or 'torchlet'`;
  }
  if (!isMethod(key)) return null;
  return (
    `this tensor has no '${key}' yet: import 'torchlet/methods' (or 'torchlet') installs PyTorch's methods; ` +
    `without them, operations are functions of 'torchlet/tensor'`
  );
}

/** Puts the answers in place. */
export function answerMissing(): void {
  // What every promise, `await` and mode asks of what it is given, and no tensor has: answered before the proxy.
  // (Measured: `noGrad(() => model(x))` of one layer took 1.3 µs instead of 0.5.)
  Object.defineProperty(Tensor.prototype, 'then', { value: undefined, writable: true, configurable: true });
  Object.setPrototypeOf(Tensor.prototype, endOfChain(adviceOn));
}
