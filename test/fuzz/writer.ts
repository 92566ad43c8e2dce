/**
 * Writes a program call by call, running each in torchlet at once, so that the next can be chosen knowing shapes,
 * dtypes and what is tracked.
 */
import * as torch from '../../src/index.ts';
import { Machine } from './machine.ts';
import type { Mode, Outcome, Program, Value } from './program.ts';
import type { Random } from './random.ts';

export type Kind =
  | 'any'
  | 'float'
  | 'number'
  | 'integer'
  | 'float32'
  | 'float64'
  | 'int64'
  | 'int32'
  | 'uint8'
  | 'bool';

const KINDS: Record<Kind, readonly string[]> = {
  any: ['float32', 'float64', 'int64', 'int32', 'uint8', 'bool'],
  float: ['float32', 'float64'],
  number: ['float32', 'float64', 'int64', 'int32', 'uint8'],
  integer: ['int64', 'int32', 'uint8'],
  float32: ['float32'],
  float64: ['float64'],
  int64: ['int64'],
  int32: ['int32'],
  uint8: ['uint8'],
  bool: ['bool'],
};

/** What a program is made of: see `themes.ts`. */
export interface Taste {
  /** How often a dtype is another than float32. */
  mixed: number;
  /** How often a float tensor is a leaf that requires grad. */
  tracked: number;
  /** How often the in-place form is taken where there is one. */
  inplace: number;
  /** How often an element is one of the special ones: infinite, NaN, huge, tiny. */
  special: number;
  /** How often a new tensor is a view of a larger one. */
  strided: number;
  /** How often a step runs in `noGrad` or another mode. */
  modes: number;
}

/** Which tensors are wanted. */
export interface Want {
  kind?: Kind;
  rank?: number | readonly number[];
  shape?: readonly number[];
  /** Whether it must not be empty. */
  some?: boolean;
  tracked?: boolean;
}

/** A reference to a variable, `$3`. */
export type Ref = string;

/** Whether a tensor may be asked for its node: some views may not after their base was written. */
function usable(x: torch.Tensor): boolean {
  try {
    return x.isLeaf || true;
  } catch {
    return false;
  }
}

export class Writer {
  readonly program: Program = [];
  readonly machine = new Machine();
  readonly outcomes: Outcome[] = [];
  private next = 0;

  constructor(
    readonly random: Random,
    readonly taste: Taste,
  ) {}

  /** Adds a call; its variable, or null if torchlet refused it. */
  call(call: string, args: Value[], named: Record<string, Value> = {}, mode?: Mode): Ref | null {
    const step = {
      out: this.next++,
      call,
      args,
      ...(Object.keys(named).length > 0 && { named }),
      ...(mode && { mode }),
    };
    this.program.push(step);
    const outcome = this.machine.run(step);
    this.outcomes.push(outcome);
    return 'seen' in outcome ? `$${step.out}` : null;
  }

  /** What a variable holds in torchlet. */
  valueOf(ref: Ref): unknown {
    return this.machine.variables.get(Number(ref.slice(1)));
  }

  tensor(ref: Ref): torch.Tensor {
    return this.valueOf(ref) as torch.Tensor;
  }

  /** All variables that hold a value for which `test` is true, the newest last. */
  having(test: (value: unknown) => boolean): Ref[] {
    const holds = (value: unknown): boolean => {
      try {
        return test(value);
      } catch {
        return false; // It is not usable: see above.
      }
    };
    return [...this.machine.variables].filter(([, value]) => holds(value)).map(([key]) => `$${key}`);
  }

  /** Of variables that hold the same object the first. */
  distinct(refs: readonly Ref[]): Ref[] {
    const values = refs.map((ref) => this.valueOf(ref));
    return refs.filter((_, i) => values.indexOf(values[i]) === i);
  }

  private fits(x: torch.Tensor, want: Want): boolean {
    const { kind = 'any', rank, shape, some, tracked } = want;
    if (!KINDS[kind].includes(x.dtype.name)) return false;
    if (rank !== undefined && !(typeof rank === 'number' ? [rank] : rank).includes(x.ndim)) return false;
    if (shape && (x.ndim !== shape.length || shape.some((size, d) => x.shape[d] !== size))) return false;
    if (some && x.numel() === 0) return false;
    return !tracked || x.requiresGrad;
  }

