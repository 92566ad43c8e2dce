/** What a file is by its first bytes, for those that are not read: mostly the answer of a server that had no file. */
import { brandOf } from '../tensor/brands.ts';

const ANSWERED = 'look at `response.ok` before `response.arrayBuffer()`';

const TEXTS: readonly [RegExp, what: string][] = [
  [/^<\?xml/i, `XML, as storages answer with for what is missing or forbidden: ${ANSWERED}`],
  [/^<[!a-z]/i, `a web page: the address gave a page and not the file; ${ANSWERED}`],
  [/^version https:\/\/git-lfs/, 'a pointer of Git LFS: `git lfs pull` fetches the file that it stands for'],
  [/^(\{\s*["}]|\[\s*["\d{[\]])/, `JSON, as servers answer with for what is missing or forbidden: ${ANSWERED}`],
];

const MAGICS: readonly [string, what: string][] = [
  ['\x89HDF', 'an HDF5 file, as Keras writes'],
  ['GGUF', 'a GGUF file'],
  ['%PDF', 'a PDF document'],
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['RIFF', 'a RIFF file, as WebP images and WAV sounds are'],
];

/** By which programs a file may be packed that must be unpacked first. */
const PACKERS: readonly [string, by: string][] = [
  ['\x1f\x8b', "gzip (`new DecompressionStream('gzip')`)"],
  ['BZh', 'bzip2'],
  ['\xfd7zXZ', 'xz'],
  ['\x28\xb5\x2f\xfd', 'zstd'],
  ['7z\xbc\xaf', '7z'],
  ['Rar!', 'RAR'],
];

/** What a file is that is none of those that are read; null where its first bytes do not tell. */
export function foreign(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return null;
  const head = String.fromCharCode(...bytes.subarray(0, 100)).replace(/^\xef\xbb\xbf/, '');
  if (String.fromCharCode(...bytes.subarray(257, 262)) === 'ustar') return 'a tar archive, as PyTorch wrote before 0.2';
  const magic = MAGICS.find(([begin]) => head.startsWith(begin));
  if (magic !== undefined) return magic[1];
  const packer = PACKERS.find(([begin]) => head.startsWith(begin));
  if (packer !== undefined) return `packed by ${packer[1]}: unpack it first`;
  if (head.startsWith('TFL3', 4)) return 'a TensorFlow Lite model';
  const written = head.trimStart();
  const text = TEXTS.find(([begin]) => begin.test(written));
  // Text in any encoding has no control characters but white space; the length that safetensors begin with is full of zeros.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const isText = !/[\0-\x08\x0e-\x1f]/.test(head);
  if (!isText) return null;
  const shown = ` (${JSON.stringify(written.slice(0, 60).trimEnd())}${written.length > 60 ? '…' : ''})`;
  return text !== undefined ? `${text[1]}${shown}` : `text: ${ANSWERED}${shown}`;
}

/** How to come from what holds bytes, or will, to the bytes; an empty string for what does not. */
export function wayToBytes(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { then, arrayBuffer } = value as { then?: unknown; arrayBuffer?: unknown };
  if (typeof then === 'function') return ': await it';
  if (typeof arrayBuffer === 'function') return ': give `await x.arrayBuffer()`, once `x.ok` if it is a Response';
  const brand = brandOf(value);
  if (brand === 'ReadableStream') return ': give `await new Response(x).arrayBuffer()`';
  if (brand === 'FileList') return ': give `await x[0].arrayBuffer()`';
  if (brand === 'HTMLInputElement') return ': give `await x.files[0].arrayBuffer()`';
  if (brand === 'XMLHttpRequest') return ": give its response, with responseType = 'arraybuffer'";
  if (Array.isArray(value)) return ': give `Uint8Array.from(x)` if these are bytes';
  return '';
}
