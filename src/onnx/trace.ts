/**
 * What a forward pass computes, as calls of operations on values. It is heard from the operations (tensor/listen.ts); writes
 * in place become new values, and what shares memory with what was written is taken of it anew.
 */
import { noGrad } from '../autograd/mode.ts';
import type { Storage } from '../memory/storage.ts';
import { arange } from '../ops/create/create.ts';
import { resultType } from '../ops/promote.ts';
import { at } from '../ops/select/index.ts';
import { reshape } from '../ops/view/view.ts';
import { describe, isOptions } from '../tensor/args.ts';
import { bool, type DType, int64, type TypedArray } from '../tensor/dtype.ts';
import { copyOf } from '../tensor/elements.ts';
import { listen, type Told } from '../tensor/listen.ts';
import { type Dims, sameDims } from '../tensor/shape.ts';
import type { Signature } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';

/** A tensor as it was at one moment. */
export class Value {
  readonly dims: Dims;
  readonly dtype: DType;
  /** What computed it; null for inputs, parameters and what nobody knows of. */
  readonly call: Call | null;
  /** What an input or a parameter is called. */
  readonly name: string | null;
  /** The elements of one that depends on no input and no parameter. */
  readonly data: TypedArray | null;

  constructor(
    { dims, dtype }: { dims: Dims; dtype: DType },
    call: Call | null,
    name: string | null,
    data: TypedArray | null,
  ) {
    this.dims = dims;
    this.dtype = dtype;
    this.call = call;
    this.name = name;
    this.data = data;
  }
}

export interface Call {
  readonly name: string;
  /** By the names of parameters; tensors are values. */
  readonly args: Record<string, unknown>;
  readonly outs: Value[];
}

