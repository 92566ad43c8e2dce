/** The examples that a model is traced with: their names, the axes that vary, and examples of other sizes and values. */
import { fromTypedArray } from '../ops/create/from-data.ts';
import { floorDivide, mul } from '../ops/elementwise/binary.ts';
import { indexSelect } from '../ops/select/gather.ts';
import { flip } from '../ops/view/arrange.ts';
import { describe, isOptions } from '../tensor/args.ts';
import { bool } from '../tensor/dtype.ts';
import { copyOf } from '../tensor/elements.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Axis } from './vary.ts';

/** Names of axes by their numbers, or the numbers alone. */
export type DynamicAxes = Record<string, Record<number, string> | readonly number[]>;

/** Puts tensors in the places of those in nested lists and objects, in their order. */
export function replaced(x: unknown, next: () => Tensor): unknown {
  if (x instanceof Tensor) return next();
  if (Array.isArray(x)) return x.map((each) => replaced(each, next));
  return isOptions(x) ? Object.fromEntries(Object.entries(x).map(([key, each]) => [key, replaced(each, next)])) : x;
}

/** x with its elements repeated or cut off along a dimension. */
function resized(x: Tensor, dim: number, size: number): Tensor {
  const places = BigInt64Array.from({ length: size }, (_, i) => BigInt(i % x.dims[dim]));
  return indexSelect(x, dim, fromTypedArray(places, [size]));
}

/** x with other values: its elements in another order, and smaller ones, unless they are whole and must stay what they are. */
export function changed(x: Tensor, keepWhole: boolean): Tensor {
  const turned = flip(x, [...x.dims.keys()]);
  const whole = Array.from(copyOf(x) as ArrayLike<number | bigint>, Number).every(Number.isInteger);
  if (x.dtype === bool || (keepWhole && whole)) return turned;
  return x.dtype.isFloatingPoint ? mul(turned, 0.75) : floorDivide(turned, 2);
}

/** Names that were given, as many as there are. */
export function namesOf(given: readonly string[] | null, count: number, what: string): string[] {
  const names = given ?? Array.from({ length: count }, (_, i) => (count === 1 ? what : `${what}_${i}`));
  if (names.length === count && new Set(names).size === count) return [...names];
  throw new RangeError(`export(): ${what}Names must be ${count} different names, got [${names.join(', ')}]`);
}

/** Where axes of each name are: which input, which dimension. Axes of one name are of one size. */
function placesOf(
  dynamic: DynamicAxes,
  names: readonly string[],
  inputs: readonly Tensor[],
  outputs: readonly string[],
): Map<string, [number, number][]> {
  const axes = new Map<string, [number, number][]>();
  for (const [key, list] of Object.entries(dynamic)) {
    if (!isOptions(list) && !Array.isArray(list)) {
      throw new TypeError(
        `export(): dynamicAxes['${key}'] must be names by axes or a list of axes, got ${describe(list)}`,
      );
    }
    const entries: [number, string][] = Array.isArray(list)
      ? list.map((axis: number) => [axis, `${key}_${axis}`])
      : Object.entries(list).map(([axis, name]) => [Number(axis), String(name)]);
    const i = names.indexOf(key);
    if (i < 0) {
      if (outputs.includes(key)) continue;
      throw new RangeError(`export(): dynamicAxes names '${key}', and there are ${[...names, ...outputs].join(', ')}`);
    }
    const { dims } = inputs[i];
    for (const [given, name] of entries) {
      const axis = given < 0 ? given + dims.length : given;
      if (!(dims[axis] > 0)) {
        throw new RangeError(`export(): dynamicAxes['${key}'] names axis ${given} of an example of shape [${dims}]`);
      }
      const same = axes.get(name) ?? [];
      if (same.some(([other, at]) => inputs[other].dims[at] !== dims[axis])) {
        throw new RangeError(`export(): axes of the name '${name}' must have one size in the examples`);
      }
      axes.set(name, [...same, [i, axis]]);
    }
  }
  return axes;
}

/** The axes that vary, with their sizes in each trace, and the examples of all traces but the first. */
export function variations(
  dynamic: DynamicAxes,
  names: readonly string[],
  examples: readonly Tensor[],
  outputs: readonly string[],
): { axes: Axis[]; variants: (readonly Tensor[])[] } {
  const places = [...placesOf(dynamic, names, examples, outputs)];
  if (places.length === 0) return { axes: [], variants: [] };
  // Each axis on its own, then all of them, and none as much as another.
  const steps = [...places.map((_, i) => places.map((__, j) => Number(i === j))), places.map((_, j) => j + 2)];
  const axes = places.map(([name, [[i, axis]]], j): Axis => {
    const size = examples[i].dims[axis];
    return { name, input: names[i], axis, sizes: [size, ...steps.map((step) => size + step[j])] };
  });
  const variants = steps.map((_, t) => {
    const inputs = [...examples];
    places.forEach(([, list], j) => {
      for (const [i, axis] of list) inputs[i] = resized(inputs[i], axis, axes[j].sizes[t + 1]);
    });
    return inputs;
  });
  return { axes, variants };
}
