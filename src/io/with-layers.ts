/** `load` and `save` as `torchlet` gives them: the same functions, and all layers are known to them. */
import * as layers from '../nn/index.ts';
import { known } from '../nn/known.ts';
import { modulesOf } from '../nn/whole.ts';
import { load as read } from './load.ts';
import { save as write } from './save.ts';

/** Makes all layers known, and gives `f` as it is. A program that uses neither carries none of them, hence no statement. */
function knowing<F>(f: F): F {
  known.modules = modulesOf(() => layers);
  return f;
}

/**
 * Reads a file, which is recognised by its content: safetensors, PyTorch's (`.pt`, `.pth`, whole modules too), NumPy's `.npy`
 * and `.npz`. Nothing of a file is ever run.
 *
 * A dict becomes an object with the file's keys in their order (JavaScript puts keys that are whole numbers first); one
 * whose keys are neither strings nor whole numbers a Map. Lists, tuples and sets become arrays, None null, bytes a
 * Uint8Array, an int beyond 2^53 a BigInt. float16 and bfloat16 become float32; int8, int16 and uint16 become int32.
 * `mapLocation` may be `'cpu'`; `weightsOnly: true` refuses whole modules.
 *
 * @throws RangeError for a damaged file, saying what is wrong and where: then nothing was made. TypeError for a file of
 *   another kind, saying which, and for what is not in the allow-list, by its name.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const layer = torch.load<torch.nn.Linear>(torch.save(new torch.nn.Linear(3, 2), { format: 'pt' }));
 * console.log(layer); // => Linear(in_features=3, out_features=2, bias=True)
 * ```
 */
export const load = knowing(read);

/**
 * Writes a file; without a path returns its bytes. The format is what the path ends in, or `{ format }`: `.pt`, `.pth`,
 * `.ckpt` and `.bin` are PyTorch's, `.npy` and `.npz` NumPy's, everything else is safetensors. `dtype: 'float16'` narrows
 * floats.
 *
 * PyTorch's hold nested objects, lists, Maps, numbers, strings, BigInts, bytes, tensors, parameters and whole modules; the
 * state dict of an optimizer or a schedule gets PyTorch's keys there. Of safetensors' a state dict can be read in Python
 * under the same keys.
 *
 * @throws TypeError for what cannot be saved, naming its place, and for a path where there is no file system.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const bytes = torch.save({ epoch: 3, model: { 'fc.bias': torch.ones(2) } });
 * console.log(torch.load(bytes)); // => { epoch: 3, model: { 'fc.bias': tensor([1., 1.]) } }
 * ```
 */
export const save = knowing(write);
