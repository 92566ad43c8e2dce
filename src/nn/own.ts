/** Which forward passes run none but torchlet's own code. */

/** The functions `forward` that layer.ts has made: nothing else adds to them. */
const forwards = new WeakSet<object>();

/** Notes a forward pass that is a computation of torchlet's own. */
export function noteOwn(forward: object): void {
  forwards.add(forward);
}

/** Whether it is one. */
export const isOwn = (forward: unknown): boolean => forwards.has(forward as object);

/** Whether a module's class is torchlet's own, and none that a user derived: it stands right above what layer.ts made. */
export function isOfOwnClass(module: object): boolean {
  const made: unknown = Object.getPrototypeOf(Object.getPrototypeOf(module));
  return made !== null && Object.hasOwn(made as object, 'forward') && isOwn((made as { forward: unknown }).forward);
}
