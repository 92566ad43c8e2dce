/** The entry for workerd, which compiles the core itself and forbids compiling bytes. */
import module from '../core.wasm';
import { initOrDefer } from './wasm/core.ts';

initOrDefer(() => module);

export * from './torchlet.ts';
