/** Writing safetensors files alone: what an app needs that keeps what it trained. */

import { within } from '../memory/errors.ts';
import { describe, isOptions } from '../tensor/args.ts';
import type { Bytes, DType } from '../tensor/dtype.ts';
import { bindRecord } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { fileSystem, pathOf } from './files.ts';
import { serialize } from './safetensors.ts';
import { type Narrow, narrowOf } from './stored.ts';

/**
 * Writes tensors by name to a safetensors file, which `safetensors.torch.load_file` reads in Python; without a path returns
 * the file's bytes. `save` writes every format; this one is for programs that must be small.
 *
 * @param tensors - Tensors by name, a state dict.
 * @param f - Where to; a path or a file URL.
 * @param options - `dtype`: what floats are written as, `'float16'`, `'bfloat16'`, `'float32'` or `'float64'`.
 * @throws TypeError for anything but tensors by name, and for a path where there is no file system.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const bytes = torch.saveSafetensors({ bias: torch.ones(2) }, { dtype: 'float16' });
 * console.log(torch.loadSafetensors(bytes)); // => { bias: tensor([1., 1.]) }
 * ```
 */
export function saveSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  options?: { dtype?: Narrow | DType | null },
): Bytes;
export function saveSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  f: string | URL,
  options?: { dtype?: Narrow | DType | null },
): void;
export function saveSafetensors(...args: unknown[]): Bytes | undefined {
  const { tensors, f, dtype } = bindRecord(
    'saveSafetensors(tensors: any, f: any = undefined, *, dtype: any = null)',
    args.length > 1 ? args : [{ tensors: args[0] }],
  );
  const path = pathOf(f, 'saveSafetensors');
  const narrow = narrowOf(dtype, 'saveSafetensors');
  if (!isOptions(tensors) || !Object.values(tensors).every((x) => x instanceof Tensor)) {
    throw new TypeError(`saveSafetensors(): expected tensors by name, got ${describe(tensors)}`);
  }
  const named = Object.entries(tensors as Record<string, Tensor>);
  const bytes = within('saveSafetensors', () => serialize(named, {}, narrow));
  if (path === undefined) return bytes;
  fileSystem('save').writeFileSync(path, bytes);
  return undefined;
}
