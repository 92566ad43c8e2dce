/**
 * Layers as rows: a signature and a computation. Their classes extend what `layer` makes,
 *
 *     export class ELU extends layer(
 *       '(alpha: float = 1, inplace: bool = false)',
 *       (input, alpha, inplace) => elu(input, alpha, inplace),
 *       { show: shown('alpha') },
 *     ) {}
 *
 * and get from it the constructor, the fields, `forward` and the printed form. Layers with parameters write a constructor
 * of their own, and extend what `computing` makes.
 */

import { pythonNumber } from '../tensor/python-text.ts';
import { type Bound, type BoundRecord, bindRecord, type Drop, type First, type Taken } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import { noteOwn } from './own.ts';

/** A module that computes an R from I. */
export interface Computing<I extends readonly unknown[], R> extends Module {
  forward(...inputs: I): R;
}

/**
 * A module whose forward pass is `compute`, given the inputs and the module. It may keep neither: what a Sequential of
 * such layers hands from one to the next is freed at once.
 */
/* @__NO_SIDE_EFFECTS__ */
export function computing<L, I extends readonly unknown[], R>(
  compute: (layer: L, ...inputs: I) => R,
): new () => Computing<I, R> {
  const made = class extends Module {
    // As many as any takes, one by one: a list of them would be made for each pass.
    forward(first?: unknown, second?: unknown, third?: unknown): unknown {
      return (compute as (...args: unknown[]) => R)(this, first, second, third);
    }
  };
  noteOwn(made.prototype.forward);
  return made as unknown as new () => Computing<I, R>;
}

/** The class that a row makes: S is its signature, P what its computation takes, I of that the inputs. */
export type LayerClass<
  S extends string,
  I extends readonly unknown[],
  P extends readonly unknown[],
  Fields = Readonly<BoundRecord<S>>,
> = new (...args: Taken<S, Drop<P, I>>) => Computing<First<P, I>, Tensor> & Fields;

/** What a row may say besides its computation. */
export interface Frame<S extends string> {
  /** What stands between the brackets of the printed form; nothing if not given. */
  show?: (layer: BoundRecord<S>) => string;
  /** Looks at the fields of a new layer: throws for what is out of range, registers buffers. */
  check?: (layer: Module & BoundRecord<S>) => void;
}

/**
 * A layer that is a function and its options. Its constructor takes the arguments that `signature` names, and keeps them
 * as fields of these names.
 *
 * @param signature - The parameters, as tensor/signature.ts has them, without a name: that is the class's own.
 * @param body - The forward pass: takes the input, the fields as they then are, and whether the module trains.
 */
/* @__NO_SIDE_EFFECTS__ */
export function layer<
  const S extends string,
  B extends (...args: [input: Tensor, ...fields: Bound<S>, training: boolean]) => Tensor,
>(signature: S, body: B, frame: Frame<S> = {}): LayerClass<S, [Tensor], Parameters<B>> {
  return rowOf(signature, 1, body, frame) as LayerClass<S, [Tensor], Parameters<B>>;
}

/** A layer of two inputs, likewise. */
/* @__NO_SIDE_EFFECTS__ */
export function layerOfTwo<
  const S extends string,
  B extends (...args: [first: Tensor, second: Tensor, ...fields: Bound<S>, training: boolean]) => Tensor,
>(signature: S, body: B, frame: Frame<S> = {}): LayerClass<S, [Tensor, Tensor], Parameters<B>> {
  return rowOf(signature, 2, body, frame) as LayerClass<S, [Tensor, Tensor], Parameters<B>>;
}

/** The class of a row that takes so many inputs; for those whose fields have other types than the signature tells. */
/* @__NO_SIDE_EFFECTS__ */
export function rowOf<S extends string>(
  signature: S,
  inputs: number,
  body: (...args: never[]) => unknown,
  { show, check }: Frame<S>,
): unknown {
  const call = body as (...args: unknown[]) => unknown;
  const given = body.length;
  let names: readonly string[] = [];
  const made = class extends Module {
    constructor(...args: unknown[]) {
      super();
      const fields = bindRecord(signature, args, new.target.name);
      names = Object.keys(fields);
      Object.assign(this, fields);
      check?.(this as unknown as Module & BoundRecord<S>);
    }

    forward(first: unknown, second: unknown, third: unknown): unknown {
      const self = this as unknown as Record<string, unknown>;
      // What most layers and losses are, without a list of the arguments, which takes 30 ns.
      if (inputs === 1 && given < 3) return given < 2 ? call(first) : call(first, self[names[0]]);
      if (inputs === 2 && given < 4) return call(first, second, self[names[0]]);
      const list = new Array<unknown>(inputs + names.length + 1);
      list[0] = first;
      if (inputs > 1) list[1] = second;
      if (inputs > 2) list[2] = third;
      for (let i = 0; i < names.length; i++) list[inputs + i] = self[names[i]];
      list[inputs + names.length] = this.training;
      return call(...list);
    }

    override extraRepr(): string {
      return show?.(this as unknown as BoundRecord<S>) ?? '';
    }
  };
  noteOwn(made.prototype.forward);
  return made;
}

/** Prints `alpha=1.0, inplace=True`: some fields, as Python's floats, and `inplace` if it is set. */
export const shown =
  (...names: string[]) =>
  (layer: object): string => {
    const fields = layer as Record<string, unknown>;
    const texts = names.map((name) => {
      const snake = name.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`);
      return `${snake}=${pythonNumber(fields[name] as number)}`;
    });
    if (fields.inplace) texts.push('inplace=True');
    return texts.join(', ');
  };
