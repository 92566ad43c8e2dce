/** How an operator of PyTorch's database is called here: as a function, as a method, in place. */
import * as torch from '../../src/index.ts';
import {
  build,
  type Case,
  camel,
  collect,
  difference,
  gradientLike,
  type Input,
  isWritten,
  type Layout,
  type Refused,
  type Written,
} from './golden.ts';

type Callable = (...args: unknown[]) => unknown;
/** `written`: in place, into the very tensor that is given. */
export type Form = 'function' | 'method' | 'in place' | 'in place view' | 'written';

const FUNCTIONAL = torch.nn.functional as unknown as Record<string, Callable>;
const FUNCTIONS = torch as unknown as Record<string, Callable>;
const PROTOTYPE = torch.Tensor.prototype as unknown as Record<string, unknown>;

/** Operators that are called otherwise than `torch.name(...)`: PyTorch's samples put the tensor first. */
const CALLS: Record<string, Callable> = {
  __getitem__: (x, ...indices) => (x as torch.Tensor).at(...(indices.map(toIndex) as number[])),
  __setitem__: (x, ...rest) =>
    (x as torch.Tensor).setAt_(rest.slice(0, -1).map(toIndex) as number[], rest[rest.length - 1] as number),
  einsum: (operands, equation) => torch.einsum(equation as string, ...(operands as torch.Tensor[])),
  'nn.functional.embedding': (weight, indices, ...rest) => FUNCTIONAL.embedding(indices, weight, ...rest),
  where: (x, condition, other) => FUNCTIONS.where(condition, x, other),
};
/** In F, the option `inplace` is the in-place form of these. */
const INPLACE_OPTION = new Set(
  'alphaDropout celu dropout elu hardsigmoid hardswish hardtanh leakyRelu mish relu6 rrelu selu silu threshold'.split(
    ' ',
  ),
);
/** Of these names, torch holds a dtype. */
const METHODS_ONLY = new Set(['float', 'double', 'long']);

/** In Python a list of integers is an index of several elements; here it is a range, and a tensor picks. */
function toIndex(index: unknown): unknown {
  const isList = Array.isArray(index) && 'isList' in index;
  if (Array.isArray(index) && !isList && index.every((each) => each === null)) return ':';
  return isList ? torch.tensor([...(index as number[])], { dtype: torch.int64 }) : index;
}

/** Whether the form is there for an operator. */
export function has(name: string, form: Form): boolean {
  if (form === 'function') return true;
  const method = camel(name.replace('nn.functional.', ''));
  if (form === 'method') return method in PROTOTYPE;
  return `${method}_` in PROTOTYPE || INPLACE_OPTION.has(method);
}

/** The call of an operator in a form. */
export function callable(name: string, form: Form): Callable {
  if ((form === 'function' || name === '__setitem__') && CALLS[name]) return CALLS[name];
  const short = camel(name.replace('nn.functional.', ''));
  const inPlace = form === 'in place' || form === 'in place view' || form === 'written';
  // What is written: a copy of the input, or every second element of one twice as large.
  const own = (x: torch.Tensor): torch.Tensor => {
    if (form === 'written') return x;
    return form === 'in place' ? x.clone() : torch.stack([x, x], -1).select(-1, 1);
  };
  if (inPlace && INPLACE_OPTION.has(short)) {
    return (x, ...args) => {
      const last = args[args.length - 1];
      const named = Object.getPrototypeOf(last ?? 0) === Object.prototype ? (args.pop() as object) : {};
      const self = own(x as torch.Tensor);
      const out = FUNCTIONAL[short](self, ...args, { ...named, inplace: true });
      if (out !== self) throw new Error(`${short} with { inplace: true } gave another tensor`);
      return out;
    };
  }
  if (inPlace) {
    return (x, ...args) => (own(x as torch.Tensor) as unknown as Record<string, Callable>)[`${short}_`](...args);
  }
  const method: Callable = (x, ...args) => (x as Record<string, Callable>)[short](...args);
  if (form === 'method' || METHODS_ONLY.has(name)) return method;
  if (name !== short && FUNCTIONAL[short]) return FUNCTIONAL[short];
  return FUNCTIONS[short] ?? method;
}

/** Arguments in order, the named ones in one last object; `make` gives each tensor. */
export function positions(item: Pick<Case, 'o' | 'a' | 'k'>, make: (x: Written) => torch.Tensor): unknown[] {
  const args = item.a.map((arg) => {
    const value = build(arg, make);
    if (item.o.endsWith('item__') && Array.isArray(arg)) Object.assign(value as unknown[], { isList: true });
    return value;
  });
  const entries = Object.entries(item.k ?? {});
  if (entries.length === 0) return args;
  return [...args, Object.fromEntries(entries.map(([key, arg]) => [camel(key), build(arg, make)]))];
}

/** Operators whose indices may point to any of several equal elements, and the position of their `dim`. */
const INDICES: Record<string, number> = {
  kthvalue: 2,
  topk: 2,
  mode: 1,
  median: 1,
  sort: 1,
  argsort: 1,
  max: 1,
  min: 1,
  argmax: 1,
  argmin: 1,
};

