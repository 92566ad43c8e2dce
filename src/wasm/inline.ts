/** The core as the package carries it. */
import { length, text } from './inline.generated.ts';
import { restore } from './restore.ts';

/** The bytes of core.wasm. */
export function restoreCore(): ReturnType<Uint8Array['slice']> {
  return restore(text, length);
}
