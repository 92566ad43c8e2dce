/** What memory refuses, and who asked for it. */

/**
 * Raised where there is no room, where a number of bytes is no size, and where a tensor has more elements than a kernel
 * counts. What raises it does not know for which operation it works: that adds its name by `inOperation`.
 */
export class MemoryRefusal extends RangeError {
  /** What the message names besides bytes. */
  readonly names: 'nothing' | 'tensor' | 'operation';

  constructor(message: string, names: MemoryRefusal['names'] = 'nothing') {
    super(message);
    this.names = names;
  }
}

/** `error` as an operation throws it: a refusal of memory that names none yet is said to be its own. */
export function inOperation(error: unknown, operation: string): unknown {
  if (!(error instanceof MemoryRefusal) || error.names === 'operation') return error;
  return new MemoryRefusal(`${operation}(): ${error.message}`, 'operation');
}

/** `error` with the tensor named for which there was no room. */
export function forTensor(error: unknown, dims: readonly number[], dtype: unknown): unknown {
  if (!(error instanceof MemoryRefusal) || error.names !== 'nothing') return error;
  const tensor = `a tensor of shape [${dims.join(', ')}] and dtype ${String(dtype)}`;
  return new MemoryRefusal(`${error.message}, for ${tensor}`, 'tensor');
}

/** What `body` gives; an error of memory in it is said to be the operation's. */
export function within<R>(operation: string, body: () => R): R {
  try {
    return body();
  } catch (error) {
    throw inOperation(error, operation);
  }
}
