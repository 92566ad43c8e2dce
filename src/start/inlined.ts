/** What every entry begins with: the core, whose bytes come inlined and are compiled on import, and the handle. */
import '../ops/handle.ts';
import { initOrDefer } from '../wasm/core.ts';
import { restoreCore } from '../wasm/inline.ts';

initOrDefer(restoreCore);
