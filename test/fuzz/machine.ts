/** Runs a program in torchlet, step by step, and says what it observed. */
import * as torch from '../../src/index.ts';
import { isEngineError } from './engine-error.ts';
import type { Observed, Outcome, Program, Seen, Step, TensorSeen, Value } from './program.ts';
import { readBy, snake, variableOf } from './program.ts';

type Callable = (...args: unknown[]) => unknown;
type Class = new (...args: unknown[]) => unknown;

const SPACES: Record<string, unknown> = {
  torch,
  F: torch.nn.functional,
  special: torch.special,
  init: torch.nn.init,
  nn: torch.nn,
  utils: torch.nn.utils,
  optim: torch.optim,
  lr: torch.optim.lrScheduler,
  data: torch.utils.data,
  autograd: torch.autograd,
};

const DTYPES: Record<string, torch.DType> = {
  float32: torch.float32,
  float64: torch.float64,
  int64: torch.int64,
  int32: torch.int32,
  uint8: torch.uint8,
  bool: torch.bool,
};

const NUMBERS: Record<string, number> = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity, '-0': -0 };

const FUNCTIONS: Record<string, unknown> = {
  double: (x: torch.Tensor) => x.mul(2),
  decay: (epoch: number) => 1 / (1 + epoch),
  constant: () => 0.9,
};

/** A number as text that both languages write alike. */
function numeral(x: number | bigint): string {
  if (typeof x === 'bigint' || Number.isInteger(x)) return BigInt(x).toString();
  return Number.isNaN(x) ? 'nan' : x === Infinity ? 'inf' : x === -Infinity ? '-inf' : String(x);
}

export function seeTensor(x: torch.Tensor, withGrad = false): TensorSeen {
  const values = x.toTypedArray();
  const seen: TensorSeen = {
    dtype: x.dtype.name,
    shape: [...x.shape],
    strides: x.stride(),
    requiresGrad: x.requiresGrad,
    isLeaf: x.isLeaf,
    data: Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64'),
  };
  if (withGrad) seen.grad = x.grad === null ? null : seeTensor(x.grad);
  return seen;
}

function seeDict(entries: Iterable<readonly [string, unknown]>, withGrad: boolean): Seen {
  return { dict: [...entries].map(([key, value]) => [snake(key), see(value, withGrad)] as [string, Seen]) };
}

/** What is observed of any value. */
export function see(value: unknown, withGrad = false): Seen {
  if (value === null || value === undefined) return { nothing: true };
  if (value instanceof torch.Tensor) {
    try {
      return seeTensor(value, withGrad);
    } catch (error) {
      // Some views may not be asked anything after their base was written.
      return { unusable: (error as Error).message };
    }
  }
  if (typeof value === 'number' || typeof value === 'bigint') return { number: numeral(value) };
  if (typeof value === 'boolean') return { flag: value };
  if (typeof value === 'string') return { text: value };
  if (value instanceof torch.DType) return { text: String(value) };
  if (Array.isArray(value)) return { list: [...(value as unknown[])].map((each) => see(each, withGrad)) };
  if (value instanceof torch.nn.Module) {
    const model = value as torch.nn.Module;
    const parameters = model.namedParameters().map(([name, parameter]) => [`parameter ${name}`, parameter] as const);
    return seeDict([['training', model.training], ...Object.entries(model.stateDict()), ...parameters], withGrad);
  }
  if (value instanceof torch.optim.Optimizer) {
    const { state, paramGroups } = value.stateDict();
    return seeDict(
      [...Object.entries(state), ...paramGroups.entries()].map(([k, v]) => [String(k), v]),
      withGrad,
    );
  }
  if (value instanceof torch.optim.lrScheduler.LRScheduler) {
    return seeDict(
      [
        ['lastEpoch', value.lastEpoch],
        ['lastLr', value.getLastLr()],
      ],
      withGrad,
    );
  }
  if (value instanceof torch.nn.IncompatibleKeys) return see([value.missingKeys, value.unexpectedKeys]);
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return seeDict(Object.entries(value), withGrad);
  }
  return { other: value.constructor.name };
}

/** The variables of a running program. */
export class Machine {
  readonly variables = new Map<number, unknown>();

  /** Every program begins alike. */
  constructor() {
    torch.manualSeed(0);
    torch.setDefaultDtype(torch.float32);
  }

  /** JavaScript's value for a program's. */
  decode(value: Value): unknown {
    const variable = variableOf(value);
    if (variable !== null) return this.variables.get(variable);
    if (Array.isArray(value)) return value.map((each) => this.decode(each));
    if (typeof value !== 'object' || value === null) return value;
    const [[kind, inner]] = Object.entries(value);
    if (kind === 'number') return NUMBERS[inner as string];
    if (kind === 'big') return BigInt(inner as string);
    if (kind === 'dtype') return DTYPES[inner as string];
    if (kind === 'range') return inner;
    if (kind === 'function') return FUNCTIONS[inner as string];
    return this.options(inner as Record<string, Value>);
  }

  private options(given: Record<string, Value>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, this.decode(value)]));
  }

  private call({ call, args, named }: Step): unknown {
    const given = args.map((each) => this.decode(each));
    if (named && Object.keys(named).length > 0) given.push(this.options(named));
    const [self, ...rest] = given as [never, ...unknown[]];
    if (call === '()') return (self as Callable)(...rest);
    if (call === 'get') return self[rest[0] as never];
    if (call === 'set') {
      (self as Record<string, unknown>)[rest[0] as string] = rest[1];
      return null;
    }
    if (call === 'all') return [...(self as Iterable<unknown>)];
    if (call === 'str') return String(self);
    const [space, name] = call.split('.');
    if (space === '') return (self as Record<string, Callable>)[name](...rest);
    const member = (SPACES[space] as Record<string, unknown>)[name];
    return /^[A-Z]/.test(name) ? new (member as Class)(...given) : (member as Callable)(...given);
  }

  /** Runs one step and keeps its result. */
  run(step: Step): Outcome {
    for (const variable of readBy(step)) if (!this.variables.has(variable)) return { missing: true };
    try {
      const { mode } = step;
      const result = mode === undefined ? this.call(step) : torch[mode](() => this.call(step));
      this.variables.set(step.out, result);
      return { seen: see(result) };
    } catch (error) {
      const text = `${(error as Error).name}: ${(error as Error).message}`;
      return { error: text, ...(isEngineError(error) && { internal: true }) };
    }
  }

  /** What all variables hold now. */
  end(): Record<string, Seen> {
    return Object.fromEntries([...this.variables].map(([key, value]) => [String(key), see(value, true)]));
  }
}

/** Runs a whole program. */
export function runProgram(program: Program): Observed {
  const machine = new Machine();
  const steps = program.map((step) => machine.run(step));
  return { steps, end: machine.end() };
}
