/** The file system of Node, Deno and Bun, reached without an import that a browser's bundler would follow. */

import { describe } from '../tensor/args.ts';
import { asBytes, brandOf } from '../tensor/brands.ts';
import { wayToBytes } from './recognise.ts';

interface FileSystem {
  readFileSync(path: string | URL): Uint8Array;
  writeFileSync(path: string | URL, data: Uint8Array): void;
}

/** Node's `fs`; throws where there is none. */
export function fileSystem(operation: string): FileSystem {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const found = process?.getBuiltinModule?.('node:fs') as FileSystem | undefined;
  if (found?.readFileSync === undefined) {
    const calls: Record<string, string> = {
      save: 'save(obj) without a path returns the bytes',
      export: 'export(model, args) without a path returns the bytes',
    };
    const way = calls[operation] ?? 'load(bytes) takes a Uint8Array or an ArrayBuffer';
    throw new TypeError(`${operation}(): there is no file system here; ${way}`);
  }
  return found;
}

/** Whether something is a URL, of whichever realm; shells may have no such class. */
export const isURL = (value: unknown): value is URL => brandOf(value) === 'URL';

/** The bytes of what a reader was given: a path, a file URL, or the bytes themselves. */
export function bytesOf(source: unknown, caller: string): Uint8Array {
  if (typeof source === 'string' || isURL(source)) {
    if (/^(https?|blob|data):/.test(String(source))) {
      throw new TypeError(
        `${caller}(): ${describe(String(source))} is no file; fetch it and give \`await response.arrayBuffer()\``,
      );
    }
    return fileSystem(caller).readFileSync(source);
  }
  const bytes = asBytes(source);
  if (bytes !== undefined) return bytes;
  throw new TypeError(
    `${caller}(): f must be a path, a file URL or bytes (a Uint8Array or an ArrayBuffer), got ${describe(source)}` +
      wayToBytes(source),
  );
}

/** Where a writer was told to write; undefined for nowhere. */
export function pathOf(f: unknown, caller: string): string | URL | undefined {
  if (f === undefined || typeof f === 'string' || isURL(f)) return f;
  throw new TypeError(`${caller}(): f must be a path or a file URL, got ${describe(f)}`);
}
