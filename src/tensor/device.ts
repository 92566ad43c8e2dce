/** The one device, under the names by which pasted programs ask for it. */
import { describe } from './args.ts';

/** The name of a device, checked: only `'cpu'` exists. */
export function checkDevice(name: unknown, caller: string): 'cpu' {
  if (name !== 'cpu') throw new RangeError(`${caller}(): there is no device ${describe(name)}, only "cpu"`);
  return name;
}

/**
 * The device of that name, for programs that choose one: there is only `'cpu'`, the WebAssembly core.
 *
 * @throws RangeError for any other.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const device = torch.device(torch.cuda.isAvailable() ? 'cuda' : 'cpu');
 * console.log(device, torch.ones(2).to(device).device); // => cpu cpu
 * ```
 */
export function device(name: string): 'cpu' {
  return checkDevice(name, 'device');
}

/** What programs ask before they choose a device: there is none of these. */
export const cuda: { isAvailable(): false; deviceCount(): 0 } = { isAvailable: () => false, deviceCount: () => 0 };

/** A device as a type: `const place: torch.device = 'cpu'`. */
export type device = 'cpu';
