/** State dicts: what they are, and how one is copied into a module. */

import { within } from '../memory/errors.ts';
import { launchCopy } from '../ops/launch.ts';
import { castRaw, copyRaw, freeCast } from '../ops/make.ts';
import { describe } from '../tensor/args.ts';
import { asBytes, isPromise } from '../tensor/brands.ts';
import { sameDims } from '../tensor/shape.ts';
import { bindRecord } from '../tensor/signature.ts';
import { pointerOf, Tensor, targetOf } from '../tensor/tensor.ts';

/** Tensors by name, as `stateDict()` gives and `loadStateDict()` takes them. */
export type StateDict = Record<string, Tensor>;

/**
 * What `loadStateDict` returns.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { nn } = torch;
 * const keys = new nn.Linear(1, 1).loadStateDict(new nn.Linear(1, 1).stateDict());
 * console.log(keys, keys.missingKeys); // => <All keys matched successfully> []
 * ```
 */
export class IncompatibleKeys {
  readonly missingKeys: readonly string[];
  readonly unexpectedKeys: readonly string[];

  /** @internal */
  constructor(missingKeys: readonly string[], unexpectedKeys: readonly string[]) {
    bindRecord('IncompatibleKeys(missingKeys: strs, unexpectedKeys: strs)', [missingKeys, unexpectedKeys]);
    this.missingKeys = missingKeys;
    this.unexpectedKeys = unexpectedKeys;
  }

  /** PyTorch's printed form. */
  toString(): string {
    if (this.missingKeys.length + this.unexpectedKeys.length === 0) return '<All keys matched successfully>';
    const quote = (keys: readonly string[]): string => `[${keys.map((key) => `'${key}'`).join(', ')}]`;
    return `_IncompatibleKeys(missing_keys=${quote(this.missingKeys)}, unexpected_keys=${quote(this.unexpectedKeys)})`;
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** Throws unless the value is an object of names. */
export function checkDict(value: unknown): asserts value is StateDict {
  const isObject = typeof value === 'object' && value !== null;
  const later = isPromise(value);
  const holdsBytes = isObject && (asBytes(value) !== undefined || typeof (value as Blob).arrayBuffer === 'function');
  if (isObject && !later && !holdsBytes && !(Symbol.iterator in value) && !(value instanceof Tensor)) return;
  const hint = later ? ': await it' : holdsBytes ? ': torch.load(bytes) reads it' : '';
  throw new TypeError(`Expected state_dict to be dict-like, got ${describe(value)}${hint}.`);
}

/** Copies `given` into the tensors of `own`, the state of a module of class `name`: everything, or nothing and an error. */
export function fillState(name: string, own: StateDict, given: StateDict, strict: boolean): IncompatibleKeys {
  const missing = Object.keys(own).filter((key) => !Object.hasOwn(given, key));
  const unexpected = Object.keys(given).filter((key) => !Object.hasOwn(own, key));
  const quote = (keys: readonly string[]): string => keys.map((key) => `"${key}"`).join(', ');
  const errors: string[] = [];
  if (strict && unexpected.length > 0) errors.push(`Unexpected key(s) in state_dict: ${quote(unexpected)}. `);
  if (strict && missing.length > 0) errors.push(`Missing key(s) in state_dict: ${quote(missing)}. `);
  const common = Object.entries(own)
    .filter(([key]) => Object.hasOwn(given, key))
    .map(([key, target]) => ({ key, target, source: given[key] }));
  for (const { key, target, source } of common) {
    const expected = `While copying the parameter named "${key}", expected a Tensor`;
    if (!(source instanceof Tensor)) errors.push(`${expected} but got ${describe(source)}.`);
    else if (source.isDisposed) errors.push(`${expected}, but it was disposed of.`);
    else if (target.isDisposed) errors.push(`The model's own ${key} was disposed of.`);
    else if (target.dims.some((size, d) => size > 1 && target.strides[d] === 0)) {
      errors.push(`Several elements of the model's own ${key} share one place in memory: clone() it first.`);
    } else if (!sameDims(source.dims, target.dims)) {
      errors.push(
        `size mismatch for ${key}: copying a param with shape ${source.shape} from checkpoint, the shape in current ` +
          `model is ${target.shape}.`,
      );
    }
  }
  if (errors.length > 0) throw new RangeError(`Error(s) in loading state_dict for ${name}:\n\t${errors.join('\n\t')}`);
  within('loadStateDict', () => copyAll(common));
  return new IncompatibleKeys(missing, unexpected);
}

/** Copies each source into its target. What needs memory comes first, so that no copy fails after another was made. */
function copyAll(pairs: readonly { target: Tensor; source: Tensor }[]): void {
  const casts: Tensor[] = [];
  try {
    for (const { target, source } of pairs) {
      casts.push(source.storage === target.storage ? copyRaw(source, target.dtype) : castRaw(source, target.dtype));
    }
    for (const x of casts) pointerOf(x);
    for (const { target } of pairs) targetOf(target);
    pairs.forEach(({ target }, i) => {
      launchCopy(target, casts[i]);
      target.clock.version++;
    });
  } finally {
    casts.forEach((cast, i) => {
      freeCast(cast, pairs[i].source);
    });
  }
}
