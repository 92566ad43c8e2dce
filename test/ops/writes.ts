/** Runs the rows of golden/writes.json: calls with something written in place around them (golden/writes.py says what). */
import * as torch from '../../src/index.ts';
import { grouped, readGolden } from '../golden/read.ts';
import { callable, positions } from '../opinfo/calls.ts';
import { type Json, plain, tensorsOf } from '../opinfo/golden.ts';

/** One call, and PyTorch's outcomes. */
export interface Row {
  o: string;
  f?: 1;
  a: Json[];
  k?: Record<string, Json>;
  p: string;
  r: string[];
  b: string[];
  x?: string[];
  n: (string | null)[];
  h?: string;
}

type Write = (x: torch.Tensor) => void;

const first = (x: torch.Tensor): torch.Tensor => (x.dim() === 0 ? x.unsqueeze(0) : x).select(0, 0);

/** As RESULT_WRITES, SECOND, touch and INDEX_WRITES of golden/writes.py. */
const RESULT_WRITES: Record<string, Write> = {
  add_: (x) => x.add_(1),
  mul_: (x) => x.mul_(2),
  fill_: (x) => x.fill_(0.5),
  zero_: (x) => x.zero_(),
  sin_: (x) => x.sin_(),
  'a view, mul_': (x) => first(x).mul_(3),
  setAt_: (x) => x.setAt_(['...'], 2),
  copy_: (x) => x.copy_(torch.onesLike(x).requiresGrad_()),
  bernoulli_: (x) => x.bernoulli_(1),
  inplace: (x) => torch.nn.functional.leakyRelu(x, 0.5, true),
  'detach, add_': (x) => x.detach().add_(1),
  gt_: (x) => x.gt_(0),
  maskedFill_: (x) => x.maskedFill_(x.detach().gt(0), 2),
  unsqueeze_: (x) => x.unsqueeze_(0),
};
const SECOND: Record<string, Write> = {
  sin_: (x) => x.sin_(),
  'a view, mul_': (x) => first(x).mul_(first(x).detach()),
  fill_: (x) => x.fill_(0.5),
};
const touch: Write = (x) => (x.dtype === torch.bool ? x.logicalNot_() : x.add_(x.dtype.isFloatingPoint ? 1 : 0));
const INDEX_WRITES: Record<string, Write> = { touch, zero_: (x) => x.zero_() };

function weigh(x: torch.Tensor, start = 0): torch.Tensor {
  const weights = torch
    .arange(start, start + x.numel(), { dtype: torch.float64 })
    .cos()
    .to(x.dtype);
  return x.reshape([-1]).mul(weights).sum().to(torch.float64);
}

const zero = (): torch.Tensor => torch.zeros([], { dtype: torch.float64 });

/** One call on fresh inputs; `wanted` has the places, among all tensors, of those whose gradient is wanted. */
class Call {
  readonly leaves: torch.Tensor[] = [];
  readonly given: torch.Tensor[] = [];
  readonly results: torch.Tensor[];

  constructor(row: Row, wanted: readonly number[]) {
    torch.manualSeed(0);
    const args = positions(row, (written) => {
      const leaf = plain(written);
      let given = leaf;
      if (wanted.includes(this.given.length)) {
        this.leaves.push(leaf.requiresGrad_());
        given = leaf.clone();
      }
      this.given.push(given);
      return given;
    });
    const result = callable(row.o, row.f ? 'written' : 'function')(...args);
    const list = result instanceof torch.Tensor ? [result] : [...(result as Iterable<unknown>)];
    this.results = list.filter((each) => each instanceof torch.Tensor);
  }

  private total(inputs: boolean): torch.Tensor {
    let total = zero();
    for (const each of this.results) {
      if (each.dtype.isFloatingPoint && each.requiresGrad) total = total.add(weigh(each));
    }
    if (inputs) {
      for (const each of this.given) if (each.requiresGrad) total = total.add(each.mul(each).sum().to(torch.float64));
    }
    return total;
  }

