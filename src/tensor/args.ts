/**
 * PyTorch's calling convention: positional arguments in PyTorch's order, and any of them named in one trailing plain
 * object. `named` wraps an implementation that takes positions only.
 */

/** Whether a value is an options object: made by `{…}`, not a tensor, a list, a dtype or any other class. */
export function isOptions(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Positions for `args`, whose last element is an options object. */
export function bind(name: string, parameters: readonly string[], args: readonly unknown[]): unknown[] {
  const bound = args.slice(0, -1);
  const options = args[args.length - 1] as Record<string, unknown>;
  for (const key of Object.keys(options)) {
    const at = parameters.indexOf(key);
    if (at < 0) {
      const known = parameters.join(', ');
      throw new TypeError(`${name}() got an unexpected option '${key}'; it takes ${known || 'no options'}`);
    }
    if (at < bound.length && bound[at] !== undefined) {
      throw new TypeError(`${name}() got multiple values for argument '${key}'`);
    }
    bound[at] = options[key];
  }
  return bound;
}

/** Positions for a call that may end in an options object. */
export function bindArgs(name: string, parameters: readonly string[], args: readonly unknown[]): readonly unknown[] {
  return args.length > 0 && isOptions(args[args.length - 1]) ? bind(name, parameters, args) : args;
}

/**
 * A function that binds a trailing options object before it calls `body`, under its public type. `parameters` names
 * the positions in PyTorch's order, camelCase.
 */
export function named<F>(name: string, parameters: readonly string[], body: (...args: never[]) => unknown): F {
  const positional = body as (...args: unknown[]) => unknown;
  const wrapped = (...args: unknown[]): unknown => {
    const last = args[args.length - 1];
    if (typeof last === 'object' && isOptions(last)) return positional(...bind(name, parameters, args));
    if (args.length > parameters.length) {
      throw new TypeError(`${name}() takes at most ${parameters.length} arguments, got ${args.length}`);
    }
    return positional(...args);
  };
  Object.defineProperty(wrapped, 'name', { value: name });
  return wrapped as F;
}

/**
 * Splits `f(2, 3, { … })` and `f([2, 3], { … })` into the list and the options: for functions whose first argument is
 * a shape or a list of dimensions that PyTorch takes as varargs.
 */
export function listAndOptions(
  name: string,
  parameters: readonly string[],
  args: readonly unknown[],
): [list: readonly number[], options: Record<string, unknown>] {
  let positions = args;
  let options: Record<string, unknown> = {};
  if (args.length > 0 && isOptions(args[args.length - 1])) {
    options = args[args.length - 1] as Record<string, unknown>;
    positions = args.slice(0, -1);
    for (const key of Object.keys(options)) {
      if (!parameters.includes(key)) {
        throw new TypeError(`${name}() got an unexpected option '${key}'; it takes ${parameters.join(', ')}`);
      }
    }
  }
  const list = positions.length === 1 && Array.isArray(positions[0]) ? (positions[0] as unknown[]) : positions;
  for (const value of list) {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw new TypeError(`${name}(): expected integers, got ${describe(value)} in [${list.map(describe).join(', ')}]`);
    }
  }
  return [list as readonly number[], options];
}

/** A short description of any value, for messages. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Function) return `function ${value.name || '(anonymous)'}`;
  if (typeof value !== 'object' && typeof value !== 'function') return String(value);
  const shape = (value as { dims?: readonly number[] }).dims;
  if (shape) return `a tensor of shape [${shape.join(', ')}]`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return `a ${value.constructor?.name ?? 'object'}`;
}
