/**
 * A program that both languages can run: a list of calls over numbered variables, as JSON.
 *
 * Names are torchlet's; `run.py` makes PyTorch's of them (camelCase to snake_case). A variable is written `$3`. What a
 * call is called says what it is:
 *
 *     .add_            a method of the first argument
 *     torch.add        a function; F., special., init., nn., optim., lr., data., utils., autograd. are the others
 *     nn.Linear        a class, by its capital letter: one of it is made
 *     ()               the first argument is called
 *     get, set         an attribute or an element of the first argument
 *     all, str         what can be iterated, as a list; how it prints
 */

/** What JSON cannot hold stands in an object with one key: see `Special`. */
export type Value = number | boolean | null | string | Value[] | { [key: string]: Value };

/** The objects that stand for something: a number JSON has no word for, a BigInt, a dtype, a range, a function, options. */
export type Special =
  | { number: 'nan' | 'inf' | '-inf' | '-0' }
  | { big: string }
  | { dtype: string }
  | { range: (number | null)[] }
  | { function: keyof typeof FUNCTIONS }
  | { dict: Record<string, Value> };

/** Functions that programs hand over, in both languages. */
export const FUNCTIONS = {
  double: { script: '(x) => x.mul(2)', python: 'lambda x: x.mul(2)' },
  decay: { script: '(epoch) => 1 / (1 + epoch)', python: 'lambda epoch: 1 / (1 + epoch)' },
  constant: { script: '() => 0.9', python: 'lambda epoch: 0.9' },
} as const;

export const MODES = ['noGrad', 'enableGrad', 'inferenceMode'] as const;
export type Mode = (typeof MODES)[number];

/** One call. */
export interface Step {
  /** The variable that gets the result. */
  out: number;
  call: string;
  args: Value[];
  named?: Record<string, Value>;
  mode?: Mode;
}

export type Program = Step[];

/** What an observed tensor is, elements as base64 of their bytes, row-major. */
export interface TensorSeen {
  dtype: string;
  shape: number[];
  strides: number[];
  requiresGrad: boolean;
  isLeaf: boolean;
  data: string;
  /** At the end of a program: the accumulated gradient. */
  grad?: TensorSeen | null;
}

/** What was observed of any value. */
export type Seen =
  | TensorSeen
  | { list: Seen[] }
  | { dict: [string, Seen][] }
  | { number: string }
  | { text: string }
  | { flag: boolean }
  | { nothing: true }
  | { unusable: string }
  | { other: string };

/** What became of a step: a value, an error, or nothing since a variable was missing. */
export type Outcome = { seen: Seen } | { error: string; internal?: boolean } | { missing: true };

/** All that was observed of a program: each step's outcome, and at the end every variable that is alive. */
export interface Observed {
  steps: Outcome[];
  end: Record<string, Seen>;
  /** Of PyTorch: whether a leaf's gradient was, at some time, the memory of a tensor handed to `backward`. */
  aliased?: boolean;
}

export function isTensorSeen(seen: Seen): seen is TensorSeen {
  return 'data' in seen;
}

/** Whether a value names a variable, and which. */
export function variableOf(value: Value): number | null {
  return typeof value === 'string' && /^\$\d+$/.test(value) ? Number(value.slice(1)) : null;
}

/** The variables that a step reads. */
export function readBy(step: Step): Set<number> {
  const found = new Set<number>();
  const walk = (value: Value): void => {
    const variable = variableOf(value);
    if (variable !== null) found.add(variable);
    else if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
  };
  step.args.forEach(walk);
  Object.values(step.named ?? {}).forEach(walk);
  return found;
}

/** PyTorch's spelling of a name. */
export function snake(name: string): string {
  if (/^T(?=[A-Z\d])/.test(name)) return `T_${name.slice(1).toLowerCase()}`;
  if (name === 'mT' || /^[A-Z]/.test(name)) return name;
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
