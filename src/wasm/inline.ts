/** The core's bytes as the package carries them. */
import { base64 } from './inline.generated.ts';

/** The bytes of core.wasm. */
export function decodeCore(): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
