/** The kernels as the build made them, without the host: the core, and families over its memory. */
import { readFileSync } from 'node:fs';
import type { Core } from '../../src/wasm/core.ts';

const compiled = (name: string): WebAssembly.Module =>
  new WebAssembly.Module(readFileSync(new URL(`../../build/${name}.wasm`, import.meta.url)));

/** A core of its own. */
export const newCore = (): Core => new WebAssembly.Instance(compiled('core')).exports as unknown as Core;

/** A family over a core's memory. */
export const familyOf = <F>(name: string, { memory }: Core): F =>
  new WebAssembly.Instance(compiled(name), { env: { memory } }).exports as unknown as F;
