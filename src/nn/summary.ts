/** `summary`: what each layer of a model gives and how many parameters it has, as one forward pass shows it. */

import type { RemovableHandle } from '../autograd/hooks.ts';
import { noGrad } from '../autograd/mode.ts';
import { isTracked } from '../autograd/node.ts';
import { zeros } from '../ops/create/create.ts';
import { getRngState, setRngState } from '../ops/random/random.ts';
import { describe } from '../tensor/args.ts';
import { type DType, float32 } from '../tensor/dtype.ts';
import { operation } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import { Module } from './module.ts';
import type { Parameter } from './parameter.ts';

/** The shape of a tensor, the shapes of several, null for what is no tensor. */
export type OutputSize = readonly (number | OutputSize)[] | null;

/** A row of a summary: one call of a module, or a module that was not called but has parameters. */
export interface LayerInfo {
  /** The dotted path in the model; of the model itself its class. */
  readonly varName: string;
  readonly className: string;
  /** How many modules' forward passes it runs within. */
  readonly depth: number;
  /** null if the module was not called. */
  outputSize: OutputSize;
  /** Elements of the module's own parameters that no row above has counted. */
  readonly numParams: number;
  /** Whether one of them is trained. */
  readonly trainable: boolean;
  /** Whether all its parameters, of which it has some, were counted by rows above. */
  readonly isRecursive: boolean;
}

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

const countOf = (parameters: readonly Parameter[]): number => parameters.reduce((sum, x) => sum + x.count, 0);

function sizeOf(output: unknown): OutputSize {
  if (output instanceof Tensor) return [...output.dims];
  return typeof output === 'object' && output !== null ? Object.values(output).map(sizeOf) : null;
}

/**
 * What `summary` gives: its rows and sums; prints as a table.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const info = torch.summary(new torch.nn.Linear(3, 2), [1, 3]);
 * console.log(info.totalParams, info.trainableParams, info.summaryList.length); // => 8 8 1
 * ```
 */
export class ModelStatistics {
  /** In the order of the calls. */
  readonly summaryList: readonly LayerInfo[];
  /** Elements of all parameters, each counted once. */
  readonly totalParams: number;
  /** Those that require grad. */
  readonly trainableParams: number;

  constructor(summaryList: readonly LayerInfo[], parameters: readonly Parameter[]) {
    this.summaryList = summaryList;
    this.totalParams = countOf(parameters);
    this.trainableParams = countOf(parameters.filter((x) => isTracked(x)));
  }

