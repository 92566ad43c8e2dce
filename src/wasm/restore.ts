/** Modules as the package carries them: text that kernels.mjs made of their bytes, turned back when they are needed. */
import { restorer } from './restorer.generated.ts';

/** assembly/carry/restore.ts. */
interface Restorer {
  readonly memory: WebAssembly.Memory;
  readonly TEXT: WebAssembly.Global<'i32'>;
  restore(module: number): void;
}

/** What restores modules, once it was compiled: the core and each family ask for it. */
let compiled: WebAssembly.Module | null = null;

function restorerModule(): WebAssembly.Module {
  const code = new Uint8Array(restorer.length / 2);
  for (let i = 0; i < code.length; i++) code[i] = Number.parseInt(restorer.slice(2 * i, 2 * i + 2), 16);
  return new WebAssembly.Module(code);
}

/**
 * The `length` bytes that became `text`. It is read by a module of 1 KB, which comes in hexadecimal, for JavaScript that
 * runs once is interpreted and takes several times as long.
 */
export function restore(text: string, length: number): ReturnType<Uint8Array['slice']> {
  compiled ??= restorerModule();
  const { exports } = new WebAssembly.Instance(compiled);
  const { memory, TEXT, restore } = exports as unknown as Restorer;
  const module = TEXT.value + text.length;
  memory.grow((module + length) >> 16);
  writeAscii(new Uint8Array(memory.buffer, TEXT.value), text);
  restore(module);
  return new Uint8Array(memory.buffer, module, length);
}

/** Writes the text down. Shells and sandboxes may lack TextEncoder, which is 30 times as fast as the loop. */
function writeAscii(bytes: Uint8Array, text: string): void {
  if (typeof TextEncoder === 'function') new TextEncoder().encodeInto(text, bytes);
  else for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
}
