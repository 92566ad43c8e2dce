/** NumPy's files: `.npy`, one array, and `.npz`, an archive of them. */

import { fromHost } from '../memory/blocks.ts';
import { free } from '../memory/storage.ts';
import { isOptions } from '../tensor/args.ts';
import type { Bytes } from '../tensor/dtype.ts';
import { contiguousStrides, type Dims, showDims } from '../tensor/shape.ts';
import { stridedTensor, Tensor } from '../tensor/tensor.ts';
import { damaged } from './header.ts';
import { badBoolean, type Narrow, readElements, reversed, storedOf, writtenAs } from './stored.ts';
import { decodeLoosely } from './utf8.ts';
import type { Archive, Content } from './zip.ts';

const MAGIC = '\x93NUMPY';

/** Whether bytes begin as an array's file does. */
export const isNpy = (bytes: Uint8Array): boolean => String.fromCharCode(...bytes.subarray(0, 6)) === MAGIC;

/** NumPy's kinds, of which the size in bytes follows, and how files name their dtypes. */
const KINDS: Readonly<Record<string, string>> = { f: 'F', i: 'I', u: 'U', b: 'BOOL', c: 'C' };

/** What a header says. */
interface Header {
  /** `<f4`: order of bytes, kind, bytes of an element. */
  readonly descr: string;
  readonly fortran: boolean;
  readonly dims: Dims;
  /** Where the elements begin. */
  readonly start: number;
}

/** Members of the header, a dict as Python writes it. */
const DESCR = /'descr'\s*:\s*'([^']*)'/;
const ORDER = /'fortran_order'\s*:\s*(True|False)/;
const SHAPE = /'shape'\s*:\s*\(([\d,L\s]*)\)/;

function readHeader(bytes: Uint8Array, bad: (what: string) => RangeError): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6];
  if (bytes.length < 12) throw bad('its header was cut off');
  if (major < 1 || major > 3) throw bad(`it has version ${major}, this reader knows 1 to 3`);
  const begin = major === 1 ? 10 : 12;
  const start = begin + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > bytes.length) throw bad('its header was cut off');
  const text = decodeLoosely(bytes.subarray(begin, start));
  const [descr, order, shape] = [DESCR, ORDER, SHAPE].map((member) => member.exec(text)?.[1]);
  if (descr === undefined || order === undefined || shape === undefined) {
    if (/'descr'\s*:\s*\[/.test(text))
      throw new TypeError('load(): the array has fields; save each as an array of its own');
    throw bad(`its header is ${JSON.stringify(text.trim().slice(0, 200))}`);
  }
  const dims = shape.split(',').map((each) => each.trim().replace(/L$/, ''));
  if (dims[dims.length - 1] === '') dims.pop();
  const sizes = dims.map((each) => (/^\d+$/.test(each) ? Number(each) : Number.NaN));
  if (!sizes.every(Number.isSafeInteger)) throw bad(`its shape is (${shape})`);
  return { descr, fortran: order === 'True', dims: sizes, start };
}

/** Reads an array; `name` is its name in an archive. */
export function readNpy(bytes: Uint8Array, name = ''): Tensor {
  const bad = (what: string): RangeError => damaged(`${name && `${name}: `}${what}`, '.npy file');
  if (!isNpy(bytes)) throw bad('it does not begin as one');
  const { descr, fortran, dims, start } = readHeader(bytes, bad);
  const [, order, kind, size] = /^([<>=|]?)(\w)(\d+)$/.exec(descr) ?? [];
  const bits = 8 * Number(size);
  const stored = kind === 'b' && bits === 8 ? storedOf('BOOL') : storedOf(`${KINDS[kind] ?? '?'}${bits}`);
  if (!stored?.dtype) {
    const what = descr.endsWith('O') ? `of objects of Python's (${descr})` : descr;
    throw new TypeError(
      `load(): the array ${name && `${JSON.stringify(name)} `}is ${what}, which torchlet has no dtype for`,
    );
  }
  const itemsize = bits / 8;
  const count = dims.reduce((n, dim) => n * dim, 1);
  const elements = bytes.subarray(start);
  if (elements.length !== count * itemsize) {
    throw bad(
      `it has ${elements.length} bytes of elements, its shape ${showDims(dims)} of ${descr} needs ${count * itemsize}`,
    );
  }
  const wrong = kind === 'b' ? badBoolean(elements) : null;
  if (wrong !== null) throw bad(`it ${wrong}`);
  const ordered = order === '>' ? reversed(elements, itemsize) : elements;
  if (!fortran || dims.length < 2) return readElements(ordered, dims, stored);
  const x = readElements(ordered, [count], stored);
  // The first index moves fastest: the strides of the reversed shape, reversed.
  const strides = [...contiguousStrides([...dims].reverse())].reverse();
  return stridedTensor(x.storage, 0, dims, strides, x.dtype);
}

const SUFFIX = '.npy';

/** Whether an archive holds arrays, and nothing else. */
export const isNpz = (archive: Archive): boolean => [...archive.keys()].every((name) => name.endsWith(SUFFIX));

/** Reads an archive of arrays: tensors by name. */
export function readNpz(archive: Archive): Record<string, Tensor> {
  const tensors: [string, Tensor][] = [];
  try {
    for (const [name, bytes] of archive) tensors.push([name.slice(0, -SUFFIX.length), readNpy(bytes(), name)]);
  } catch (error) {
    for (const [, { storage }] of tensors) free(storage);
    throw error;
  }
  return Object.fromEntries(tensors);
}

/** NumPy's name of a file's dtype. */
function descrOf(name: string): string {
  if (name === 'BOOL') return '|b1';
  const size = Number(name.slice(1)) / 8;
  return `${size === 1 ? '|' : '<'}${name[0].toLowerCase()}${size}`;
}

/** The bytes of a file of one array, row-major. */
export function writeNpy(x: Tensor, narrow: Narrow | null): Bytes {
  if (narrow === 'bfloat16') throw new RangeError("save(): NumPy has no bfloat16; dtype: 'float16' it has");
  const { name, bytes: write } = writtenAs(x.dtype, narrow);
  const shape = `(${x.dims.join(', ')}${x.dims.length === 1 ? ',' : ''})`;
  const text = `{'descr': '${descrOf(name)}', 'fortran_order': False, 'shape': ${shape}, }`;
  // The elements begin at a multiple of 64; a newline ends the header.
  const start = Math.ceil((11 + text.length) / 64) * 64;
  const head = `${MAGIC}\x01\x00${String.fromCharCode((start - 10) & 255, (start - 10) >> 8)}${text}`;
  const elements = write(x.toTypedArray());
  const size = start + elements.length;
  const bytes = fromHost(size, () => new Uint8Array(size));
  bytes.set(Uint8Array.from(`${head.padEnd(start - 1)}\n`, (letter) => letter.charCodeAt(0)));
  bytes.set(elements, start);
  return bytes;
}

/** The arrays of an archive. */
export function npzContents(obj: unknown, narrow: Narrow | null): Content[] {
  if (!isOptions(obj) || !Object.values(obj).every((x) => x instanceof Tensor)) {
    throw new TypeError('save(): an .npz file holds tensors by name, { x, y }');
  }
  return Object.entries(obj as Record<string, Tensor>).map(([name, x]) => {
    const bytes = writeNpy(x, narrow);
    return { name: `${name}${SUFFIX}`, size: bytes.length, bytes: () => bytes };
  });
}