/** All calls in their order, and what the model gave. */
export interface Trace {
  readonly calls: readonly Call[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** What lies in a storage: the first tensor that was seen of it, and how often it was written. */
interface Place {
  readonly owner: Tensor;
  writes: number;
  /** Whether it is a parameter's, or nobody knows whose. */
  readonly foreign: string | null;
}

/** Compositions whose parts are exported in their place. */
const ENTERED = new Set(
  (
    'binaryCrossEntropy binaryCrossEntropyWithLogits cosineEmbeddingLoss cosineSimilarity countNonzero ' +
    'cross diff dist gaussianNllLoss glu hingeEmbeddingLoss hstack huberLoss inner isclose klDiv l1Loss ' +
    'marginRankingLoss meshgrid mseLoss multiMarginLoss multilabelSoftMarginLoss nansum norm normalize outer ' +
    'pairwiseDistance poissonNllLoss rot90 smoothL1Loss softMarginLoss softmin stack tanhshrink tensordot ' +
    'tripletMarginLoss vstack'
  ).split(' '),
);

/** Calls that no operation makes: the places of elements, and a write of some of them. */
export const PLACES = 'a place';
export const WRITE = 'a write in place';

const VIEWS = /^(squeeze|unsqueeze|transpose|t|requiresGrad)_$/;

/** Whether a call writes its first argument. */
const writes = (name: string, inplace: unknown): boolean =>
  inplace === true || (name.endsWith('_') && !VIEWS.test(name));

export const refusal = (name: string, why: string): TypeError => new TypeError(`export(): ${name} ${why}`);

/** Where the elements of x stand in its storage. */
function placesOf({ dims, strides, offset, count }: Tensor): Float64Array {
  const places = new Float64Array(count);
  let n = 0;
  const walk = (d: number, from: number): void => {
    if (d === dims.length) places[n++] = from;
    else for (let i = 0; i < dims[d]; i++) walk(d + 1, from + i * strides[d]);
  };
  walk(0, offset);
  return places;
}

/** Which elements of `owner` those of x are; null if x has others. */
function within(owner: Tensor, x: Tensor): BigInt64Array | null {
  const all = new Map([...placesOf(owner)].map((place, i) => [place, i]));
  const found = [...placesOf(x)].map((place) => all.get(place) ?? -1);
  return found.includes(-1) ? null : BigInt64Array.from(found, BigInt);
}

const sameElements = (a: Tensor, b: Tensor): boolean =>
  a.offset === b.offset && sameDims(a.dims, b.dims) && sameDims(a.strides, b.strides);

/** Whether something depends on an input or a parameter. */
const isLive = (x: unknown): boolean => (Array.isArray(x) ? x.some(isLive) : x instanceof Value && x.data === null);

const constant = (data: BigInt64Array, dims: Dims): Value => new Value({ dims, dtype: int64 }, null, null, data);

class Tracer {
  readonly calls: Call[] = [];
  private readonly places = new Map<Storage, Place>();
  private readonly values = new Map<Tensor, { value: Value; writes: number }>();

  /** Lets x be what is called `name`; foreign, if it is not to be written. */
  known(x: Tensor, name: string, foreign: boolean): Value {
    const found = this.values.get(x);
    if (found !== undefined) return found.value;
    const value = new Value(x, null, name, null);
    if (!this.places.has(x.storage)) {
      this.places.set(x.storage, { owner: x, writes: 0, foreign: foreign ? `'${name}'` : null });
    }
    this.values.set(x, { value, writes: 0 });
    return value;
  }

  /** Asked before an operation runs. */
  readonly enter = ({ name, parameters }: Signature, values: readonly unknown[]): boolean => {
    const args = Object.fromEntries(parameters.map((parameter, i) => [parameter.name, values[i]]));
    if ('generator' in args || (/drop|rrelu/i.test(name) && args.training === true && args.p !== 0)) {
      throw refusal(
        name,
        'draws random numbers, which a file would draw anew: call it with training false, or outside',
      );
    }
    const [first] = values;
    if (writes(name, args.inplace) && first instanceof Tensor) {
      const place = this.places.get(first.storage);
      if (place === undefined || place.foreign !== null) {
        throw refusal(
          name,
          `writes ${place?.foreign ?? 'a tensor of outside'}, and a file keeps nothing between its runs`,
        );
      }
    }
    if (
      (name === 'embedding' && args.maxNorm !== null) ||
      (name === 'batchNorm' && args.training && args.runningMean)
    ) {
      throw refusal(
        name,
        `writes ${name === 'embedding' ? 'its table (maxNorm)' : 'its running statistics (training)'}`,
      );
    }
    return ENTERED.has(name) || (name === 'pad' && args.mode === 'circular');
  };

  /** What x is now. */
  of(x: Tensor): Value {
    const place = this.places.get(x.storage);
    if (place === undefined) {
      const value = new Value(x, null, null, copyOf(x));
      this.places.set(x.storage, { owner: x, writes: 0, foreign: 'a tensor of outside' });
      this.values.set(x, { value, writes: 0 });
      return value;
    }
    const found = this.values.get(x);
    if (found !== undefined && found.writes === place.writes) return found.value;
    const { owner } = place;
    const whole = (this.values.get(owner) as { value: Value }).value;
    const value = sameElements(owner, x) ? whole : this.part(owner, whole, x);
    this.values.set(x, { value, writes: place.writes });
    return value;
  }

  /** x, which shares `owner`'s memory, of what that is now. */
  private part(owner: Tensor, whole: Value, x: Tensor): Value {
    if (owner.dense && x.dense && owner.offset === x.offset && owner.count === x.count) {
      return this.call('reshape', { input: whole, shape: x.dims }, [x]).outs[0];
    }
    const index = within(owner, x);
    if (index === null) throw refusal('forward', 'reads memory beyond the tensor that it has it from');
    return this.call('take', { input: whole, index: constant(index, x.dims) }, [x]).outs[0];
  }

  private call(
    name: string,
    args: Record<string, unknown>,
    results: readonly Tensor[],
    live = Object.values(args).some(isLive),
  ): Call {
    const call: Call = { name, args, outs: [] };
    for (const x of results) call.outs.push(new Value(x, call, null, live ? null : copyOf(x)));
    this.calls.push(call);
    return call;
  }

  /** An argument with values for tensors. */
  private given(x: unknown): unknown {
    if (x instanceof Tensor) return this.of(x);
    return Array.isArray(x) ? x.map((each) => this.given(each)) : x;
  }

  /** Told of an operation that ran. */
  readonly hear = ({ signature: { name }, args, result }: Told): void => {
    const results: Tensor[] = (Array.isArray(result) ? result : [result]).filter((each) => each instanceof Tensor);
    const given = Object.values(args).flat();
    const inplace = writes(name, args.inplace);
    // What is given back as it came.
    const same =
      !inplace && !(VIEWS.test(name) && name !== 'requiresGrad_') && results.some((each) => given.includes(each));
    if (results.length === 0 || same) return;
    const values = Object.fromEntries(Object.entries(args).map(([key, each]) => [key, this.given(each)]));
    // What is made of data has nothing of the tensor that it is made beside.
    values.input = values.data ?? values.input ?? values.self;
    const other = args.other ?? args.exponent;
    if (args.input !== undefined && other !== undefined) values.joint = resultType(args.input as never, other as never);
    if (inplace) this.write(name, results[0], args, values);
    else {
      const { outs } = this.pick(name, args, values, results[0]) ?? this.call(name.replace(/_$/, ''), values, results);
      for (const [i, each] of results.entries()) this.bind(each, outs[i]);
    }
  };

  private bind(x: Tensor, value: Value): void {
    const place = this.places.get(x.storage);
    if (place === undefined) this.places.set(x.storage, { owner: x, writes: 0, foreign: null });
    this.values.set(x, { value, writes: place?.writes ?? 0 });
  }

  /** Which elements of a value indices pick, numbered from the first: a constant as long as its sizes are. */
  private placesAt(input: Value, args: Told['args'], indices: unknown): Value {
    const places = reshape(arange(input.dims.reduce((n, size) => n * size, 1)), [...input.dims]);
    const [all] = this.call(PLACES, { input }, [places], false).outs;
    return this.call('at', { input: all, indices }, [at(places, ...(args.indices as never[]))]).outs[0];
  }

  /** What picks elements whose places no input says, if no simpler operation does. */
  private pick(name: string, args: Told['args'], values: Record<string, unknown>, x: Tensor): Call | null {
    const input = values.input as Value;
    if (name === 'diagonal') {
      const index = within(args.input as Tensor, x) as BigInt64Array;
      return this.call('take', { input, index: constant(index, x.dims) }, [x]);
    }
    if (name !== 'at') return null;
    const picks = (values.indices as unknown[]).filter((each) => each instanceof Value || typeof each === 'boolean');
    const simple = picks.length === 0 || (picks.length === 1 && picks[0] instanceof Value && picks[0].dtype === int64);
    if (simple || isLive(picks)) return null;
    return this.call('take', { input, index: this.placesAt(input, args, values.indices) }, [x]);
  }

  /** A write in place of x. */
  private write(name: string, x: Tensor, args: Told['args'], values: Record<string, unknown>): void {
    const input = values.input as Value;
    let call: Call;
    if (name === 'setAt_') {
      const indices = values.indices as unknown[];
      const { value } = values;
      if (!isLive(indices)) {
        call = this.call(WRITE, { input, index: this.placesAt(input, args, indices), source: value }, [x]);
      } else if (indices.length === 1 && (indices[0] as Value).dtype === bool) {
        call = this.call('maskedFill', { input, mask: indices[0], value }, [x]);
      } else throw refusal('setAt_', 'writes where an input says, other than by one mask');
    } else call = this.call(name.replace(/_$/, ''), values, [x]);
    this.wrote(x, call.outs[0]);
  }

  private wrote(x: Tensor, value: Value): void {
    const place = this.places.get(x.storage) as Place;
    const { owner } = place;
    let whole = value;
    if (!sameElements(owner, x)) {
      const index = within(owner, x);
      if (index === null) throw refusal('forward', 'writes memory beyond the tensor that it has it from');
      const { value: input } = this.values.get(owner) as { value: Value };
      [whole] = this.call(WRITE, { input, index: constant(index, x.dims), source: value }, [owner]).outs;
    }
    const writes = ++place.writes;
    this.values.set(owner, { value: whole, writes });
    this.values.set(x, { value, writes });
  }
}

/** The tensors of nested lists and objects, in their order. */
export function tensorsIn(x: unknown, what: string): Tensor[] {
  if (x instanceof Tensor) return [x];
  if (x === null || x === undefined) return [];
  if (Array.isArray(x)) return x.flatMap((each) => tensorsIn(each, what));
  if (isOptions(x)) return Object.values(x).flatMap((each) => tensorsIn(each, what));
  throw new TypeError(`export(): ${what} must be tensors, or lists and objects of them, got ${describe(x)}`);
}

/** Runs `forward` without recording, and listens. */
export function trace(
  forward: () => unknown,
  inputs: readonly (readonly [string, Tensor])[],
  states: readonly (readonly [string, Tensor])[],
): Trace {
  const tracer = new Tracer();
  for (const [name, x] of states) tracer.known(x, name, true);
  const given = inputs.map(([name, x]) => tracer.known(x, name, false));
  const stop = listen(tracer.hear, tracer.enter);
  let result: unknown;
  try {
    result = noGrad(forward);
  } finally {
    stop();
  }
  const outputs = tensorsIn(result, 'what forward gives').map((x) => tracer.of(x));
  if (outputs.length === 0) throw new TypeError('export(): forward gives no tensor');
  return { calls: tracer.calls, inputs: given, outputs };
}
