/** `torch.load`. */
import { within } from '../memory/errors.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { classesOf } from './classes.ts';
import { bytesOf } from './files.ts';
import { isNpy, isNpz, readNpy, readNpz } from './npy.ts';
import { deserialize } from './safetensors.ts';
import { readTorchRow, readTorchZip, torchFolder } from './torch-file.ts';
import { TREE, type Unpacked, unpack } from './tree.ts';
import { isZip, readZip } from './zip.ts';

/** What `load` takes besides the file, for the sake of pasted programs. */
export interface LoadOptions {
  /** Only `'cpu'` exists. */
  mapLocation?: 'cpu' | null;
  /** True refuses whole modules, as PyTorch does. A file is data and never runs anything, whatever stands here. */
  weightsOnly?: boolean | null;
}

/**
 * Reads a file, which is recognised by its content: safetensors; what PyTorch's `torch.save` wrote, in its zip format or the
 * one before 1.6; NumPy's `.npy` (a tensor) and `.npz` (tensors by name). Nothing of a file is ever run: what it may
 * name is what `weights_only` allows in PyTorch 2.13, torchlet's layers, and what `serialization.addSafeGlobals` let in.
 *
 * A dict becomes an object with the file's keys in their order (JavaScript puts keys that are whole numbers first); one
 * whose keys are neither strings nor whole numbers a Map. Lists, tuples and sets become arrays, None null, bytes a
 * Uint8Array, an int beyond 2^53 a BigInt. float16 and bfloat16 become float32; int8, int16 and uint16 become int32.
 * Tensors that share a storage share it here. A module comes back as a module.
 *
 * @param f - A path, a file URL, or the file's bytes.
 * @param mapLocation - Only `'cpu'` exists; tensors of any device of PyTorch come here.
 * @param weightsOnly - True refuses whole modules.
 * @returns What was saved.
 * @throws RangeError for a damaged file, saying what is wrong and where: then nothing was made. TypeError for a file of
 *   another kind, saying which, for what is not in the allow-list, by its name, for a dtype that torchlet does not have, and
 *   for a path where there is no file system.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const model = new torch.nn.Linear(2, 1);
 * const copy = new torch.nn.Linear(2, 1);
 * copy.loadStateDict(torch.load(torch.save(model.stateDict(), { format: 'pt' })));
 * console.log(copy.weight.eq(model.weight).all().item()); // => true
 * ```
 */
export function load<T = Record<string, Tensor>>(
  f: string | URL | Uint8Array | ArrayBuffer,
  mapLocation?: 'cpu' | null | LoadOptions,
  weightsOnly?: boolean | null,
): T;
export function load(...args: unknown[]): unknown {
  const { f, weightsOnly } = bindRecord('load(f: any, mapLocation: device? = null, weightsOnly: bool? = null)', args);
  const bytes = bytesOf(f, 'load');
  return within('load', () => fromBytes(bytes, weightsOnly === true));
}

function fromBytes(bytes: Uint8Array, weightsOnly: boolean): unknown {
  if (isSafetensors(bytes)) return readSafetensors(bytes);
  if (isNpy(bytes)) return readNpy(bytes);
  if (bytes[0] === 0x80 && bytes[1] > 0 && bytes[1] < 6) return readTorchRow(bytes, classesOf(weightsOnly));
  if (isZip(bytes)) {
    const archive = readZip(bytes);
    const folder = torchFolder(archive);
    if (folder !== undefined) return readTorchZip(archive, folder, classesOf(weightsOnly));
    if (isNpz(archive)) return readNpz(archive);
    throw new TypeError(`load(): the file is a zip archive of ${[...archive.keys()].slice(0, 3).join(', ')} …`);
  }
  return readSafetensors(bytes);
}

/** Whether bytes begin as a safetensors file: a length, and the brace of its header. Others may begin with the same length. */
const isSafetensors = (bytes: Uint8Array): boolean =>
  bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0);

/** A safetensors file: tensors by name, or the nested values that `save` wrote. */
function readSafetensors(bytes: Uint8Array): unknown {
  let value: Unpacked | null = null;
  const { tensors } = deserialize(bytes, (names, metadata) => {
    if (Object.hasOwn(metadata, TREE)) value = unpack(metadata[TREE], names);
  });
  if (value !== null) return (value as Unpacked)(new Map(tensors));
  return Object.fromEntries(tensors);
}
