/**
 * The installed package in a real browser: from a bundle and from a plain script element, with and without a content
 * security policy. Every number equals Node's bit for bit, from the same bytes of WebAssembly.
 *
 * CHROME names the browser; /usr/bin/chromium if it is not set.
 */
import { createReadStream, existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { coreHash, installPackage, type Trained, trainInNode } from '../package/installed.ts';

/** Runs before the library: keeps the largest module that it compiles, the core, to be hashed. */
const WATCH = `
  WebAssembly.Module = class extends WebAssembly.Module {
    constructor(bytes) {
      super(bytes);
      if (!(bytes.length <= globalThis.compiled?.length)) globalThis.compiled = bytes;
    }
  };
`;

/** Puts what train() gives, and the hash of the core, where the test finds it. */
const page = (torch: string): string => `
  import * as torch from '${torch}';
  import { train } from './suite.mjs';
  const report = async () => {
    const trained = train(torch);
    const digest = await crypto.subtle.digest('SHA-256', globalThis.compiled);
    const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return { ...trained, hash };
  };
  globalThis.result = report().catch((error) => ({ error: String(error), cause: String(error.cause) }));
`;

const html = (script: string): string =>
  `<!doctype html><title>torchlet</title><script src="watch.js"></script><script type="module" src="${script}"></script>`;

const POLICIES: Record<string, string> = {
  wasm: "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
  strict: "default-src 'none'; script-src 'self'",
};
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript' };

let folder = '';
let origin = '';
let server: Server;
let browser: Browser;
let expected: Trained & { hash: string };

beforeAll(async () => {
  const executablePath = process.env.CHROME ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error(`no browser at ${executablePath}: set CHROME to one`);
  folder = installPackage();
  expected = trainInNode(folder);
  writeFileSync(join(folder, 'watch.js'), WATCH);
  writeFileSync(join(folder, 'bundle.html'), html('bundle.js'));
  writeFileSync(join(folder, 'plain.html'), html('plain.js'));
  writeFileSync(join(folder, 'plain.js'), page('./node_modules/torchlet/dist/torchlet.min.js'));
  await build({
    stdin: { contents: page('torchlet'), resolveDir: folder },
    bundle: true,
    minify: true,
    format: 'esm',
    outfile: join(folder, 'bundle.js'),
    logLevel: 'warning',
  });

  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const file = join(folder, pathname);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const policy = POLICIES[searchParams.get('policy') ?? ''];
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      ...(policy && { 'content-security-policy': policy }),
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Opens a page and waits for what it reports; anything thrown on the page fails the test. */
async function open(path: string): Promise<unknown> {
  const tab = await browser.newPage();
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(String(error)));
  try {
    await tab.goto(`${origin}/${path}`);
    await tab.waitForFunction(() => 'result' in globalThis, undefined, { timeout: 20_000 }).catch(() => undefined);
    expect(errors).toEqual([]);
    return await tab.evaluate(() => (globalThis as unknown as { result: unknown }).result);
  } finally {
    await tab.close();
  }
}

test.each([
  ['an esbuild bundle', 'bundle.html'],
  ['an esbuild bundle under a policy that allows WebAssembly', 'bundle.html?policy=wasm'],
  ['a plain script element', 'plain.html'],
  ['a plain script element under a policy that allows WebAssembly', 'plain.html?policy=wasm'],
])('%s trains to the same bits as Node, on the same core', async (_, path) => {
  expect(await open(path)).toEqual(expected);
  expect(expected.hash).toBe(coreHash(folder));
});

test('under a policy that forbids WebAssembly the import stands, and the first use says what to do', async () => {
  expect(await open('plain.html?policy=strict')).toEqual({
    error: expect.stringContaining('init(module)'),
    cause: expect.stringContaining('Content Security Policy'),
  });
});
