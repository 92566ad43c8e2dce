/** `torch.hub`: state dicts from an address. */
import { describe, isFunction } from '../tensor/args.ts';
import { brandOf } from '../tensor/brands.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { join } from './join.ts';
import { load } from './load.ts';

const NAME = 'hub.loadStateDictFromUrl';
/** Under which the browser's Cache keeps what was loaded. */
const CACHE = 'torchlet-hub';

/** What `loadStateDictFromUrl` takes besides the address. */
export interface HubOptions {
  /** Called with the bytes that came and, where the server says, how many there will be (else null); true prints it. */
  progress?: boolean | ((loaded: number, total: number | null) => void);
  /** Whether the file's SHA-256 must begin as its name says, as in `resnet18-f37072fd.pth`. */
  checkHash?: boolean;
  /** Whether the browser's cache is asked and filled, where there is one; default true. */
  cache?: boolean;
  /** Only `'cpu'` exists. */
  mapLocation?: 'cpu' | null;
  /** True refuses whole modules. */
  weightsOnly?: boolean;
}

type Progress = (loaded: number, total: number | null) => void;

const print: Progress = (loaded, total) => {
  const share = total === null ? '' : ` of ${total} (${Math.floor((100 * loaded) / total)} %)`;
  console.info(`${loaded}${share} bytes`);
};

/** The bytes of an answer, counted as they come. */
async function read(response: Response, url: string, progress: Progress | null): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.ok) {
    throw new Error(`${NAME}(): the server answered ${response.status} ${response.statusText} for ${url}`.trimEnd());
  }
  const type = response.headers.get('content-type') ?? '';
  if (/^text\/html/.test(type)) {
    throw new TypeError(`${NAME}(): ${url} gave a web page (${type}) and not a file`);
  }
  // Of what was packed for the way, the length is that of the packed bytes.
  const length = response.headers.get('content-encoding') === null ? response.headers.get('content-length') : null;
  const total = length === null ? null : Number(length);
  const parts: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    parts.push(part.value);
    loaded += part.value.length;
    progress?.(loaded, total);
  }
  if (total !== null && loaded !== total) {
    throw new Error(`${NAME}(): ${url} ended after ${loaded} of ${total} bytes`);
  }
  return join(parts);
}

/** Throws unless the file's hash begins as its name says. */
async function checkHash(bytes: Uint8Array<ArrayBuffer>, url: string): Promise<void> {
  const wanted = /-([a-f0-9]{8,})\.\w+$/.exec(url.replace(/[?#].*$/, ''))?.[1];
  if (wanted === undefined)
    throw new RangeError(`${NAME}(): checkHash needs a name that ends in -<hash>.<ext>, got ${url}`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (!hash.startsWith(wanted))
    throw new RangeError(`${NAME}(): invalid hash value (expected "${wanted}", got "${hash}")`);
}

/**
 * Fetches a file of tensors and reads it as `load` does. A browser keeps it in its Cache and does not fetch it again.
 *
 * @param url - An address, absolute or relative to the page.
 * @param options - `progress`, `checkHash`, `cache`, `mapLocation`, `weightsOnly`.
 * @returns Tensors by name, as they were saved.
 * @throws Error where the server does not answer with the file, or it ends early; what `load` throws for another kind of file.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { loadStateDictFromUrl } = torch.hub;
 * async function restore(model: torch.nn.Module): Promise<void> {
 *   model.loadStateDict(await loadStateDictFromUrl('/model.safetensors', { progress: true }));
 * }
 * console.log(typeof restore); // => function
 * ```
 */
export async function loadStateDictFromUrl<T = Record<string, Tensor>>(
  url: string | URL,
  options: HubOptions = {},
): Promise<T> {
  const given = bindRecord(
    'hub.loadStateDictFromUrl(url: any, *, progress: any = false, checkHash: bool = false, cache: bool = true, mapLocation: device? = null, weightsOnly: bool = false)',
    [url, options],
  );
  if (typeof url !== 'string' && brandOf(url) !== 'URL') {
    throw new TypeError(`${NAME}(): url must be a string or a URL, got ${describe(url)}`);
  }
  const { progress } = given;
  if (typeof progress !== 'boolean' && !isFunction(progress)) {
    throw new TypeError(`${NAME}(): progress must be bool or a function, got ${describe(progress)}`);
  }
  const address = String(url);
  const kept = given.cache && typeof caches === 'object' && /^https?:/.test(address) ? await caches.open(CACHE) : null;
  const known = await kept?.match(address);
  const report = typeof progress === 'function' ? (progress as unknown as Progress) : progress ? print : null;
  const bytes = await read(known ?? (await fetch(address)), address, report);
  if (given.checkHash) await checkHash(bytes, address);
  const state = load<T>(bytes, { mapLocation: given.mapLocation as 'cpu' | null, weightsOnly: given.weightsOnly });
  // Only what could be read is kept.
  if (known === undefined) await kept?.put(address, new Response(bytes));
  return state;
}
