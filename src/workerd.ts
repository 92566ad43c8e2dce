/** The entry for runtimes that compile modules themselves and forbid compiling bytes: workerd and edge functions. */
// @ts-expect-error The runtime's bundler resolves the module; TypeScript has no notion of it.
import module from '../core.wasm';
import { initOrDefer } from './wasm/core.ts';

initOrDefer(() => module as WebAssembly.Module);

export * from './torchlet.ts';
