/** One tensor or several, where a function takes either. */
import { describe } from './args.ts';
import { Tensor } from './tensor.ts';

/** The tensors as a list; throws for anything else, and names the way from a module to its parameters. */
export function listOf(tensors: unknown, caller: string): Tensor[] {
  if (tensors instanceof Tensor) return [tensors];
  const isList = typeof (tensors as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === 'function';
  const list = isList ? [...(tensors as Iterable<unknown>)] : [tensors];
  for (const x of list) {
    if (x instanceof Tensor) continue;
    const isModule = typeof (x as { parameters?: unknown } | null | undefined)?.parameters === 'function';
    const hint = isModule ? ': give its parameters()' : Array.isArray(x) ? ': take it out of the list around it' : '';
    throw new TypeError(`${caller}(): expected Tensors, got ${describe(x)}${hint}`);
  }
  return list as Tensor[];
}
