/** `torch.save` and `torch.load`. */
import { within } from '../memory/errors.ts';
import { describe, isOptions } from '../tensor/args.ts';
import { bindRecord } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { bytesOf, fileSystem } from './files.ts';
import { deserialize, serialize } from './safetensors.ts';
import { pack, type Unpacked, unpack } from './tree.ts';

export { loadSafetensors } from './load-safetensors.ts';

/** The key in a file's metadata under which nested values stand. */
const TREE = 'torchlet';

/** Whether a value is tensors by name, and so a safetensors file as it is. */
function isStateDict(value: unknown): value is Record<string, Tensor> {
  return (
    isOptions(value) &&
    !Object.hasOwn(value, '__metadata__') &&
    Object.values(value).every((member) => member instanceof Tensor)
  );
}

/**
 * Writes a state dict, or nested objects and lists of tensors, numbers, strings, booleans and null, to a file; without
 * a path returns the file's bytes.
 *
 * The file is safetensors: a state dict can be read in Python by `safetensors.torch.load_file` under the same keys.
 * Of nested values the tensors stand under dotted keys (`model.fc.weight`), the rest as JSON in the metadata.
 *
 * @param obj - What to save. Of a module, an optimizer or a scaler save its `stateDict()`.
 * @param f - Where to; a path or a file URL.
 * @throws TypeError for what cannot be saved, naming its place, and for a path where there is no file system.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const bytes = torch.save({ epoch: 3, model: { 'fc.bias': torch.ones(2) } });
 * console.log(torch.load(bytes)); // => { epoch: 3, model: { 'fc.bias': tensor([1., 1.]) } }
 * ```
 */
export function save(obj: unknown): Uint8Array;
export function save(obj: unknown, f: string | URL | { f: string | URL }): void;
export function save(...args: unknown[]): Uint8Array | undefined {
  if (args.length === 0) throw new TypeError('save(): expected what to save');
  const { obj, f: path } = bindRecord(
    'save(obj: any, f: any = undefined)',
    args.length > 1 ? args : [{ obj: args[0] }],
  );
  if (path !== undefined && typeof path !== 'string' && !(path instanceof URL)) {
    throw new TypeError(`save(): f must be a path or a file URL, got ${describe(path)}`);
  }
  const bytes = within('save', () => toBytes(obj));
  if (path === undefined) return bytes;
  fileSystem('save').writeFileSync(path, bytes);
  return undefined;
}

function toBytes(obj: unknown): Uint8Array {
  if (isStateDict(obj)) return serialize(Object.entries(obj));
  const { tensors, json } = pack(obj);
  return serialize(tensors, { [TREE]: json });
}

/** What `load` takes besides the file, for the sake of pasted programs. */
export interface LoadOptions {
  /** Only `'cpu'` exists. */
  mapLocation?: 'cpu' | null;
  /** Always so: a file is data and never runs anything. */
  weightsOnly?: true;
}

/**
 * Reads what `save` wrote, or any safetensors file. float16 and bfloat16 become float32; int8, int16 and uint16 become
 * int32.
 *
 * @param f - A path, a file URL, or the file's bytes.
 * @returns Tensors by name, or the nested values as they were saved.
 * @throws RangeError for a damaged file, saying what is wrong and where: then nothing was made. TypeError for a dtype
 *   that torchlet does not have, and for a path where there is no file system.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const model = new torch.nn.Linear(2, 1);
 * const copy = new torch.nn.Linear(2, 1);
 * copy.loadStateDict(torch.load(torch.save(model.stateDict())));
 * console.log(copy.weight.eq(model.weight).all().item()); // => true
 * ```
 */
export function load<T = Record<string, Tensor>>(
  f: string | URL | Uint8Array | ArrayBuffer,
  mapLocation?: 'cpu' | null | LoadOptions,
  weightsOnly?: true,
): T;
export function load(...args: unknown[]): unknown {
  const { f: source, weightsOnly } = bindRecord(
    'load(f: any, mapLocation: device? = null, weightsOnly: bool = true)',
    args,
  );
  if (!weightsOnly) throw new RangeError('load(): weightsOnly is always true: files hold data and run nothing');
  let value: Unpacked | null = null;
  const bytes = bytesOf(source, 'load');
  const { tensors } = within('load', () =>
    deserialize(bytes, (names, metadata) => {
      if (Object.hasOwn(metadata, TREE)) value = unpack(metadata[TREE], names);
    }),
  );
  if (value !== null) return (value as Unpacked)(new Map(tensors));
  return Object.fromEntries(tensors);
}
