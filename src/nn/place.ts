/**
 * Where a module keeps its parameters: behind an accessor of their name that refuses what is none, for a tensor assigned
 * there would leave the optimizer and the state dict unnoticed.
 */
import { describe } from '../tensor/args.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { isOfOwnClass } from './own.ts';
import { Parameter } from './parameter.ts';

type Slots = Record<symbol, unknown>;

/** The accessors, by name; one for all modules, since engines cache what they find by it. */
const accessors = new Map<string, PropertyDescriptor & { slot: symbol }>();

function accessorOf(name: string, key: string): PropertyDescriptor & { slot: symbol } {
  let accessor = accessors.get(key);
  if (accessor === undefined) {
    const slot = Symbol(key);
    accessor = {
      slot,
      get(this: Slots): unknown {
        return this[slot];
      },
      set(this: Slots, next: unknown): void {
        if (next !== null && !(next instanceof Parameter)) {
          throw new TypeError(`cannot assign ${describe(next)} as parameter '${name}' (nn.Parameter or null expected)`);
        }
        this[slot] = next;
      },
      enumerable: true,
      configurable: true,
    };
    accessors.set(key, accessor);
  }
  return accessor;
}

/**
 * Notes the place of a parameter and guards it. torchlet's own classes read the slot itself; what
 * derives from them may define the name anew, as class fields do, and gets slots that nothing but the accessor reads.
 */
export function guard(module: object, name: string, places: Map<string, string>): void {
  places.set(name, 'parameter');
  const place = Object.getOwnPropertyDescriptor(module, name);
  if (!place?.configurable || place.get) return;
  const own = isOfOwnClass(module);
  const accessor = accessorOf(name, own ? name : `${name}'`);
  Object.defineProperty(module, accessor.slot, { value: place.value, writable: true, configurable: true });
  Object.defineProperty(module, name, accessor);
}

/** Forgets the parameter of a name that was deleted, so that `weightOf` does not find it any more. */
export function vacate(module: object, name: string): void {
  Reflect.deleteProperty(module, accessorOf(name, name).slot);
}

/** A layer with a weight and perhaps a bias. */
export interface Affine {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
}

const WEIGHT = accessorOf('weight', 'weight').slot;
const BIAS = accessorOf('bias', 'bias').slot;

/**
 * A layer's weight, past the accessor. (Measured: with reads through it, a training step of 9-64-32-16-1 takes 12.3 µs
 * instead of 11.6.)
 */
export function weightOf<T>(layer: { weight: T }): T {
  const kept = (layer as Slots)[WEIGHT];
  return kept === undefined ? layer.weight : (kept as T);
}

/** A layer's bias, likewise. */
export function biasOf<T>(layer: { bias: T }): T {
  const kept = (layer as Slots)[BIAS];
  return kept === undefined ? layer.bias : (kept as T);
}
