/** As inlined.ts, for workerd, which compiles the core itself and forbids compiling bytes. */
import '../ops/handle.ts';
import module from '../../core.wasm';
import { initOrDefer } from '../wasm/core.ts';
import { families } from './families-workerd.generated.ts';

initOrDefer(() => module, families);
