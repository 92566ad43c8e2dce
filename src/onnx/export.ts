/** `torch.onnx.export`. */
import { noGrad } from '../autograd/mode.ts';
import { Module } from '../nn/module.ts';
import { describe } from '../tensor/args.ts';
import { listen, type Told } from '../tensor/listen.ts';
import { Tensor } from '../tensor/tensor.ts';
import { dataTypeOf } from './schema.ts';
import { type Constant, type GraphNode, Real, writeModel } from './write.ts';

/** What a model computes for an example, as the bytes of an ONNX file. */
export function exportModel(model: Module, args: readonly Tensor[]): Uint8Array {
  if (!(model instanceof Module)) throw new TypeError(`export(): model must be an nn.Module, got ${describe(model)}`);
  const [input] = args;
  if (args.length !== 1 || !(input instanceof Tensor))
    throw new TypeError('export(): args must be a list of one tensor');
  const all: Told[] = [];
  const stop = listen((told) => all.push(told));
  let output: unknown;
  try {
    output = noGrad(() => (model as unknown as (x: Tensor) => unknown)(input));
  } finally {
    stop();
  }
  const names = new Map<unknown, string>([
    [input, 'input'],
    ...model.namedParameters().map(([name, p]) => [p, name] as const),
  ]);
  const nodes: GraphNode[] = [];
  for (const { signature, args: given, result } of all) {
    if (signature.name !== 'linear') throw new TypeError(`export(): ${signature.name} cannot be exported`);
    names.set(result, result === output ? 'output' : `linear_${nodes.length}`);
    nodes.push({
      op: 'Gemm',
      inputs: [given.input, given.weight, given.bias].flatMap((each) =>
        each === null ? [] : [names.get(each) as string],
      ),
      outputs: [names.get(result) as string],
      attributes: { alpha: new Real(1), transB: 1 },
    });
  }
  const constants = model.namedParameters().map(([name, p]): Constant => {
    const { buffer, byteOffset, byteLength } = p.toTypedArray();
    return { name, type: dataTypeOf(p.dtype), dims: p.dims, data: new Uint8Array(buffer, byteOffset, byteLength) };
  });
  const info = (name: string, of: Tensor) => ({ name, type: dataTypeOf(of.dtype), dims: of.dims });
  const graph = { nodes, constants, inputs: [info('input', input)], outputs: [info('output', output as Tensor)] };
  return writeModel(graph, model.constructor.name, 18);
}
