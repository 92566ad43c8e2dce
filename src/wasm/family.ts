/** Families of kernels: modules over the core's memory, each instantiated when the first of its kernels is called. */
import type { Family } from './core.generated.ts';
import { core, given } from './core.ts';
import { restore } from './restore.ts';

/**
 * Stands in for the kernels of a family until one of them is asked for.
 *
 * @param text - The module's bytes as text, and their number.
 * @param put - Takes the instantiated kernels in its place.
 */
export function family<F extends object>(name: Family, text: string, length: number, put: (kernels: F) => void): F {
  return new Proxy({} as F, {
    get(_, key) {
      const kernels = instantiate<F>(name, text, length);
      put(kernels);
      return kernels[key as keyof F];
    },
  });
}

function instantiate<F>(name: Family, text: string, length: number): F {
  const { memory } = core;
  try {
    const module = given[name] ?? new WebAssembly.Module(restore(text, length));
    return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as F;
  } catch (cause) {
    throw new Error(
      `torchlet's kernels of the family '${name}' are not instantiated: this runtime did not let the package compile ` +
        `their bytes. Import 'torchlet/${name}.wasm' as a module and pass it to init(core, { ${name} }) before the first tensor.`,
      { cause },
    );
  }
}
