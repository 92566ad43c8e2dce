/**
 * As inlined.ts, where compiling bytes is forbidden: workerd and edge functions. With `?module`, wrangler, Cloudflare's Vite
 * plugin, Next and Nitro all give the compiled module; without, Nitro gives an instance.
 */
import '../ops/handle.ts';
import module from '../../core.wasm?module';
import { initOrDefer } from '../wasm/core.ts';
import { families } from './families-edge.generated.ts';

initOrDefer(() => module, families);
