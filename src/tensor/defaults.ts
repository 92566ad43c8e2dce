/** A call's arguments as one object, whose keys and defaults are those of its parameters. */
import { bindArgs, checkCount } from './args.ts';

/** Every parameter in PyTorch's order with what stands for it if it is not given; undefined where it must be. */
export type Defaults<O> = { readonly [K in keyof Required<O>]: O[K] | undefined };

/**
 * The arguments by name: given by position or in a trailing options object, else the default. Throws for too many and
 * for names that are none; what the values are is for the caller to check.
 */
export function withDefaults<O extends object>(
  name: string,
  defaults: Defaults<O>,
  args: readonly unknown[],
): Required<O> {
  const names = Object.keys(defaults);
  const bound = bindArgs(name, names, args);
  checkCount(name, names, bound);
  const given = names.map((key, i) => [key, bound[i] === undefined ? defaults[key as keyof O] : bound[i]]);
  return Object.fromEntries(given) as Required<O>;
}
