/** What PyTorch's `repr(tensor)` gives, character for character, and the options that change it. */
import { within } from '../memory/errors.ts';
import { describe } from './args.ts';
import { bool, type DType, getDefaultDtype, int64 } from './dtype.ts';
import { checkCounted, elementsOf } from './elements.ts';
import { exponential, fixed } from './number-format.ts';
import type { Dims } from './shape.ts';
import { bindRecord } from './signature.ts';
import type { Tensor } from './tensor.ts';

/** What `setPrintoptions` takes. */
export interface PrintOptions {
  /** Digits after the point of a float, 0 to 100; 4 by default. */
  precision?: number;
  /** Tensors of more elements than this are summarised; 1000 by default, `Infinity` for never. */
  threshold?: number;
  /** How many items a summary shows at either end of a dimension; 3 by default. */
  edgeitems?: number;
  /** Characters after which a line is broken; 80 by default. */
  linewidth?: number;
  /** Sets the four above: `short` has 2 digits and 2 edge items, `full` never summarises. They may override it. */
  profile?: keyof typeof PROFILES;
  /** Scientific notation always or never. Left out or null, the values decide. */
  sciMode?: boolean | null;
}

type Settings = Required<Omit<PrintOptions, 'profile'>>;

const DEFAULTS = { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80 };
const PROFILES = {
  default: DEFAULTS,
  short: { ...DEFAULTS, precision: 2, edgeitems: 2 },
  full: { ...DEFAULTS, threshold: Infinity },
};

let settings: Settings = { ...DEFAULTS, sciMode: null };

/**
 * Changes how tensors print from now on; an option that is left out stays as it is, except `sciMode`, which goes back
 * to automatic, as in PyTorch.
 *
 * @param options `precision`, `threshold`, `edgeitems`, `linewidth`, `profile` and `sciMode`.
 * @throws TypeError for an option that does not exist.
 * @throws RangeError for a profile that does not exist, or a number that is not in its option's range. Nothing is
 *   changed then.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * torch.setPrintoptions({ precision: 2, threshold: 5 });
 * console.log(torch.tensor([1.12345])); // => tensor([1.12])
 * console.log(torch.arange(10)); // => tensor([0, 1, 2,  ..., 7, 8, 9])
 * torch.setPrintoptions({ profile: 'default' });
 * console.log(torch.tensor([1.12345])); // => tensor([1.1235])
 * ```
 */
export function setPrintoptions(options: PrintOptions = {}): void {
  const { precision, threshold, edgeitems, linewidth, profile, sciMode } = bindRecord(
    'setPrintoptions(*, precision: int? = null, threshold: float? = null, edgeitems: int? = null, linewidth: int? = null, profile: str? = null, sciMode: bool? = null)',
    [options],
  );
  if (profile !== null && !Object.hasOwn(PROFILES, profile)) {
    throw new RangeError(`setPrintoptions(): profile must be 'default', 'short' or 'full', got ${describe(profile)}`);
  }
  const base = profile !== null ? PROFILES[profile as keyof typeof PROFILES] : settings;
  const next: Settings = {
    precision: precision ?? base.precision,
    threshold: threshold ?? base.threshold,
    edgeitems: edgeitems ?? base.edgeitems,
    linewidth: linewidth ?? base.linewidth,
    sciMode,
  };
  const check = (name: 'precision' | 'threshold' | 'edgeitems' | 'linewidth', right: boolean, range: string): void => {
    if (!right) throw new RangeError(`setPrintoptions(): ${name} must be ${range}, got ${describe(next[name])}`);
  };
  // 100 digits are as many as toFixed gives.
  check('precision', next.precision >= 0 && next.precision <= 100, 'an integer from 0 to 100');
  check('threshold', next.threshold >= 0, 'a number from 0 to Infinity');
  check('edgeitems', next.edgeitems >= 0, 'an integer from 0 on');
  check('linewidth', next.linewidth >= 0, 'an integer from 0 on');
  settings = next;
}

/** Accessors that autograd attaches to tensors. */
interface Tracked {
  readonly requiresGrad?: boolean;
  readonly gradFn?: { readonly name: string } | null;
}

const PREFIX = 'tensor(';

/** What computed x, by name; a view that may not be asked since its base was written still prints its elements. */
function nodeNameOf(x: Tensor & Tracked): string | null {
  try {
    return x.gradFn?.name ?? null;
  } catch {
    return 'Invalid';
  }
}

/** The text of `String(x)` and `console.log(x)`. */
export function format(x: Tensor): string {
  const { dims, dtype, count } = x;
  const { requiresGrad } = x as Tensor & Tracked;
  const node = nodeNameOf(x);
  const empty = count === 0;
  const suffixes: string[] = [];
  if (empty ? dims.length !== 1 : settings.edgeitems === 0) suffixes.push(`size=${tuple(dims)}`);
  // Without elements nothing tells an int64 or a bool from the default.
  const implied = dtype === getDefaultDtype() || (!empty && (dtype === int64 || dtype === bool));
  if (!implied) suffixes.push(`dtype=${dtype}`);
  if (node !== null) suffixes.push(`grad_fn=<${node}>`);
  else if (requiresGrad) suffixes.push('requires_grad=True');
  return addSuffixes(PREFIX + (empty ? '[]' : brackets(x)), suffixes);
}