  /** The table. */
  toString(): string {
    const rows = this.summaryList.map((row) => {
      const { depth, numParams } = row;
      const tree = depth > 0 ? `${'│    '.repeat(depth - 1)}${depth > 1 ? '└─' : '├─'}` : '';
      const number = row.trainable ? grouped(numParams) : `(${grouped(numParams)})`;
      return [
        `${tree}${row.className} (${row.varName})`,
        row.outputSize === null ? '--' : JSON.stringify(row.outputSize).replaceAll(',', ', '),
        row.isRecursive ? '(recursive)' : numParams > 0 ? number : '--',
      ];
    });
    rows.unshift(['Layer (type (varName))', 'Output Shape', 'Param #']);
    const [first = 0, second = 0] = [0, 1].map((at) => Math.max(...rows.map((row) => row[at].length)) + 2);
    const lines = rows.map(([name, size, params]) => `${name.padEnd(first)}${size.padEnd(second)}${params}`);
    const rule = '='.repeat(Math.max(...lines.map((line) => line.length)));
    return [
      rule,
      lines.shift(),
      rule,
      ...lines,
      rule,
      `Total params: ${grouped(this.totalParams)}`,
      `Trainable params: ${grouped(this.trainableParams)}`,
      `Non-trainable params: ${grouped(this.totalParams - this.trainableParams)}`,
      rule,
    ].join('\n');
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** What `summary` takes, named. */
export interface SummaryOptions {
  /** The inputs' dtype, or one for each; of the model's first parameter (or float32) if not given. */
  dtypes?: DType | readonly DType[];
}

/** Runs `model` on `inputs` and takes a row down for each call of a module in it. */
function record(model: Module, inputs: readonly Tensor[]): LayerInfo[] {
  const rows: LayerInfo[] = [];
  const open: [Module, LayerInfo][] = [];
  const paths = new Map(model.namedModules().map(([name, module]) => [module, name] as const));
  const called = new Set<Module>();
  const counted = new Set<Parameter>();
  const add = (module: Module, depth: number): LayerInfo => {
    const all = module.parameters();
    const isRecursive = all.length > 0 && all.every((x) => counted.has(x));
    const own = module.parameters(false).filter((x) => !counted.has(x) && counted.add(x));
    const className = module.constructor.name;
    const row = {
      varName: paths.get(module) || className,
      className,
      depth,
      outputSize: null,
      numParams: countOf(own),
      trainable: own.some((x) => isTracked(x)),
      isRecursive,
    };
    called.add(module);
    rows.push(row);
    return row;
  };
  const handles: RemovableHandle[] = [];
  try {
    for (const each of paths.keys()) {
      handles.push(
        each.registerForwardPreHook((module) => {
          open.push([module, add(module, open.length)]);
        }),
        each.registerForwardHook((module, _, output) => {
          // What stands above it was left by an error that the model caught.
          for (let last = open.pop(); last; last = last[0] === module ? undefined : open.pop()) {
            if (last[0] === module) last[1].outputSize = sizeOf(output);
          }
        }),
      );
    }
    noGrad(() => Reflect.apply(model, undefined, inputs) as unknown);
  } finally {
    for (const handle of handles) handle.remove();
  }
  for (const [module, name] of paths) {
    if (!called.has(module) && module.parameters(false).length > 0) add(module, name.split('.').length);
  }
  return rows;
}

/** `summary`. */
export type Summary = {
  (
    model: Module,
    inputShape: readonly number[] | readonly (readonly number[])[],
    options?: SummaryOptions,
  ): ModelStatistics;
  (
    model: Module,
    options: SummaryOptions & { inputShape: readonly number[] | readonly (readonly number[])[] },
  ): ModelStatistics;
};

/**
 * Tells the layers of a model with their output shapes and parameter counts, as torchinfo's `summary` does: by one
 * forward pass over zeros, in evaluation mode and without autograd. The model's modes, its hooks and the default
 * generator are afterwards as they were, even if the model throws. Where a layer is called again stands `(recursive)`, a
 * number of frozen parameters stands in brackets, and shared parameters are counted once.
 *
 * @param model - Any module.
 * @param inputShape - The input's shape with its batch dimension, or a list of shapes, one for each argument.
 * @param dtypes - The inputs' dtype, or one for each (`torch.int64` for an Embedding); of the model's first parameter
 *   if not given.
 * @returns Rows and sums; prints as a table.
 * @throws TypeError for what is no module or no shape; whatever the model throws.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { nn } = torch;
 * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * const info = torch.summary(model, [16, 4]);
 * console.log(info);
 * // => ==============================================
 * // => Layer (type (varName))   Output Shape  Param #
 * // => ==============================================
 * // => Sequential (Sequential)  [16, 2]       --
 * // => ├─Linear (0)             [16, 8]       40
 * // => ├─ReLU (1)               [16, 8]       --
 * // => ├─Linear (2)             [16, 2]       18
 * // => ==============================================
 * // => Total params: 58
 * // => Trainable params: 58
 * // => Non-trainable params: 0
 * // => ==============================================
 * console.log(info.totalParams, info.summaryList[1].outputSize); // => 58 [ 16, 8 ]
 * ```
 */
export const summary: Summary = operation<Summary>(
  'summary(model: any, inputShape: any, dtypes: any? = null)',
  (model: unknown, shape: unknown, given: DType | readonly DType[] | null): ModelStatistics => {
    if (!(model instanceof Module)) throw new TypeError(`summary(): model must be a Module, got ${describe(model)}`);
    if (!Array.isArray(shape)) throw new TypeError(`summary(): inputShape must be a shape, got ${describe(shape)}`);
    const shapes = (Array.isArray(shape[0]) ? shape : [shape]) as number[][];
    if (Array.isArray(given) && given.length !== shapes.length) {
      throw new RangeError(`summary(): expected a dtype for each of ${shapes.length} inputs, got ${given.length}`);
    }
    const usual = model.parameters()[0]?.dtype ?? float32;
    const inputs = shapes.map((dims, i) => zeros(dims, { dtype: (Array.isArray(given) ? given[i] : given) ?? usual }));
    const modes = model.modules().map((module) => [module, module.training] as const);
    const state = getRngState();
    try {
      model.eval();
      return new ModelStatistics(record(model, inputs), model.parameters());
    } finally {
      for (const [module, training] of modes) module.training = training;
      setRngState(state);
    }
  },
);
