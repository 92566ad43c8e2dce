/** The file system of Node, Deno and Bun, reached without an import that a browser's bundler would follow. */

interface FileSystem {
  readFileSync(path: string | URL): Uint8Array;
  writeFileSync(path: string | URL, data: Uint8Array): void;
}

/** Node's `fs`; throws where there is none. */
export function fileSystem(operation: string): FileSystem {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const found = process?.getBuiltinModule?.('node:fs') as FileSystem | undefined;
  if (found?.readFileSync === undefined) {
    throw new TypeError(
      operation === 'save'
        ? 'save(): there is no file system here; save(obj) without a path returns the bytes'
        : 'load(): there is no file system here; load(bytes) takes a Uint8Array or an ArrayBuffer',
    );
  }
  return found;
}