/** The text of an `nn.Parameter`. */
export function formatParameter(x: Tensor): string {
  return `Parameter containing:\n${format(x)}`;
}

/** A shape as Python's tuple, `(2, 0)` or `(3,)`. */
function tuple(dims: Dims): string {
  return `(${dims.join(', ')}${dims.length === 1 ? ',' : ''})`;
}

/** Appends the suffixes and the closing parenthesis, each suffix on a line of its own where it would not fit. */
function addSuffixes(text: string, suffixes: readonly string[]): string {
  let out = text;
  // PyTorch counts two characters more than the line has.
  let column = text.length - text.lastIndexOf('\n') + 1;
  for (const suffix of suffixes) {
    if (column + suffix.length + 2 > settings.linewidth) {
      out += `,\n${' '.repeat(PREFIX.length)}${suffix}`;
      column = PREFIX.length + suffix.length;
    } else {
      out += `, ${suffix}`;
      column += suffix.length + 2;
    }
  }
  return `${out})`;
}

/** The elements in nested brackets. Of a summarised tensor only what is shown is read. */
function brackets(x: Tensor): string {
  const { dims, strides, dtype } = x;
  const { linewidth, edgeitems, threshold } = settings;
  const summarised = x.count > threshold;
  if (!summarised) within('toString', () => checkCounted(x));
  const edge = summarised ? edgeitems : Infinity;
  const elements = within('toString', () => elementsOf(x));
  const values: (number | bigint)[] = [];
  const gather = (d: number, from: number): void => {
    if (d === dims.length) {
      values.push(elements[from]);
      return;
    }
    const size = dims[d] as number;
    const shown = Math.min(size, 2 * edge);
    for (let i = 0; i < shown; i++) {
      gather(d + 1, from + (i < edge ? i : size - shown + i) * (strides[d] as number));
    }
  };
  gather(0, x.offset);

  const { texts, width } = spell(values, dtype);
  let next = 0;
  const write = (d: number): string => {
    if (d === dims.length) return (texts[next++] as string).padStart(width);
    const size = dims[d] as number;
    const shown = Math.min(size, 2 * edge);
    const parts: string[] = [];
    for (let i = 0; i < shown; i++) parts.push(write(d + 1));
    const indent = PREFIX.length + d;
    const margin = ' '.repeat(indent + 1);
    const innermost = d === dims.length - 1;
    if (shown < size) parts.splice(edge, 0, innermost && edge > 0 ? ' ...' : '...');
    if (!innermost) return `[${parts.join(`,${'\n'.repeat(dims.length - d - 1)}${margin}`)}]`;
    const perLine = Math.max(1, Math.floor((linewidth - indent) / (width + 2)));
    const lines: string[] = [];
    for (let i = 0; i < parts.length; i += perLine) lines.push(parts.slice(i, i + perLine).join(', '));
    return `[${lines.join(`,\n${margin}`)}]`;
  };
  return write(0);
}

/** The text of each value, and the width to which all are padded. */
function spell(values: readonly (number | bigint)[], dtype: DType): { texts: string[]; width: number } {
  const spelled = dtype.isFloatingPoint ? floatSpelling(values as readonly number[]) : dtype === bool ? named : String;
  const texts = values.map((value) => spelled(value as number));
  let width = 1;
  for (let i = 0; i < texts.length; i++) {
    // PyTorch gives zeros, infinities and nans of a float no say in the width, even where they are wider.
    if (dtype.isFloatingPoint && !isOrdinary(values[i] as number)) continue;
    width = Math.max(width, (texts[i] as string).length);
  }
  return { texts, width };
}

function named(value: number): string {
  return value === 0 ? 'False' : 'True';
}

/** Whether a float is finite and not zero. */
function isOrdinary(value: number): boolean {
  return Number.isFinite(value) && value !== 0;
}

/** The notation that fits all values: scientific, whole numbers with a point, or fixed. */
function floatSpelling(values: readonly number[]): (value: number) => string {
  const { precision, sciMode } = settings;
  let smallest = Infinity;
  let largest = 0;
  let whole = true;
  for (const value of values) {
    if (!isOrdinary(value)) continue;
    const size = Math.abs(value);
    smallest = Math.min(smallest, size);
    largest = Math.max(largest, size);
    whole &&= Number.isInteger(value);
  }
  const spread = largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4;
  if (largest > 0 && (sciMode ?? spread)) return (value) => exponential(value, precision);
  if (whole) return (value) => fixed(value, 0) + (Number.isFinite(value) ? '.' : '');
  return (value) => fixed(value, precision);
}
