/** The core as the package carries it. */
import { length, text } from './inline.generated.ts';
import { restore } from './restore.ts';

/** The bytes of core.wasm. */
export function restoreCore(): Uint8Array<ArrayBuffer> {
  return restore(text, length);
}
