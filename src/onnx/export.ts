/** `torch.onnx.export`. */
import { fileSystem, pathOf } from '../io/files.ts';
import { Module } from '../nn/module.ts';
import { describe } from '../tensor/args.ts';
import { bindRecord } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { DynamicAxes } from './examples.ts';
import { graphOf } from './model.ts';
import { writeModel } from './write.ts';

/** How `export` writes. */
export interface ExportOptions {
  /** Axes of inputs (and outputs) that vary, by the names of these: `{ input: { 0: 'batch' } }` or `{ input: [0] }`. */
  dynamicAxes?: DynamicAxes;
  /** By default `input`, or `input_0`, `input_1` … */
  inputNames?: readonly string[];
  /** By default `output`, or `output_0`, `output_1` … */
  outputNames?: readonly string[];
  /** The version of ONNX's operators, 17 to 20; default 18. `opsetVersion` is the same. */
  opset?: number;
  opsetVersion?: number;
}

const OPSETS = [17, 18, 19, 20];

/**
 * Writes a model as an ONNX file, which onnxruntime and others run; without a path returns its bytes. `forward` is run with
 * the examples, in evaluation mode and unrecorded, and its operations are written down: of every layer and of what a class
 * of your own computes. Parameters and buffers keep their names of the state dict. The model, the examples and the random
 * stream stay as they are.
 *
 * The file takes inputs of the examples' sizes. An axis of `dynamicAxes` takes any: `forward` is run with other sizes of it,
 * and what changes is computed of the inputs' sizes in the file, or refused. So is what depends on the inputs' values
 * otherwise than by operations, as by `x.item()`.
 *
 * @param model - A module.
 * @param args - What `forward` is called with: a list of tensors, of nested lists and objects of them, or one tensor.
 * @param f - Where to; a path or a file URL.
 * @param options - `dynamicAxes`, `inputNames`, `outputNames`, `opset`.
 * @throws TypeError for what cannot be exported, by its name, before anything is written; RangeError for names, axes and an
 *   opset that there are not.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const model = new torch.nn.Sequential(new torch.nn.Linear(4, 2), new torch.nn.Softmax(1));
 * const bytes = torch.onnx.export(model, [torch.ones(1, 4)], { dynamicAxes: { input: { 0: 'batch' } } });
 * console.log(bytes instanceof Uint8Array); // => true
 * ```
 */
export function exportModel(model: Module, args: Tensor | readonly unknown[], options?: ExportOptions): Uint8Array;
export function exportModel(
  model: Module,
  args: Tensor | readonly unknown[],
  f: string | URL,
  options?: ExportOptions,
): void;
export function exportModel(...given: unknown[]): Uint8Array | undefined {
  const { model, args, f, dynamicAxes, inputNames, outputNames, opset } = bindRecord(
    'export(model: any, args: any, f: any = undefined, *, dynamicAxes: object? = null, inputNames: strs? = null, outputNames: strs? = null, opset|opsetVersion: int = 18)',
    given,
  );
  if (!(model instanceof Module)) throw new TypeError(`export(): model must be an nn.Module, got ${describe(model)}`);
  const path = pathOf(f, 'export');
  if (!OPSETS.includes(opset)) throw new RangeError(`export(): opset must be ${OPSETS.join(', ')}, got ${opset}`);
  const modes = model.modules().map((each) => [each, each.training] as const);
  const list = args instanceof Tensor ? [args] : args;
  if (!Array.isArray(list)) throw new TypeError(`export(): args must be a list of examples, got ${describe(args)}`);
  let bytes: Uint8Array;
  try {
    for (const [each] of modes) each.training = false;
    const asked = { dynamicAxes: (dynamicAxes ?? {}) as DynamicAxes, inputNames, outputNames, opset };
    bytes = writeModel(graphOf(model, list, asked), model.constructor.name, opset);
  } finally {
    for (const [each, training] of modes) each.training = training;
  }
  if (path === undefined) return bytes;
  fileSystem('export').writeFileSync(path, bytes);
  return undefined;
}
