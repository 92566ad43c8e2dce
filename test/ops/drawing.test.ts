/** Draws into tensors of every memory order: PyTorch's numbers in PyTorch's order, see golden/drawing.py. */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';
import { camel } from '../opinfo/golden.ts';
import { laidOut } from './laid-out.ts';

type Argument = number | string | boolean;
type Call = [name: string, dtype: string, order: string, shape: number[], args: Argument[]];
type Row = [seed: number, call: Call, what: '!' | [strides: number[], elements: number[]], next: number];
type Draw = (...args: unknown[]) => torch.Tensor;

const { rows } = readGolden<{ rows: Row[] }>('drawing.json');

const dtypeOf = (name: string): torch.DType => (torch as unknown as Record<string, torch.DType>)[name];
const F = torch.nn.functional as unknown as Record<string, Draw>;
const init = torch.nn.init as unknown as Record<string, Draw>;
const functions = torch as unknown as Record<string, Draw>;

/** Probabilities of x's shape. */
function chances(x: torch.Tensor, dtype: torch.DType): torch.Tensor {
  return torch
    .arange(x.numel(), { dtype })
    .reshape([...x.shape])
    .div(x.numel() + 1);
}

const numbers = (x: torch.Tensor): torch.Tensor =>
  torch
    .arange(x.numel())
    .reshape([...x.shape])
    .remainder(7)
    .sub(3)
    .to(x.dtype);

/** The call that golden/drawing.py has under that name. */
function draw([name, type, order, shape, args]: Call): torch.Tensor {
  const dtype = dtypeOf(type);
  const x = torch.zeros(shape, { dtype });
  const lay = (y: torch.Tensor, by = order): torch.Tensor => laidOut(y, by);
  const [a, b] = args as [number, number];
  switch (name) {
    case 'bernoulli_p':
      return lay(x).bernoulli_(lay(chances(x, dtypeOf(args[1] as string)), args[0] as string));
    case 'bernoulli_row':
      return lay(x).bernoulli_(chances(x.at(0), dtypeOf(args[0] as string)));
    case 'bernoulli':
      return torch.bernoulli(lay(chances(x, dtype)));
    case 'bernoulli_of':
      return torch.bernoulli(lay(x), a);
    case 'multinomial':
      return torch.multinomial(lay(chances(x, dtype).add(0.1)), a, args[1] === true);
    case 'normal_mean':
      return torch.normal(lay(numbers(x)), a);
    case 'normal_std':
      return torch.normal(a, lay(chances(x, dtype)));
    case 'normal_both':
      return torch.normal(lay(numbers(x)), chances(x.at(0), dtype));
    case 'dropout_in_place':
      return F.dropout(lay(numbers(x)), a, true, true);
    case 'dropout':
    case 'alpha_dropout':
    case 'dropout1d':
    case 'rrelu':
      return F[camel(name)](lay(numbers(x)), ...args, { training: true });
    case 'randint':
      return torch.randint(a, b, shape, { dtype });
    case 'randperm':
      return torch.randperm(x.numel(), { dtype });
    case 'full_random_':
      return lay(x).random_(a, null);
  }
  if (name.endsWith('_like')) return functions[camel(name)](lay(numbers(x)), ...args);
  const short = camel(name.replace('init_', ''));
  if (name.startsWith('init_') || !(short in torch.Tensor.prototype)) return init[short](lay(x), ...args);
  return (lay(x) as unknown as Record<string, Draw>)[short](...args);
}

/** What takes log, exp, cos or tan in float64, where PyTorch's come from the C library. */
const CLOSE = 1e-11;

function difference([, , what]: Row, x: torch.Tensor): string | null {
  if (what === '!') return 'PyTorch refuses it';
  const [strides, elements] = what;
  if (x.stride().join() !== strides.join()) return `strides ${x.stride()}, not ${strides}`;
  const values = Array.from(x.toTypedArray() as Float64Array, Number);
  const at = elements.findIndex((want, i) => {
    const got = values[i] as number;
    const near = x.dtype === torch.float64 ? CLOSE * (1 + Math.abs(want)) : 0;
    return !(Math.abs(got - (x.dtype === torch.float32 ? Math.fround(want) : want)) <= near || Object.is(got, want));
  });
  return at < 0 && values.length === elements.length ? null : `[${at}] is ${values[at]}, not ${elements[at]}`;
}

/** Why a row is not as in PyTorch, or null. */
function check(row: Row): string | null {
  const [seed, call, what, next] = row;
  torch.manualSeed(seed);
  let wrong: string | null;
  try {
    wrong = difference(row, draw(call));
  } catch (error) {
    const refused = error instanceof RangeError || (error instanceof TypeError && !/is not a f/.test(error.message));
    wrong = what === '!' && refused ? null : String(error).split('\n')[0];
  }
  if (wrong === null && torch.rand(1).item() !== Math.fround(next)) wrong = 'the generator stands elsewhere';
  return wrong === null ? null : `${wrong} | ${JSON.stringify(call)}`;
}

test("draws give PyTorch's numbers in PyTorch's order, and leave the generator where PyTorch does", () => {
  expect(rows.map(check).filter((wrong) => wrong !== null)).toEqual([]);
});
