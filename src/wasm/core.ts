/**
 * The one WebAssembly core: instantiated synchronously, before the first tensor, from bytes or a compiled module.
 *
 * Every entry of the package calls `init` with what its runtime allows (inlined bytes, or a module that the runtime
 * compiled); `core` then holds the typed exports.
 */
import type { Core, Family } from './core.generated.ts';

export type { Core, Family };

/** The step of an optimizer, up to three tensors of its state in place; its numbers are at SCALARS (assembly/rule.ts). */
export type RuleKernel = Core['sgdStep'];

/** Stands in for the core until `init` has succeeded: any use says what is missing. */
function missing(cause: unknown): Core {
  return new Proxy({} as Core, {
    get() {
      throw new Error(
        "torchlet's WebAssembly core is not instantiated: this runtime did not let the package compile its bytes. " +
          "Import 'torchlet/core.wasm' as a module and pass it to init(module) before the first tensor.",
        { cause },
      );
    },
  });
}

/** The instantiated core. Live binding: `init` replaces it once. */
export let core: Core = missing(undefined);
let instantiated = false;

/** Modules of families that the runtime compiled; of the others the package carries the bytes. */
export let given: Partial<Readonly<Record<Family, WebAssembly.Module>>> = {};

/** A compiled module of what may be one or its bytes. Asked for its brand: a module may be of another realm. */
function moduleOf(source: WebAssembly.Module | BufferSource): WebAssembly.Module {
  const compiled = Object.prototype.toString.call(source) === '[object WebAssembly.Module]';
  return compiled ? (source as WebAssembly.Module) : new WebAssembly.Module(source as BufferSource);
}

/**
 * Instantiates the core from a compiled `WebAssembly.Module` or from bytes. Done on import wherever the runtime allows
 * it; call it yourself only where the import could not (a runtime that forbids compiling bytes).
 *
 * @param source - `torchlet/core.wasm`, compiled or as bytes.
 * @param families - The families of kernels that the program needs, by their names: `{ more }` of `torchlet/more.wasm`.
 *   Without it they are compiled from bytes that the package carries.
 * @throws Error when the core is instantiated already.
 * @example
 * ```ts
 * import { init } from 'torchlet';
 * console.log(typeof init); // => function
 * ```
 */
export function init(
  source: WebAssembly.Module | BufferSource,
  families: Partial<Readonly<Record<Family, WebAssembly.Module | BufferSource>>> = {},
): void {
  if (instantiated) throw new Error('init(): the core is instantiated already, on import or by an earlier init()');
  const modules = Object.entries(families).map(([name, family]) => [name, moduleOf(family)]);
  core = new WebAssembly.Instance(moduleOf(source)).exports as unknown as Core;
  given = Object.fromEntries(modules);
  instantiated = true;
}

/** `init` with what the package carries; where the runtime refuses, the error waits until the core is needed. */
export function initOrDefer(
  source: () => WebAssembly.Module | BufferSource,
  families?: Readonly<Record<Family, WebAssembly.Module>>,
): void {
  if (instantiated) return;
  try {
    init(source(), families);
  } catch (error) {
    core = missing(error);
  }
}
