/** `torch.onnx.load`. */
import { bytesOf } from '../io/files.ts';
import { within } from '../memory/errors.ts';
import { BUFFERS, Module } from '../nn/module.ts';
import { Parameter } from '../nn/parameter.ts';
import { describe, isOptions } from '../tensor/args.ts';
import { scope } from '../tensor/scope.ts';
import { showDims } from '../tensor/shape.ts';
import { bindRecord } from '../tensor/signature.ts';
import { tell } from '../tensor/tell.ts';
import { Tensor, tenure } from '../tensor/tensor.ts';
import { buildModel, checkOperators, type Model, run } from './graph.ts';
import { type FileValue, readModel } from './read.ts';
import { type ExternalData, nameOfType, storedOf } from './stored-tensor.ts';

/** What `onnx.load` takes besides the file. */
export interface OnnxLoadOptions {
  /** Gives the bytes of another file, where a model keeps its weights in one: `location` is how it names that. */
  externalData?: ExternalData | null;
}

/** What an ONNX model takes: tensors in the order of its inputs, or all in one object under their names. */
export type OnnxInputs = Tensor[] | [inputs: Readonly<Record<string, Tensor>>];

/**
 * A module that computes the graph of an ONNX file, which `onnx.load` gives. R is what a pass gives: a tensor, or a list
 * where the model has several outputs.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const bytes = torch.onnx.export(new torch.nn.Linear(3, 2), [torch.zeros(1, 3)]);
 * const net = torch.onnx.load(bytes);
 * console.log(net.inputNames.length, net(torch.ones(1, 3)).shape); // => 1 torch.Size([1, 2])
 * ```
 */
export class ONNXModule<R extends Tensor | Tensor[] = Tensor> extends Module {
  /** The names of its inputs, in order. */
  readonly inputNames: readonly string[];
  /** The names of its outputs, in order. */
  readonly outputNames: readonly string[];
  readonly #inputs: readonly FileValue[];
  readonly #model: Model;
  /** The member that has each part of the state, and where the graph reads it. */
  readonly #members: readonly (readonly [member: string, place: number])[];

  /** @internal */
  constructor(inputs: readonly FileValue[], outputs: readonly FileValue[], model: Model) {
    super();
    this.#inputs = inputs;
    this.#model = model;
    this.inputNames = inputs.map(({ name }) => name);
    this.outputNames = outputs.map(({ name }) => name);
    const members = this as unknown as Record<string, Tensor>;
    this.#members = model.states.map(({ name, place, tensor, trained }) => {
      let member = name;
      while (member in members) member += '_';
      if (trained) members[member] = new Parameter(tensor);
      else {
        tenure(tensor, 'load');
        this[BUFFERS].set(member, true);
        members[member] = tensor;
      }
      return [member, place] as const;
    });
    this.training = false;
  }

  /** Its name is that of a tensor of the file, dots and all. */
  override getParameter(target: string): Parameter {
    const own: unknown = Object.hasOwn(this, target) && (this as unknown as Record<string, unknown>)[target];
    return own instanceof Parameter ? own : super.getParameter(target);
  }

  override forward(...inputs: OnnxInputs): R {
    const given = this.#given(inputs);
    const { program, constants } = this.#model;
    const compute = (): Tensor[] => {
      const values = constants.slice();
      for (const [name, place] of this.#members) values[place] = (this as unknown as Record<string, Tensor>)[name];
      program.inputs.forEach((place, i) => {
        values[place] = given[i];
      });
      return run(program, values, this.training);
    };
    // What stands between the nodes nobody else sees, unless somebody listens to operations.
    const outputs = tell === null ? scope(compute) : compute();
    return (outputs.length === 1 ? outputs[0] : outputs) as R;
  }

  /** The inputs in order, checked: their kinds, dtypes and the sizes that the file says. */
  #given(inputs: OnnxInputs): Tensor[] {
    const [first] = inputs;
    const named = inputs.length === 1 && isOptions(first) ? (first as Record<string, unknown>) : null;
    const surplus = named === null ? inputs.length > this.#inputs.length : Object.keys(named).some(this.#isOther, this);
    if (surplus) throw new TypeError(`forward(): the model takes ${this.extraRepr()}`);
    return this.#inputs.map(({ name, type, dims }, i) => {
      const x: unknown = named === null ? inputs[i] : named[name];
      if (!(x instanceof Tensor)) {
        throw new TypeError(
          `forward(): input '${name}' must be a Tensor, got ${describe(x)}; the model takes ${this.extraRepr()}`,
        );
      }
      const dtype = storedOf(type)?.dtype;
      // A module that was converted takes floats of its new dtype.
      if (x.dtype !== dtype && !(x.dtype.isFloatingPoint && dtype?.isFloatingPoint))
        throw new TypeError(`forward(): input '${name}' must be of ${dtype}, got ${x.dtype}`);
      const fits =
        dims === null ||
        (dims.length === x.dims.length && dims.every((d, i) => !(typeof d === 'number' && d > 0) || d === x.dims[i]));
      if (!fits) {
        throw new RangeError(`forward(): input '${name}' must have the shape ${shown(dims)}, got ${showDims(x.dims)}`);
      }
      return x;
    });
  }

  #isOther(key: string): boolean {
    return !this.inputNames.includes(key);
  }

  override extraRepr(): string {
    return this.#inputs
      .map(({ name, type, dims }) => `${name}: ${storedOf(type)?.dtype?.name}${shown(dims)}`)
      .join(', ');
  }
}

