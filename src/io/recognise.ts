/** What a file is by its first bytes, for those that `load` does not read. */

const TEXTS: readonly [RegExp, what: string][] = [
  [/^\s*<(!doctype|html|\?xml|head|body)/i, 'a web page: the address gave a page and not the file'],
  [/^version https:\/\/git-lfs/, 'a pointer of Git LFS: `git lfs pull` fetches the file that it stands for'],
  [/^\s*[{[]\s*["\d{[\]}]/, 'JSON'],
];

const MAGICS: readonly [string, what: string][] = [
  ['\x89HDF', 'an HDF5 file, as Keras writes'],
  ['GGUF', 'a GGUF file'],
  ['\x1f\x8b', 'packed by gzip: unpack it first'],
];

/** What a file is that is none of those that are read; null where its first bytes do not tell. */
export function foreign(bytes: Uint8Array): string | null {
  const head = String.fromCharCode(...bytes.subarray(0, 100)).replace(/^\xef\xbb\xbf/, '');
  if (String.fromCharCode(...bytes.subarray(257, 262)) === 'ustar') return 'a tar archive, as PyTorch wrote before 0.2';
  const text = TEXTS.find(([begin]) => begin.test(head));
  return (text ?? MAGICS.find(([begin]) => head.startsWith(begin)))?.[1] ?? null;
}
