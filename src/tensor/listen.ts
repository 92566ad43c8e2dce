/**
 * Listening to operations. While anybody does, each operation that a program calls tells its signature, its arguments and
 * its result; what an operation calls of others it keeps to itself. An exporter traces a model so.
 */
import type { Signature } from './signature.ts';
import { setTell, type Tell } from './tell.ts';

/** One call of an operation, in whatever grad mode. */
export interface Told {
  readonly signature: Signature;
  /** A value for each parameter, by its name. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly result: unknown;
}

export type Listener = (told: Told) => void;

const listeners = new Set<Listener>();
/** Whether an operation is on its way, of which others are told when it ends. */
let busy = false;

/** Tells `listener` of every outermost operation from now on, but for one that throws; returns what ends that. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  update();
  return () => {
    listeners.delete(listener);
    update();
  };
}

function update(): void {
  setTell(busy || listeners.size === 0 ? null : callAndTell);
}

const callAndTell: Tell = (signature, values, call) => {
  busy = true;
  update();
  try {
    const result = call(...(values as never));
    const args = Object.fromEntries(signature.parameters.map(({ name }, i) => [name, values[i]]));
    for (const listener of [...listeners]) listener({ signature, args, result });
    return result;
  } finally {
    busy = false;
    update();
  }
};
