/** Reading safetensors files alone: what an app needs that only predicts. */
import { operation } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { bytesOf } from './files.ts';
import { deserialize } from './safetensors.ts';

/**
 * Reads a safetensors file: tensors by name, as `safetensors.torch.load_file` gives them. float16 and bfloat16 become
 * float32; int8, int16 and uint16 become int32. `load` reads every format; this one is for programs that must be small.
 *
 * @param f - A path, a file URL, or the file's bytes.
 * @throws RangeError for a damaged file, saying what is wrong and where: then nothing was made. TypeError for a dtype
 *   that torchlet does not have, and for a path where there is no file system.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const bytes = torch.save({ bias: torch.ones(2) });
 * console.log(torch.loadSafetensors(bytes)); // => { bias: tensor([1., 1.]) }
 * ```
 */
export const loadSafetensors = operation(
  'loadSafetensors(f: any)',
  (f): Record<string, Tensor> => Object.fromEntries(deserialize(bytesOf(f, 'loadSafetensors'), () => {}).tensors),
);
