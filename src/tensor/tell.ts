/**
 * The switch that every operation asks whether somebody listens (listen.ts): null while nobody does, which is all that it
 * costs then. (Measured: a step of 9-64-32-16-1 takes as long as without the question.)
 */
import type { Signature } from './signature.ts';

/** Calls an operation with a value for each parameter, and tells those who listen. */
export type Tell = <R>(signature: Signature, values: readonly unknown[], call: (...values: never) => R) => R;

export let tell: Tell | null = null;

export function setTell(to: Tell | null): void {
  tell = to;
}
