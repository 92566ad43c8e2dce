/** Layers that are a function and its options: they keep what they were given and print it. */
import { bindRecord } from '../tensor/signature.ts';
import { pythonNumber } from './given.ts';
import { Module } from './module.ts';

/** A module whose fields are its constructor's arguments. */
export abstract class Configured extends Module {
  /**
   * @param signature - The parameters, as `tensor/signature.ts` has them, without a name: that is the class's own.
   * @param args - What the layer was made with.
   * @internal
   */
  constructor(signature: string, args: readonly unknown[]) {
    super();
    Object.assign(this, bindRecord(signature, args, new.target.name));
  }
}

/** A function that may write its input. */
export abstract class Activation extends Configured {
  declare readonly inplace: boolean;

  override extraRepr(): string {
    return printed(this);
  }
}

/** `alpha=1.0, inplace=True`: some fields of a layer, printed as Python's floats, and `inplace` if it is set. */
export function printed(layer: object, ...names: string[]): string {
  const fields = layer as Record<string, unknown>;
  const shown = names.map((name) => {
    const snake = name.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`);
    return `${snake}=${pythonNumber(fields[name] as number)}`;
  });
  if (fields.inplace) shown.push('inplace=True');
  return shown.join(', ');
}