/** Whether indices other than PyTorch's point to equal elements. */
function pointsToEquals(item: Case, actual: unknown): boolean {
  const place = INDICES[item.o];
  const wants = Array.isArray(item.r) ? item.r : [null, item.r];
  if (place === undefined || item.k?.stable === true || !isWritten(wants[1]) || wants[1].t !== 'l') return false;
  const got = Array.isArray(item.r) ? [...(actual as Iterable<unknown>)] : [null, actual];
  if (wants[0] !== null && difference(got[0], wants[0], item) !== null) return false;
  const x = build(item.a[0], collect('contiguous', [])) as torch.Tensor;
  const at = (item.a[place] ?? item.k?.dim ?? (item.o.startsWith('arg') && item.o !== 'argsort' ? null : -1)) as
    | number
    | null;
  const pick = (index: torch.Tensor): torch.Tensor => {
    if (at === null) return x.flatten().at(index.flatten());
    if (x.dims.length === 0) return x;
    return x.gather(at, index.dims.length < x.dims.length ? index.unsqueeze(at) : index);
  };
  const mine = got[1] as torch.Tensor;
  const theirs = build(wants[1], collect('contiguous', [])) as torch.Tensor;
  return (
    mine.dims.join() === theirs.dims.join() &&
    mine.dtype === theirs.dtype &&
    torch.allclose(pick(mine).double(), pick(theirs).double(), { equalNan: true })
  );
}

/** The floating results that carry a gradient. */
function outputs(result: unknown): torch.Tensor[] {
  const list = result instanceof torch.Tensor ? [result] : [...(result as Iterable<unknown>)];
  return list.filter((each): each is torch.Tensor => each instanceof torch.Tensor && each.requiresGrad);
}

/** Sends cos(0, 1, 2, ...) back from every result. */
function pull(result: unknown): void {
  const totals = outputs(result).map((out) => {
    const weights = torch.arange(out.numel(), { dtype: torch.float64 }).cos().to(out.dtype);
    return out.reshape([-1]).mul(weights).sum().to(torch.float64);
  });
  if (totals.length > 0) torch.stack(totals).sum().backward();
}

/** Why a case gives something else than PyTorch's answer in this form and layout, or null. */
export function run(item: Case, form: Form, layout: Layout): string | null {
  const inputs: Input[] = [];
  let result: unknown;
  try {
    result = callable(item.o, form)(...positions(item, collect(layout, inputs)));
  } catch (error) {
    return String(error).split('\n')[0];
  }
  const wrong = difference(result, item.r, item);
  if (wrong !== null && !pointsToEquals(item, result)) return wrong;
  if (!item.g) return null;
  try {
    pull(result);
    for (const [i, x] of inputs.entries()) {
      const want = item.g[i] ?? null;
      if (x.leaf.grad === null) {
        if (want?.some((value) => value !== 0)) return `no gradient of input ${i}`;
        continue;
      }
      const zeros = () => new Array<number>(x.dims.reduce((a, b) => a * b, 1)).fill(0);
      const off = difference(x.view(x.leaf.grad), gradientLike(x, want ?? zeros()), item);
      if (off !== null) return `gradient of input ${i}: ${off}`;
    }
  } catch (error) {
    return `backward: ${String(error).split('\n')[0]}`;
  }
  return null;
}

/** `value` with every view that the operator was given replaced by the tensor that stands for it. */
function replaced(value: unknown, given: readonly torch.Tensor[], by: readonly torch.Tensor[]): unknown {
  if (value instanceof torch.Tensor) return by[given.indexOf(value)] ?? value;
  if (Array.isArray(value)) {
    return value.some((each) => each instanceof torch.Tensor) ? value.map((each) => replaced(each, given, by)) : value;
  }
  if (Object.getPrototypeOf(value ?? 0) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value as object).map(([key, each]) => [key, replaced(each, given, by)]));
}

/** A case as a function of the inputs that want a gradient, to its outputs that carry one. */
export function asFunction(item: Case): [fn: (...x: torch.Tensor[]) => torch.Tensor[], inputs: torch.Tensor[]] {
  const inputs: Input[] = [];
  const args = positions(item, collect('contiguous', inputs));
  const given = inputs.map((x) => x.given);
  return [(...x) => outputs(callable(item.o, 'function')(...args.map((arg) => replaced(arg, given, x)))), given];
}

/** What torchlet says to a call that PyTorch refuses: null when it refuses as it must. */
export function accepts(item: Refused): string | null {
  try {
    callable(item.o, 'function')(...positions(item, collect('contiguous', [])));
  } catch (error) {
    if (error instanceof RangeError) return null;
    // A method or a property that is not there is no refusal.
    if (error instanceof TypeError && !/is not a function|Cannot read prop|is not iterable/.test(error.message))
      return null;
    return String(error);
  }
  return 'accepted';
}