  /** Whether few elements are infinite, NaN or huge: what goes on with others soon says nothing. */
  private healthy(x: torch.Tensor): boolean {
    if (!x.isFloatingPoint() || x.numel() === 0) return true;
    const values = x.toTypedArray() as Float32Array;
    return values.filter((v) => !(Math.abs(v) < 1e5)).length * 3 <= values.length;
  }

  /** A tensor that fits: one of the program's, the newer the likelier, or a new one. */
  pick(want: Want = {}): Ref {
    const found = this.having((value) => value instanceof torch.Tensor && this.fits(value, want));
    if (found.length > 0 && !this.random.chance(0.12)) {
      for (let tries = 0; tries < 3; tries++) {
        const ref = found[Math.floor(found.length * Math.sqrt(this.random.next()))];
        const x = this.tensor(ref);
        if (usable(x) ? this.healthy(x) || this.random.chance(this.taste.special) : this.random.chance(0.2)) return ref;
      }
    }
    return this.fresh(want);
  }

  /**
   * A tensor to be written: if the one picked is a leaf that requires grad, or several of its elements are one in
   * memory, mostly one made of it.
   */
  target(ref: Ref): Ref {
    const x = this.tensor(ref);
    if (!usable(x)) return ref;
    const leaf = x.requiresGrad && x.isLeaf;
    const overlaps = x.stride().some((stride, d) => stride === 0 && x.shape[d] > 1);
    if ((!leaf && !overlaps) || this.random.chance(0.2)) return ref;
    const made = this.random.chance(0.5) ? this.call('.clone', [ref]) : this.call('.mul', [ref, 2]);
    return made ?? ref;
  }

  shape(rank: number, some = false): number[] {
    const { random } = this;
    const large = random.chance(0.06) ? random.int(0, rank) : -1;
    return Array.from({ length: rank }, (_, d) => {
      if (d === large) return rank === 1 ? random.int(5, 70) : random.int(5, 20);
      return !some && random.chance(0.02) ? 0 : random.chance(0.15) ? 1 : random.int(2, 5);
    });
  }

  dtype(kind: Kind = 'any'): string {
    const names = KINDS[kind];
    return this.random.chance(this.taste.mixed) || names[0] !== 'float32' ? this.random.one(names) : names[0];
  }

  /** A number that a tensor of the dtype holds. */
  element(dtype: string): Value {
    const { random, taste } = this;
    if (dtype === 'bool') return random.chance(0.5);
    const special = random.chance(taste.special);
    if (dtype === 'uint8') return special ? random.one([0, 255, 200, 128]) : random.int(0, 10);
    if (dtype === 'int32') return special ? random.one([2147483647, -2147483648, 65536, -1000000]) : random.int(-5, 6);
    if (dtype === 'int64') {
      if (special)
        return random.one<Value>([
          { big: '9223372036854775807' },
          { big: '-9223372036854775808' },
          4294967296,
          -123456789012,
          { big: '9007199254740993' },
        ]);
      return random.int(-5, 6);
    }
    if (special) {
      return random.one<Value>([
        { number: 'nan' },
        { number: 'inf' },
        { number: '-inf' },
        { number: '-0' },
        1e-30,
        -3e10,
        1e20,
        0.5,
        16777216,
        1e-41,
      ]);
    }
    return random.chance(0.3) ? random.int(-3, 4) : Math.round(random.next() * 6000 - 3000) / 1000 + 0;
  }

  private nested(shape: readonly number[], make: () => Value): Value {
    if (shape.length === 0) return make();
    return Array.from({ length: shape[0] }, () => this.nested(shape.slice(1), make));
  }

  /** A new tensor, made in the program. */
  literal(
    shape: readonly number[],
    dtype: string,
    make: () => Value = () => this.element(dtype),
    tracked = false,
  ): Ref {
    const named: Record<string, Value> = { dtype: { dtype } };
    if (tracked) named.requiresGrad = true;
    const empty = shape.includes(0) && shape[shape.length - 1] !== 0;
    const ref = empty
      ? this.call('torch.zeros', [[...shape]], named)
      : this.call('torch.tensor', [this.nested(shape, make)], named);
    return ref as Ref;
  }

