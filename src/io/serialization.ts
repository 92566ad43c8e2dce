/** `torch.serialization`: which classes files of whole modules may name. */
import { known } from '../nn/known.ts';
import { type ModuleClass, modulesOf } from '../nn/whole.ts';
import { describe } from '../tensor/args.ts';
import { operation } from '../tensor/signature.ts';
import { safeGlobals } from './classes.ts';

/** A class of modules, and Python's name of it where that is more than the class's own. */
export type SafeGlobal = ModuleClass | readonly [ModuleClass, string];

/**
 * Lets classes of modules into files: `load` then makes instances of them by `new Net()` and sets modules, parameters,
 * buffers and attributes as they are in the file, under the same names or their camelCase; `save` writes them. PyTorch's
 * layers are known without it, but for programs that import single layers from `torchlet/nn`: `addSafeGlobals([Linear])`.
 *
 * @param safeGlobals - Classes, which are let in by their name in any module of Python's (and written as
 *   `__main__.Net`), or pairs `[Net, 'package.module.Net']`.
 * @throws TypeError for what is no class of modules.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * class Net extends torch.nn.Module {
 *   fc = new torch.nn.Linear(2, 1);
 *   forward(x: torch.Tensor) {
 *     return this.fc(x);
 *   }
 * }
 * torch.serialization.addSafeGlobals([Net]);
 * const net = torch.load<Net>(torch.save(new Net(), { format: 'pt' }));
 * console.log(net);
 * // => Net(
 * // =>   (fc): Linear(in_features=2, out_features=1, bias=True)
 * // => )
 * ```
 */
export const addSafeGlobals = operation('addSafeGlobals(safeGlobals: any)', (given): void => {
  known.modules ??= modulesOf(() => ({}));
  const { isClass } = known.modules;
  if (!Array.isArray(given))
    throw new TypeError(`addSafeGlobals(): expected a list of classes, got ${describe(given)}`);
  const pairs = given.map((each: unknown): [ModuleClass, string | null] => {
    const [Class, path] = Array.isArray(each) ? (each as unknown[]) : [each, null];
    if (!isClass(Class) || (path !== null && (typeof path !== 'string' || !path.includes('.')))) {
      throw new TypeError(
        `addSafeGlobals(): expected classes that extend nn.Module, or pairs [Net, '__main__.Net'], got ${describe(each)}`,
      );
    }
    return [Class, path as string | null];
  });
  for (const [Class, path] of pairs) safeGlobals.set(Class, path);
}) as (safeGlobals: readonly SafeGlobal[]) => void;

/**
 * What `addSafeGlobals` let in.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * console.log(torch.serialization.getSafeGlobals()); // => []
 * ```
 */
export function getSafeGlobals(): SafeGlobal[] {
  return [...safeGlobals].map(([Class, path]) => (path === null ? Class : [Class, path]));
}

/**
 * Lets none of the classes in any more that `addSafeGlobals` let in.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.serialization.clearSafeGlobals();
 * console.log(torch.serialization.getSafeGlobals().length); // => 0
 * ```
 */
export function clearSafeGlobals(): void {
  safeGlobals.clear();
}
