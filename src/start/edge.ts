/** As workerd.ts, for edge functions, in their spelling of "compile this". */
import '../ops/handle.ts';
import module from '../../core.wasm?module';
import { initOrDefer } from '../wasm/core.ts';
import { families } from './families-edge.generated.ts';

initOrDefer(() => module, families);