  outcome(inputs: boolean, second = false): number | null {
    const total = this.total(inputs);
    if (!total.requiresGrad) return null;
    let grads = torch.autograd.grad(total, this.leaves, { allowUnused: true, createGraph: second });
    let value = total.item();
    if (second) {
      let again = zero();
      for (const g of grads) if (g !== null) again = again.add(weigh(g.mul(g), 2));
      if (!again.requiresGrad) return null;
      grads = torch.autograd.grad(again, this.leaves, { allowUnused: true });
      value += again.item();
    }
    grads.forEach((g, i) => {
      value += g === null ? 0.37 * (i + 1) : weigh(g, 1 + 7 * i).item();
    });
    return value;
  }
}

/** What is wrong with an outcome, or null. */
function wrong(want: string, run: () => number | null): string | null {
  let got: number | null;
  try {
    got = run();
  } catch (error) {
    return want === 'R' ? null : `PyTorch ${want}, here ${String(error).split('\n')[0].slice(0, 150)}`;
  }
  if (want === 'R') return `PyTorch refuses, here ${got}`;
  if (want === '-' || got === null) return want === '-' && got === null ? null : `PyTorch ${want}, here ${got}`;
  const number = Number(want.replace('inf', 'Infinity'));
  const close = Object.is(number, got) || Math.abs(number - got) <= 2e-6 * Math.max(1, Math.abs(number));
  return close ? null : `PyTorch ${want}, here ${got}`;
}

/** What differs from PyTorch in the outcomes of a row, each with the write it is about. */
export function differences(row: Row): string[] {
  const found: string[] = [];
  const check = (what: string, want: string, run: () => number | null): void => {
    const problem = wrong(want, run);
    if (problem !== null) found.push(`${row.o}${row.f ? '_' : ''} ${what}: ${problem}`);
  };
  const tensors = tensorsOf([row.a, row.k ?? {}]);
  const floats = tensors.flatMap((each, i) => (each.g ? [i] : []));
  check('no write', row.p, () => new Call(row, floats).outcome(true));
  const others = tensors.flatMap((each, i) => (each.g || !'df'.includes(each.t) ? [] : [i]));
  row.x?.forEach((want, i) => {
    check(`argument ${others[i]} wanted`, want, () => new Call(row, [...floats, others[i]]).outcome(false));
  });
  const names = new Call(row, floats).results.map(({ gradFn }) => gradFn?.name ?? null);
  if (names.join() !== row.n.join()) found.push(`${row.o} nodes: PyTorch ${row.n}, here ${names}`);
  const written = (i: number, write: Write, second: boolean) => (): number | null => {
    const call = new Call(row, floats);
    write(call.results[i]);
    return call.outcome(true, second);
  };
  row.r.forEach((outcomes, i) => {
    const wants = outcomes.split(' ');
    const writes = Object.entries(wants.length === 2 ? INDEX_WRITES : RESULT_WRITES);
    writes.forEach(([name, write], w) => {
      check(`result ${i}, ${name}`, wants[w], written(i, write, false));
    });
  });
  const sets = [floats, ...(floats.length > 1 ? floats.map((i) => [i]) : [])];
  row.b.forEach((outcomes, s) => {
    const [untouched, ...wants] = outcomes.split(' ');
    check(`gradients of ${sets[s]}`, untouched, () => new Call(row, sets[s]).outcome(false));
    wants.forEach((want, i) => {
      check(`gradients of ${sets[s]}, argument ${i} written`, want === '=' ? untouched : want, () => {
        const call = new Call(row, sets[s]);
        torch.noGrad(() => void touch(call.given[i]));
        return call.outcome(false);
      });
    });
  });
  if (row.h !== undefined) {
    const [plain, ...wants] = row.h.split(' ');
    check('second derivative', plain, () => new Call(row, floats).outcome(false, true));
    Object.entries(SECOND).forEach(([name, write], w) => {
      check(`second derivative, result 0, ${name}`, wants[w], written(0, write, true));
    });
  }
  return found;
}

/** The rows of every operator. */
export function readRows(): Map<string, Row[]> {
  return grouped(readGolden<{ rows: Row[] }>('writes.json').rows, ({ o }) => o);
}