/** A shape as the file says it. */
const shown = (dims: FileValue['dims']): string => (dims === null ? '' : `[${dims.map((d) => d ?? '?').join(', ')}]`);

/**
 * Reads an ONNX file as a module, which computes its graph by torchlet's operations: gradients flow, and it can be trained
 * on. It starts in evaluation mode; `train()` makes Dropout and BatchNormalization do as they do in training.
 *
 * Its parameters are the float tensors of the file that weigh something, its buffers the running statistics of
 * BatchNormalization, both under the file's names (`net['fc.weight']`, `net.getParameter('fc.weight')`); whole numbers,
 * bounds, exponents and numbers without dimensions are constants. float16 and bfloat16 become float32; int8, int16 and
 * uint16 become int32. Opsets 9 to 23.
 *
 * A call takes tensors in the order of `net.inputNames`, or one object of them by name. It gives a tensor; a list, in the
 * order of `net.outputNames`, where the model has several outputs.
 *
 * @param f - A path, a file URL, or the file's bytes.
 * @param options - `externalData(location)` gives the bytes of another file that has the model's weights.
 * @throws TypeError that lists all operators that torchlet does not run, quantised ones among them, and for a dtype that
 *   it does not have; RangeError for a damaged file or another opset. Then nothing was made, and nothing ran.
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const model = new torch.nn.Sequential(new torch.nn.Linear(2, 1));
 * const net = torch.onnx.load(torch.onnx.export(model, [torch.ones(1, 2)]));
 * console.log(net.inputNames, Object.keys(net.stateDict())); // => [ 'input' ] [ '0.weight', '0.bias' ]
 * console.log(net(torch.ones(1, 2)).allclose(model(torch.ones(1, 2)))); // => true
 * ```
 */
export function load<R extends Tensor | Tensor[] = Tensor>(
  f: string | URL | Uint8Array | ArrayBuffer,
  options?: ExternalData | null | OnnxLoadOptions,
): ONNXModule<R>;
export function load(...args: unknown[]): ONNXModule {
  const { f, externalData } = bindRecord('load(f: any, externalData: function? = null)', args);
  const bytes = bytesOf(f, 'load');
  return within('load', () => {
    const graph = readModel(bytes);
    checkOperators(graph);
    const constants = new Set(graph.constants.map(({ name }) => name));
    const inputs = graph.inputs.filter(({ name }) => !constants.has(name));
    for (const { name, type } of inputs) {
      if (storedOf(type)?.dtype) continue;
      throw new TypeError(
        `load(): input '${name}' is ${type === 0 ? 'no tensor' : `of the type ${nameOfType(type)}`}, which torchlet does not have`,
      );
    }
    const model = buildModel(graph, externalData as ExternalData | null);
    return new ONNXModule(inputs, graph.outputs, model);
  });
}
