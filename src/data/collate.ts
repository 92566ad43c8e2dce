/** From a list of samples to a batch. */
import { asTensor, type TensorData, tensor } from '../ops/create/from-data.ts';
import { stack } from '../ops/view/join.ts';
import { describe, isOptions } from '../tensor/args.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { Tensor } from '../tensor/tensor.ts';

/** What `defaultCollate` makes of samples of type S. */
export type Collated<S> = unknown extends S
  ? unknown
  : S extends Tensor | number | boolean | bigint | TypedArray
    ? Tensor
    : S extends string
      ? string[]
      : { -readonly [K in keyof S]: Collated<S[K]> };

/**
 * A batch from a list of samples, with a new first dimension: tensors and typed arrays are stacked; numbers become the
 * default dtype, booleans bool, BigInts int64; strings stay a list; lists and plain objects are collated member by
 * member.
 *
 * Whole numbers become floats too, where PyTorch makes Python's ints int64: JavaScript cannot tell 1 from 1.0, and a
 * batch must not change its dtype with its values. For int64 write 1n, a tensor, or `.long()` afterwards; losses take
 * class numbers as floats.
 *
 * @throws RangeError when lists differ in length or tensors in shape; TypeError for anything else.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const batch = torch.utils.data.defaultCollate([{ x: 1, name: 'a' }, { x: 2, name: 'b' }]);
 * console.log(batch); // => { x: tensor([1., 2.]), name: [ 'a', 'b' ] }
 * ```
 */
export function defaultCollate<S>(batch: readonly S[]): Collated<S> {
  if (!Array.isArray(batch) || batch.length === 0) {
    throw new TypeError(`defaultCollate(): expected a list of at least one sample, got ${describe(batch)}`);
  }
  return collate(batch) as Collated<S>;
}

/** Samples that are deeper are taken for ones that contain themselves. */
const DEEPEST = 128;

function checkDepth(name: string, depth: number): void {
  if (depth > DEEPEST) throw new RangeError(`${name}(): a sample is more than ${DEEPEST} deep, or contains itself`);
}

function collate(batch: readonly unknown[], depth = 0): unknown {
  checkDepth('defaultCollate', depth);
  const [first] = batch;
  const kind = kindOf(first);
  const odd = batch.find((sample) => kindOf(sample) !== kind);
  if (odd !== undefined) {
    throw new TypeError(`defaultCollate: samples of one batch differ: ${describe(first)} and ${describe(odd)}`);
  }
  if (kind === 'tensor') return stack(batch as Tensor[]);
  if (kind === 'array') return stack(batch.map((sample) => tensor(sample as TypedArray)));
  if (kind === 'number') return tensor(batch as TensorData);
  if (kind === 'string') return [...batch];
  if (kind === 'list') {
    const lists = batch as unknown[][];
    const { length } = lists[0];
    if (lists.some((list) => list.length !== length)) {
      throw new RangeError('each element in list of batch should be of equal size');
    }
    return Array.from({ length }, (_, i) =>
      collate(
        lists.map((list) => list[i]),
        depth + 1,
      ),
    );
  }
  if (kind === 'object') {
    const objects = batch as Record<string, unknown>[];
    const members = Object.keys(objects[0]).map((key) => {
      if (!objects.every((sample) => Object.hasOwn(sample, key))) {
        throw new RangeError(`defaultCollate: some samples of one batch have no '${key}'`);
      }
      return [
        key,
        collate(
          objects.map((sample) => sample[key]),
          depth + 1,
        ),
      ] as const;
    });
    return Object.fromEntries(members);
  }
  throw new TypeError(
    'defaultCollate: batch must contain tensors, typed arrays, numbers, booleans, strings, plain objects or lists; ' +
      `found ${describe(first)}`,
  );
}

function kindOf(sample: unknown): 'tensor' | 'array' | 'number' | 'string' | 'list' | 'object' | null {
  if (sample instanceof Tensor) return 'tensor';
  if (typeof sample === 'number' || typeof sample === 'boolean' || typeof sample === 'bigint') return 'number';
  if (typeof sample === 'string') return 'string';
  if (Array.isArray(sample)) return 'list';
  if (ArrayBuffer.isView(sample)) return 'array';
  return isOptions(sample) ? 'object' : null;
}

/** One sample as it leaves a loader that does not batch: typed arrays become tensors, all else stays. */
export function defaultConvert(sample: unknown): unknown {
  return convert(sample, 0);
}

function convert(sample: unknown, depth: number): unknown {
  checkDepth('defaultConvert', depth);
  const inner = (value: unknown): unknown => convert(value, depth + 1);
  if (sample instanceof Tensor) return sample;
  if (Array.isArray(sample)) return sample.map(inner);
  if (ArrayBuffer.isView(sample)) return asTensor(sample as TypedArray);
  if (!isOptions(sample)) return sample;
  return Object.fromEntries(Object.entries(sample).map(([key, value]) => [key, inner(value)]));
}