  /** A new tensor that fits, now and then a view of a larger one. */
  fresh(want: Want = {}): Ref {
    const { random, taste } = this;
    const { kind = 'any', rank, some, tracked } = want;
    const ranks = rank === undefined ? [0, 1, 1, 2, 2, 2, 3, 3, 4] : typeof rank === 'number' ? [rank] : rank;
    const shape = want.shape ? [...want.shape] : this.shape(random.one(ranks), some);
    const dtype = tracked ? this.dtype('float') : this.dtype(kind);
    const grad = dtype.startsWith('float') && (tracked || random.chance(taste.tracked));
    if (shape.length < 1 || !random.chance(taste.strided)) return this.literal(shape, dtype, undefined, grad);
    // Its last call may be refused, a view that is written later for instance.
    const strided: Ref | null = this.strided(shape, dtype, grad);
    return strided ?? this.literal(shape, dtype, undefined, grad);
  }

  /** A tensor of this shape whose elements do not stand row-major: transposed, stepped, cut out, or expanded. */
  strided(shape: readonly number[], dtype: string, grad: boolean): Ref {
    const { random } = this;
    const make = (whole: number[]): Ref => this.literal(whole, dtype, undefined, grad);
    const d = random.int(0, shape.length);
    const way = random.int(0, shape.length > 1 ? 4 : 3);
    const whole = [...shape];
    if (way === 0) {
      const [start, step] = [random.int(0, 2), random.int(2, 4)];
      whole[d] = start + step * shape[d] - random.int(0, step);
      whole[d] = Math.max(whole[d], shape[d] === 0 ? 0 : start + step * (shape[d] - 1) + 1);
      const places: Value[] = whole.map((_, i) => (i === d ? { range: [start, null, step] } : ':'));
      const ref = this.call('.at', [make(whole), ...places.slice(0, d + 1)]) as Ref;
      if (ref && this.fits(this.tensor(ref), { shape })) return ref;
      return this.literal(shape, dtype, undefined, grad);
    }
    if (way === 1) {
      whole[d] += random.int(1, 3);
      return this.call('.narrow', [make(whole), d, random.int(0, whole[d] - shape[d] + 1), shape[d]]) as Ref;
    }
    if (way === 2) {
      whole[d] = 1;
      return this.call('.expand', [make(whole), [...shape]]) as Ref;
    }
    const order = random.shuffled(shape.map((_, i) => i));
    order.forEach((from, to) => {
      whole[from] = shape[to];
    });
    return this.call('.permute', [make(whole), order]) as Ref;
  }

  /** A shape that broadcasts with x's. */
  private broadcast(shape: readonly number[]): number[] {
    const { random } = this;
    const out = shape.slice(random.chance(0.3) ? random.int(0, shape.length + 1) : 0);
    return out.map((size) => (random.chance(0.2) ? 1 : size));
  }

  /** A tensor that broadcasts with x, or a number. */
  operand(x: torch.Tensor, kind: Kind = 'any', numbers = 0.3): Value {
    const { random } = this;
    if (random.chance(numbers)) return this.number();
    const shape = x.shape as readonly number[];
    const found = this.having(
      (value) =>
        value instanceof torch.Tensor &&
        this.fits(value, { kind }) &&
        value.ndim <= x.ndim + 1 &&
        this.broadcasts(value.shape, shape),
    );
    if (found.length > 0 && random.chance(0.6)) return random.one(found);
    return this.fresh({ kind, shape: this.broadcast(shape) });
  }

  private broadcasts(a: readonly number[], b: readonly number[]): boolean {
    for (let i = 1; i <= Math.min(a.length, b.length); i++) {
      const [p, q] = [a[a.length - i], b[b.length - i]];
      if (p !== q && p !== 1 && q !== 1) return false;
    }
    return true;
  }

  /** A plain number (or a bool), as an operand or a value to be written. */
  number(): Value {
    const { random, taste } = this;
    if (random.chance(taste.special)) {
      return random.one<Value>([
        { number: 'nan' },
        { number: 'inf' },
        { number: '-inf' },
        -0.5,
        300,
        2147483648,
        1e30,
        -1,
        true,
        false,
        0,
        0.1,
        255,
        256,
        -129,
        3e-5,
      ]);
    }
    return random.chance(0.5) ? random.int(-3, 5) : Math.round(random.next() * 400 - 200) / 100 + 0;
  }

  /** A dimension of x, now and then counted from the end. */
  dim(x: torch.Tensor): number {
    const rank = Math.max(1, x.ndim);
    const dim = this.random.int(0, rank);
    return this.random.chance(0.35) ? dim - rank : dim;
  }
}
