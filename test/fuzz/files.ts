/**
 * `npm run fuzz:files -- [--seed S] [--count N] [--kinds torch,npz]`: N mutated files of each kind are loaded. Each is
 * refused with a reason or gives an object that is saved and loaded again as it was, or a model that computes; nothing hangs,
 * traps, or keeps memory.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as torch from '../../src/index.ts';
import { isEngineError } from './engine-error.ts';
import { Random } from './random.ts';

/** Files that PyTorch and NumPy made, by how their names end, the largest left out. */
function golden(end: RegExp): Uint8Array[] {
  const folder = 'test/golden/torch-files';
  const names = readdirSync(folder).filter((name) => end.test(name));
  return names.map((name) => readFileSync(join(folder, name))).filter(({ length }) => length < 8000);
}

/** A file of each kind, valid. */
function samples(): Readonly<Record<string, readonly Uint8Array[]>> {
  torch.manualSeed(0);
  const model = new torch.nn.Sequential(new torch.nn.Linear(3, 4), new torch.nn.BatchNorm1d(4));
  const optimizer = new torch.optim.Adam(model.parameters(), { lr: 0.1 });
  model(torch.ones(2, 3)).sum().backward();
  optimizer.step();
  const dtypes = [torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8, torch.bool];
  const { nets } = JSON.parse(readFileSync('test/golden/onnx.json', 'utf8')) as { nets: { file: string }[] };
  return {
    safetensors: [
      torch.save(model.stateDict()),
      torch.save({
        model: model.stateDict(),
        optimizer: optimizer.stateDict(),
        epoch: 3,
        name: 'run',
        best: [0.5, null],
      }),
      torch.save(Object.fromEntries(dtypes.map((dtype) => [dtype.name, torch.ones(2, 3, { dtype })]))),
      torch.save({}),
      torch.save(torch.zeros(0)),
    ],
    torch: [
      torch.save({ model: model.stateDict(), optimizer: optimizer.stateDict() }, { format: 'pt' }),
      torch.save([model, optimizer.stateDict()], { format: 'pt' }),
      ...golden(/(?<!legacy)\.pt$/),
    ],
    'torch before 1.6': golden(/legacy\.pt$/),
    npy: golden(/\.npy$/),
    npz: golden(/\.npz$/),
    onnx: nets.map(({ file }) => Buffer.from(file, 'base64')),
  };
}

const ODD_BYTES = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d, 0x2d, 0x65, 0x39];

/** The opcodes of pickles, and the bytes that structures of zips begin with. */
const CODES = [...'(.0123JKMNQRUX]abcehjqrstu}G)PK', ...'\x80\x81\x85\x86\x87\x88\x89\x8a'].map((letter) =>
  letter.charCodeAt(0),
);

/** Sets the checksums of a zip's entries to 0, which says that none were computed: else few changes would be seen. */
function uncheck(bytes: Uint8Array): Uint8Array {
  for (let at = 0; at + 20 < bytes.length; at++) {
    const isEntry = bytes[at] === 0x50 && bytes[at + 1] === 0x4b && bytes[at + 2] === 1 && bytes[at + 3] === 2;
    if (isEntry) bytes.fill(0, at + 16, at + 20);
  }
  return bytes;
}

/** One change of a file's bytes. */
function mutate(random: Random, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  const at = random.chance(0.5) ? random.int(0, Math.min(bytes.length, 400)) : random.int(0, bytes.length);
  const copy = Uint8Array.from(bytes);
  switch (random.int(0, 9)) {
    case 0:
      if (copy.length > 0) copy[at] = random.int(0, 256);
      return copy;
    case 1:
      if (copy.length > 0) copy[at] = random.one(ODD_BYTES);
      return copy;
    case 7:
    case 8:
      if (copy.length > 0) copy[at] = random.one(CODES);
      return copy;
    case 2:
      if (copy.length > 0) copy[at] ^= 1 << random.int(0, 8);
      return copy;
    case 3:
      return copy.slice(0, at);
    case 4: {
      const piece = copy.slice(at, at + random.int(1, 40));
      const to = random.int(0, copy.length + 1);
      return Uint8Array.from([...copy.slice(0, to), ...piece, ...copy.slice(to)]);
    }
    case 5: {
      const end = at + random.int(1, 40);
      return Uint8Array.from([...copy.slice(0, at), ...copy.slice(end)]);
    }
    default: {
      const other = random.one(others);
      return Uint8Array.from([...copy.slice(0, at), ...other.slice(Math.min(at, other.length))]);
    }
  }
}

