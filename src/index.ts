/** The package's default entry: the core's bytes come inlined and are compiled on import. */
import { initOrDefer } from './wasm/core.ts';
import { decodeCore } from './wasm/inline.ts';

initOrDefer(decodeCore);

export * from './torchlet.ts';
