/**
 * The installed package in the other runtimes: Cloudflare's workerd, where the core is a module of its own, Deno and
 * Bun. One program (suite.mjs) runs in each, and every number equals Node's bit for bit.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { coreHash, installPackage, output, program, TRAIN, type Trained, trainInNode } from '../package/installed.ts';
import { FAMILIES } from '../structure/sources.ts';

const BIN = new URL('node_modules/.bin/', import.meta.url).pathname;

let folder = '';
let expected: Trained & { hash: string };

beforeAll(() => {
  folder = installPackage();
  expected = trainInNode(folder);
});

afterAll(() => {
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Trains when it starts, and again when it is asked; the core is hashed as the file that the worker was given. */
const WORKER = `
import * as torch from 'torchlet';
import bytes from './core.bin';
import { train } from './suite.mjs';

torch.manualSeed(1);
const model = new torch.nn.Linear(2, 1);
const optimizer = new torch.optim.SGD(model.parameters(), { lr: 0.1 });
const x = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
const y = x.sum(1, true);
for (let step = 0; step < 500; step++) {
  optimizer.zeroGrad();
  new torch.nn.MSELoss()(model(x), y).backward();
  optimizer.step();
}

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === '/predict') {
      const input = torch.tensor([searchParams.getAll('x').map(Number)]);
      return Response.json(torch.noGrad(() => model(input)).item());
    }
    const digest = await crypto.subtle.digest('SHA-256', bytes);
    const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return Response.json({ ...train(torch), hash });
  },
};
`;

const CONFIG = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:8080", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "core.bin", data = embed "core.wasm"),
${['core', ...FAMILIES].map((name) => `    (name = "${name}.wasm?module", wasm = embed "${name}.wasm"),`).join('\n')}
  ],
  compatibilityDate = "2026-01-01",
);
`;

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

describe('workerd', () => {
  let worker: ChildProcess | undefined;
  let origin = '';
  let printed = '';

  beforeAll(async () => {
    for (const name of ['core', ...FAMILIES]) {
      copyFileSync(join(folder, `node_modules/torchlet/dist/${name}.wasm`), join(folder, `${name}.wasm`));
    }
    writeFileSync(join(folder, 'config.capnp'), CONFIG);
    await build({
      stdin: { contents: WORKER, resolveDir: folder },
      bundle: true,
      format: 'esm',
      conditions: ['workerd'],
      outfile: join(folder, 'worker.js'),
      logLevel: 'warning',
      plugins: [
        {
          // As a deploy tool does: modules that are not JavaScript stand beside the worker.
          name: 'beside',
          setup: (bundle) => {
            bundle.onResolve({ filter: /\.(wasm\?module|bin)$/ }, ({ path }) => ({
              path: path.replace(/^.*\//, ''),
              external: true,
            }));
          },
        },
      ],
    });
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    worker = spawn(`${BIN}workerd`, ['serve', 'config.capnp', '--socket-addr', `http=127.0.0.1:${port}`], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [worker.stdout, worker.stderr]) {
      stream?.on('data', (data) => {
        printed += data;
      });
    }
    for (let tries = 0; ; tries++) {
      try {
        await fetch(origin, { method: 'HEAD' });
        return;
      } catch (error) {
        if (tries > 100 || worker.exitCode !== null)
          throw new Error(`workerd did not start: ${printed}`, { cause: error });
        await new Promise((resolve) => {
          setTimeout(resolve, 100);
        });
      }
    }
  });

  afterAll(() => {
    worker?.kill('SIGKILL');
  });

  test('answers a request with the prediction of a model that it trained when it started', async () => {
    const response = await fetch(`${origin}/predict?x=0.25&x=0.5`);
    expect(response.status, printed).toBe(200);
    expect(await response.json()).toBeCloseTo(0.75, 3);
  });

  test('trains to the same bits as Node, on the same core', async () => {
    const response = await fetch(origin);
    expect(response.status, printed).toBe(200);
    expect(await response.json()).toEqual(expected);
    expect(expected.hash).toBe(coreHash(folder));
  });
});

describe.each([
  ['Deno', 'deno', ['run', '--no-remote', '--allow-read', '--allow-env']],
  ['Bun', 'bun', ['run']],
])('%s', (name, command, args) => {
  test('trains to the same bits as Node, on the same core', () => {
    const path = program(folder, `${command}.mjs`, TRAIN);
    expect(JSON.parse(output(folder, BIN + command, ...args, path)), name).toEqual(expected);
  });
});