/** Loads bytes, and says what is wrong with what came of it; null where nothing is. */
type Load = (bytes: Uint8Array) => () => string | null;

/** What was loaded is saved, and comes back. */
const tensors =
  (format: 'pt' | 'safetensors'): Load =>
  (bytes) => {
    const loaded = torch.load(bytes) as torch.Tensor;
    return () => {
      const again = torch.save(loaded, { format });
      const twice = torch.save(torch.load(again) as torch.Tensor, { format });
      return Buffer.compare(again, twice) === 0 ? null : 'what was loaded and saved does not come back';
    };
  };

/** A model is called with ones; it may say that they do not fit. */
const graph: Load = (bytes) => {
  const net = torch.onnx.load<torch.Tensor | torch.Tensor[]>(bytes);
  return () => {
    const inputs = net.extraRepr().matchAll(/(\w+)\[([^\]]*)\]/g);
    torch.noGrad(() =>
      net.forward(
        ...Array.from(inputs, ([, dtype, dims]) => {
          const sizes = dims === '' ? [] : dims.split(', ').map((size) => Math.min(Number(size) || 3, 100));
          return torch.ones(sizes, { dtype: torch[dtype as 'float32'] });
        }),
      ),
    );
    return null;
  };
};

/** Whether the bytes are refused, and what is wrong with how they are; null where nothing is. */
function tried(bytes: Uint8Array, load: Load): [refused: boolean, wrong: string | null] {
  const start = performance.now();
  let refused = true;
  let wrong: string | null = null;
  try {
    const check = load(bytes);
    refused = false;
    wrong = check();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) wrong = `trap: ${error.message}`;
    else if (isEngineError(error)) wrong = `engine's error: ${(error as Error).stack}`;
  }
  const time = performance.now() - start;
  if (time > 5000) wrong ??= `${time.toFixed(0)} ms`;
  if (!Object.values(torch.memory.stats()).every(Number.isFinite)) wrong = 'the books are spoiled';
  return [refused, wrong];
}

const { values } = parseArgs({
  options: { seed: { type: 'string' }, count: { type: 'string' }, kinds: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 30));
const count = Number(values.count ?? 5000);
console.log(`fuzz:files: seed ${seed}, ${count} files of each kind`);
let bad = 0;
for (const [kind, files] of Object.entries(samples())) {
  if (values.kinds !== undefined && !values.kinds.split(',').includes(kind)) continue;
  const load = kind === 'onnx' ? graph : tensors(kind === 'safetensors' ? kind : 'pt');
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const random = new Random(seed + i);
    let bytes = random.one(files);
    for (let n = random.int(1, 4); n > 0; n--) bytes = mutate(random, bytes, files);
    if (random.chance(0.7)) bytes = uncheck(Uint8Array.from(bytes));
    const [isRefused, wrong] = tried(bytes, load);
    if (isRefused) refused++;
    if (wrong === null) continue;
    if (++bad <= 10) console.log(`  ${kind}, seed ${seed + i}: ${wrong}\n    ${Buffer.from(bytes).toString('base64')}`);
  }
  console.log(`${kind}: ${refused} refused, ${count - refused} taken`);
}
console.log(`${bad} findings`);
process.exitCode = bad === 0 ? 0 : 1;
