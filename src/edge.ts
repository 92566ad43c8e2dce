/** The entry for edge functions: as workerd.ts, in their spelling of "compile this". */
import module from '../core.wasm?module';
import { initOrDefer } from './wasm/core.ts';

initOrDefer(() => module);

export * from './torchlet.ts';
