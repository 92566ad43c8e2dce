/** Hostile calls from a seed, and what is looked at after each. */
import * as torch from '../../../src/index.ts';
import { isEngineError } from '../engine-error.ts';
import { Random } from '../random.ts';
import type { Subject } from './subjects.ts';
import { HOSTILE, ordinary } from './values.ts';

/** One call: what is called, and with what. */
export interface Call {
  readonly subject: Subject;
  readonly text: string;
  run(): unknown;
}

/** What is wrong with a call. */
export interface Finding {
  readonly kind: 'trap' | 'corrupt' | 'books' | 'internal' | 'shape' | 'slow';
  readonly message: string;
}

/** The call that belongs to a seed. */
export function callOf(seed: number, all: readonly Subject[]): Call {
  const random = new Random(seed);
  const subject = random.one(all);
  const count = Math.max(random.int(0, 4), subject.kinds.length > 0 ? random.int(1, subject.kinds.length + 1) : 0);
  const args: unknown[] = [];
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    args.push(ordinary(random, subject.kinds[i]));
    texts.push(subject.kinds[i] ?? '…');
  }
  const place = (at: number): void => {
    const [name, make] = random.one(HOSTILE);
    args[at] = make();
    texts[at] = name;
  };
  place(random.int(0, count + 1));
  if (random.chance(0.2)) place(random.int(0, count + 1));
  if (random.chance(0.3) && subject.names.length > 0) {
    const key = random.one(subject.names);
    const [name, make] = random.one(HOSTILE);
    args.push({ [key]: make() });
    texts.push(`{ ${key}: ${name} }`);
  }
  return {
    subject,
    text: `${subject.name}(${Array.from(texts, (each) => each ?? 'undefined').join(', ')})`,
    run: () => subject.bind()(...args),
  };
}

const SENTINELS = [torch.arange(1000), torch.ones(40, 50).mul(0.5), torch.full([7], 3)];
const EXPECTED = SENTINELS.map((x) => JSON.stringify(Array.from(x.toTypedArray(), Number)));

function looked(value: unknown): Finding | null {
  if (!(value instanceof torch.Tensor) || value.isDisposed) return null;
  const whole = value.shape.every((size) => Number.isInteger(size) && size >= 0) && Number.isInteger(value.numel());
  if (!whole) return { kind: 'shape', message: `a tensor of shape ${String(value.shape)}` };
  String(value);
  return null;
}

/** Makes the call and says what is wrong, if anything is. */
export function tried(call: Call): Finding | null {
  const start = process.cpuUsage();
  let finding: Finding | null = null;
  try {
    const result = call.run();
    for (const each of Array.isArray(result) ? result.slice(0, 10) : [result]) finding ??= looked(each);
    if (result instanceof Promise) result.catch(() => {});
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof WebAssembly.RuntimeError) finding = { kind: 'trap', message };
    else if (!(error instanceof Error) || isEngineError(error)) {
      const line = error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 3).join(' <') : '';
      finding = { kind: 'internal', message: `${message} ${line}` };
    }
  }
  // Of the processor, which others may use too.
  const { user, system } = process.cpuUsage(start);
  const time = (user + system) / 1000;
  if (time > 1000) finding ??= { kind: 'slow', message: `${time.toFixed(0)} ms` };
  torch.setGradEnabled(true);
  torch.setDefaultDtype(torch.float32);
  if (!Object.values(torch.memory.stats()).every(Number.isFinite)) {
    finding = { kind: 'books', message: JSON.stringify(torch.memory.stats()) };
  }
  SENTINELS.forEach((x, i) => {
    const same = !x.isDisposed && JSON.stringify(Array.from(x.toTypedArray(), Number)) === EXPECTED[i];
    if (!same) finding = { kind: 'corrupt', message: 'a tensor made before the call changed' };
  });
  return finding;
}
