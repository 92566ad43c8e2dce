/** `torch.save`. */

import { within } from '../memory/errors.ts';
import { describe, isOptions } from '../tensor/args.ts';
import type { Bytes, DType } from '../tensor/dtype.ts';
import { bindRecord } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { fileSystem, isURL, pathOf } from './files.ts';
import { npzContents, writeNpy } from './npy.ts';
import { serialize } from './safetensors.ts';
import { type Narrow, narrowOf } from './stored.ts';
import { writeTorch } from './torch-write.ts';
import { pack, TREE } from './tree.ts';
import { writeZip } from './zip.ts';

/** What files are written as, by the names that their formats have. */
const FORMATS = {
  safetensors: 'safetensors',
  pt: 'torch',
  pth: 'torch',
  ckpt: 'torch',
  bin: 'torch',
  npy: 'npy',
  npz: 'npz',
} as const;

/** A format of files, by a name that they end in. */
export type Format = keyof typeof FORMATS;

/** How `save` writes. */
export interface SaveOptions {
  /** By default what the path ends in, and safetensors for other names and for bytes. */
  format?: Format | null;
  /** What floats are written as; by default as they are. */
  dtype?: Narrow | DType | null;
}

/**
 * Writes a file; without a path returns its bytes. The format is what the path ends in, or `format`:
 *
 * - `.pt`, `.pth`, `.ckpt` and `.bin` are PyTorch's: `torch.load` reads them in Python, with `weights_only=True` and
 *   `mmap=True`. Nested objects, lists, Maps, numbers, strings, booleans, null, BigInts, bytes, tensors, parameters; tensors
 *   that share memory share it in the file. A whole number becomes an int, any other a float. A module is written whole:
 *   for Python it is PyTorch's own class (and read there with `weights_only=False`). A state dict of an optimizer or a
 *   schedule gets PyTorch's keys and types, at any depth.
 * - `.safetensors`, also the default: a state dict can be read in Python by `safetensors.torch.load_file` under the
 *   same keys. Of nested values the tensors stand under dotted keys (`model.fc.weight`), the rest as JSON in the metadata.
 * - `.npy`, one tensor, and `.npz`, tensors by name, are NumPy's.
 *
 * @param obj - What to save.
 * @param f - Where to; a path or a file URL.
 * @param options - `format`; `dtype`, to write floats as `'float16'`, `'bfloat16'`, `'float32'` or `'float64'`.
 * @throws TypeError for what cannot be saved, naming its place, and for a path where there is no file system.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const bytes = torch.save({ epoch: 3, model: { 'fc.bias': torch.ones(2) } });
 * console.log(torch.load(bytes)); // => { epoch: 3, model: { 'fc.bias': tensor([1., 1.]) } }
 * const layer = torch.load<torch.nn.Linear>(torch.save(new torch.nn.Linear(3, 2), { format: 'pt' }));
 * console.log(layer); // => Linear(in_features=3, out_features=2, bias=True)
 * ```
 */
export function save(obj: unknown, options?: SaveOptions): Bytes;
export function save(obj: unknown, f: string | URL, options?: SaveOptions): void;
export function save(obj: unknown, options: SaveOptions & { f: string | URL }): void;
export function save(...args: unknown[]): Bytes | undefined {
  if (args.length === 0) throw new TypeError('save(): expected what to save');
  const given = bindRecord(
    'save(obj: any, f: any = undefined, *, format: str? = null, dtype: any = null)',
    args.length > 1 ? args : [{ obj: args[0] }],
  );
  const path = pathOf(given.f, 'save');
  const narrow = narrowOf(given.dtype, 'save');
  const format = formatOf(given.format, path);
  const bytes = within('save', () => toBytes(given.obj, format, narrow));
  if (path === undefined) return bytes;
  fileSystem('save').writeFileSync(path, bytes);
  return undefined;
}

/** Whether a value is tensors by name, and so a safetensors file as it is. */
function isStateDict(value: unknown): value is Record<string, Tensor> {
  return (
    isOptions(value) &&
    !Object.hasOwn(value, '__metadata__') &&
    Object.values(value).every((member) => member instanceof Tensor)
  );
}

function formatOf(format: string | null, path: string | URL | undefined): (typeof FORMATS)[Format] {
  const name = format ?? (/\.(\w+)$/.exec(isURL(path) ? path.pathname : (path ?? ''))?.[1].toLowerCase() || '');
  if (Object.hasOwn(FORMATS, name)) return FORMATS[name as Format];
  if (format === null) return 'safetensors';
  const names = Object.keys(FORMATS).map((each) => `'${each}'`);
  throw new RangeError(`save(): format must be ${names.join(', ')}, got ${describe(format)}`);
}

function toBytes(obj: unknown, format: (typeof FORMATS)[Format], narrow: Narrow | null): Bytes {
  if (format === 'torch') return writeTorch(obj, narrow);
  if (format === 'npz') return writeZip(npzContents(obj, narrow));
  if (format === 'npy') {
    if (!(obj instanceof Tensor)) throw new TypeError(`save(): an .npy file holds one tensor, got ${describe(obj)}`);
    return writeNpy(obj, narrow);
  }
  if (isStateDict(obj)) return serialize(Object.entries(obj), {}, narrow);
  const { tensors, json } = pack(obj);
  return serialize(tensors, { [TREE]: json }, narrow);
}
