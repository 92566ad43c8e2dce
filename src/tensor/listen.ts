/**
 * Listening to operations. While anybody does, each operation that a program calls tells its signature, its arguments and
 * its result; what an operation calls of others it keeps to itself, but for a listener that enters it. An exporter traces a
 * model so.
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

/**
 * Asked before an operation runs: whether to be told of what it calls instead of itself. It may throw, and so refuse the
 * call. An operation that is not made by `operation` cannot be entered.
 */
export type Enter = (signature: Signature, values: readonly unknown[]) => boolean;

const listeners = new Map<Listener, Enter | null>();
/** Who is told of an operation that begins now; null is everybody. */
let open: readonly Listener[] | null = null;

/** Tells `listener` of every outermost operation from now on, but for one that throws; returns what ends that. */
export function listen(listener: Listener, enter: Enter | null = null): () => void {
  listeners.set(listener, enter);
  update();
  return () => {
    listeners.delete(listener);
    update();
  };
}

const listening = (): Listener[] => (open ?? [...listeners.keys()]).filter((each) => listeners.has(each));

function update(): void {
  setTell(listening().length === 0 ? null : callAndTell);
}

function openFor(some: readonly Listener[] | null): void {
  open = some;
  update();
}

const callAndTell: Tell = (signature, values, call) => {
  const before = open;
  const all = listening();
  const within = all.filter((each) => listeners.get(each)?.(signature, values));
  openFor(within);
  try {
    const result = call(...(values as never));
    const args = Object.fromEntries(signature.parameters.map(({ name }, i) => [name, values[i]]));
    // Of what a listener calls when it is told nobody is.
    openFor([]);
    for (const each of all) if (!within.includes(each) && listeners.has(each)) each({ signature, args, result });
    return result;
  } finally {
    openFor(before);
  }
};
