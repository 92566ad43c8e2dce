/** What is loaded by mistake: `load` says what it is, and how to come to what was meant. */
import * as torch from 'torchlet';
import { describe, expect, test } from 'vitest';
import { decodeLoosely, decodeUtf8, encodeUtf8 } from '../../src/io/utf8.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe.each([
  ['load', torch.load],
  ['loadSafetensors', torch.loadSafetensors],
] as const)('%s', (_, load) => {
  test.each([
    ['<!DOCTYPE html><html><head><title>404</title>', /a web page.*response\.ok.*<!DOCTYPE html>/],
    ['\n\n  <html lang="en">', /a web page/],
    ['<!-- error --><body>not here', /a web page/],
    ['\xef\xbb\xbf<html>', /a web page/],
    ['<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code>', /XML.*response\.ok/],
    ['{"error":"Repository not found"}', /JSON.*Repository not found/],
    ['{ "message": "Bad credentials" }', /JSON/],
    ['{}', /JSON/],
    ['[]', /JSON/],
    ['[{"a": 1}]', /JSON/],
    ['404: Not Found', /text.*"404: Not Found"/],
    ['Entry not found', /text.*"Entry not found"/],
    ['no', /text/],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n', /Git LFS.*git lfs pull/],
    ['\x1f\x8b\x08\0\0\0\0\0\0\x03', /gzip.*DecompressionStream/],
    ['BZh91AY&SY\0\0', /bzip2/],
    ['\xfd7zXZ\0\0\x04\0', /xz/],
    ['\x28\xb5\x2f\xfd\0\0\0\0\0', /zstd/],
    ['%PDF-1.7\n', /PDF/],
    ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', /PNG/],
    ['\xff\xd8\xff\xe0\0\x10JFIF', /JPEG/],
    ['\x89HDF\r\n\x1a\n\0', /HDF5/],
    ['GGUF\x03\0\0\0\0', /GGUF/],
    ['\x1c\0\0\0TFL3\0', /TensorFlow Lite/],
  ])('%j', (text, says) => {
    expect(() => load(bytes(text))).toThrow(TypeError);
    expect(() => load(bytes(text))).toThrow(says);
    expect(() => load(bytes(text))).not.toThrow(/header would be/);
  });

  test.each([
    ['a Promise', Promise.resolve(new Uint8Array(1)), /await it/],
    ['a Blob', new Blob([]), /await x\.arrayBuffer\(\)/],
    ['a File', new File([], 'a.pt'), /got a File.*await x\.arrayBuffer\(\)/],
    ['a Response', new Response(''), /got a Response.*await x\.arrayBuffer\(\)/],
    ['a ReadableStream', new Blob([]).stream(), /new Response\(x\)\.arrayBuffer\(\)/],
    ['a list', [1, 2], /Uint8Array\.from/],
    ['an address', 'https://example.com/model.pt', /fetch it/],
    ['nothing', undefined, /f/],
  ])('%s', (_name, given, says) => {
    expect(() => load(given as never)).toThrow(TypeError);
    expect(() => load(given as never)).toThrow(says);
  });
});

test.each([
  ['a Promise', Promise.resolve({}), /await it/],
  ['a Response', new Response(''), /torch\.load\(bytes\)/],
  ['bytes', new Uint8Array(2), /torch\.load\(bytes\)/],
  ['a buffer', new ArrayBuffer(2), /torch\.load\(bytes\)/],
])('a state dict that is %s', (_, given, says) => {
  const model = new torch.nn.Linear(1, 1);
  expect(() => model.loadStateDict(given as never)).toThrow(says);
});

describe('UTF-8 without TextDecoder and TextEncoder', () => {
  const without = <R>(body: () => R): R => {
    const { TextDecoder, TextEncoder } = globalThis;
    Object.assign(globalThis, { TextDecoder: undefined, TextEncoder: undefined });
    try {
      return body();
    } finally {
      Object.assign(globalThis, { TextDecoder, TextEncoder });
    }
  };

  test.each(['', 'abc', 'ä€𝄞%25', '\ufeffx', '\ud800', 'a\udc00b', '\0\x7f'])('%j', (text) => {
    const encoded = encodeUtf8(text);
    expect(without(() => encodeUtf8(text))).toEqual(encoded);
    expect(without(() => decodeUtf8(encoded))).toBe(decodeUtf8(encoded));
  });

  test.each([[[0xff]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]], [[0xe2, 0x82]]])('refuses %j', (list) => {
    const wrong = Uint8Array.from(list);
    expect(() => decodeUtf8(wrong)).toThrow();
    expect(() => without(() => decodeUtf8(wrong))).toThrow();
    expect(without(() => decodeLoosely(wrong))).toBe(String.fromCharCode(...list));
  });

  test.each(['safetensors', 'pt'] as const)('a file of %s goes out and comes in', (format) => {
    const state = { 'schön.weight': torch.ones(2), n: torch.arange(3) };
    const file = without(() => torch.save(state, { format }));
    expect(file).toEqual(torch.save(state, { format }));
    expect(String(without(() => torch.load(file))['schön.weight'])).toBe('tensor([1., 1.])');
  });
});
