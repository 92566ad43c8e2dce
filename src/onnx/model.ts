/** A model's forward pass as a graph: traced with each example, written by the rows, made one graph. */
import { noGrad } from '../autograd/mode.ts';
import type { Module } from '../nn/module.ts';
import { clone } from '../ops/create/copy.ts';
import { copyOf } from '../tensor/elements.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { emit, valuesIn } from './emit.ts';
import { changed, type DynamicAxes, namesOf, replaced, variations } from './examples.ts';
import { ROWS } from './rows.ts';
import { dataTypeOf } from './schema.ts';
import { type Trace, tensorsIn, trace, type Value } from './trace.ts';
import { type Axis, merge, solve, Unfold } from './vary.ts';
import type { Constant, Graph, GraphNode, ValueInfo } from './write.ts';

/** What `export` was asked for. */
export interface Asked {
  readonly dynamicAxes: DynamicAxes;
  readonly inputNames: readonly string[] | null;
  readonly outputNames: readonly string[] | null;
  readonly opset: number;
}

/** Lets results have the names that they are asked to have; one that is no node's own gets a node for it. */
function named(nodes: readonly GraphNode[], results: readonly string[], names: readonly string[]): GraphNode[] {
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const called = new Map<string, string>();
  const copies: GraphNode[] = [];
  for (const [i, name] of results.entries()) {
    if (made.has(name) && !called.has(name)) called.set(name, names[i]);
    else copies.push({ op: 'Identity', inputs: [name], outputs: [names[i]], attributes: {} });
  }
  const rename = (list: readonly string[]): string[] => list.map((name) => called.get(name) ?? name);
  return [...nodes, ...copies].map((node) => ({ ...node, inputs: rename(node.inputs), outputs: rename(node.outputs) }));
}

/** An input or an output as the file names it: the dimensions that differ between traces have names. */
function described(name: string, all: readonly Value[], axes: readonly Axis[], dynamic: DynamicAxes): ValueInfo {
  const [{ dims, dtype }] = all;
  const asked = dynamic[name] as Record<number, unknown> | undefined;
  const varying = (d: number): string => {
    const found = solve(all.map((value) => value.dims[d]).slice(0, -1), axes);
    const axis = axes.find(({ sizes }) => sizes.every((size, i) => size === all[i].dims[d]));
    if (found !== null && axis !== undefined) return axis.name;
    return typeof asked?.[d] === 'string' ? asked[d] : `${name}_${d}`;
  };
  return {
    name,
    type: dataTypeOf(dtype),
    dims: dims.map((size, d) => (all.every((value) => value.dims[d] === size) ? size : varying(d))),
  };
}

/**
 * Calls whose results depend on no input and yet on what varies: they are not constants, even if they were the same in all
 * traces. (Of the numbers from 0 to n the first three are the same for every n from 3 on.)
 */
function varying([base, ...others]: readonly Trace[]): Set<number> {
  const moving = new Set<Value>();
  const found = new Set<number>();
  for (const [i, { name, args, outs }] of base.calls.entries()) {
    if (outs[0].data === null) continue;
    const inherits = Object.values(args)
      .flatMap(valuesIn)
      .some((value) => moving.has(value));
    const differs = outs.some(({ dims, data }, k) =>
      others.some(({ calls }) => {
        const other = calls[i]?.outs[k];
        return other?.dims.join() !== dims.join() || data?.some((each, at) => each !== other.data?.[at]);
      }),
    );
    if (inherits || differs) for (const value of outs) moving.add(value);
    if (inherits && Object.hasOwn(ROWS, name)) found.add(i);
  }
  return found;
}

/** The graph of what a model computes for examples. */
export function graphOf(model: Module, args: readonly unknown[], asked: Asked): Graph {
  const examples = tensorsIn(args, 'args');
  const inputNames = namesOf(asked.inputNames, examples.length, 'input');
  const states = [...model.namedParameters(), ...model.namedBuffers()];
  const run = (inputs: readonly Tensor[]): Trace => {
    const copies = inputs.map((x) => noGrad(() => clone(x)));
    let i = 0;
    const given = replaced(args, () => copies[i++]) as unknown[];
    const forward = (): unknown => (model as unknown as (...args: unknown[]) => unknown)(...given);
    return trace(
      forward,
      copies.map((x, at) => [inputNames[at], x]),
      states,
    );
  };
  const base = run(examples);
  const outputNames = namesOf(asked.outputNames, base.outputs.length, 'output');
  const taken = [...inputNames, ...outputNames, ...states.map(([name]) => name)];
  const twice = taken.find((name, i) => taken.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`export(): '${twice}' is the name of two tensors: give others`);
  const { axes, variants } = variations(asked.dynamicAxes, inputNames, examples, outputNames);
  const traces = [base];
  for (const [t, inputs] of variants.entries()) {
    try {
      traces.push(run(inputs));
    } catch (error) {
      const sizes = axes.map((axis) => `'${axis.name}' of ${axis.sizes[t + 1]}`).join(' and ');
      throw new TypeError(`export(): the model does not take ${sizes}: ${(error as Error).message}`, { cause: error });
    }
  }
  const others = otherValues();
  const unfolded = varying(traces);
  for (;;) {
    const sized = [...traces, others].map((each) => emit(each, ROWS, unfolded, asked.opset, taken));
    try {
      merge([sized[0], sized[sized.length - 1]], [], 'with the values of the inputs');
      const why = `with the size of ${axes.map(({ name }) => `'${name}'`).join(' or ')}`;
      return finish(merge(sized.slice(0, -1), axes, why), sized[0].outputs);
    } catch (error) {
      if (!(error instanceof Unfold)) throw error;
      unfolded.add(base.calls.indexOf(error.call));
    }
  }

  function otherValues(): Trace {
    try {
      return run(examples.map((x) => changed(x, false)));
    } catch {
      // They may be indices, as floats too.
      return run(examples.map((x) => changed(x, true)));
    }
  }

  function finish(made: { nodes: GraphNode[]; constants: Constant[] }, results: readonly string[]): Graph {
    const nodes = named(made.nodes, results, outputNames);
    const used = new Set(nodes.flatMap((node) => node.inputs));
    const kept = states.flatMap(([name, x]): Constant[] => {
      if (!used.has(name)) return [];
      const { buffer, byteOffset, byteLength } = copyOf(x);
      const data = new Uint8Array(buffer, byteOffset, byteLength);
      return [{ name, type: dataTypeOf(x.dtype), dims: x.dims, data }];
    });
    const info = (name: string, from: (each: Trace) => Value): ValueInfo =>
      described(name, [...traces, others].map(from), axes, asked.dynamicAxes);
    return {
      nodes,
      constants: [...kept, ...made.constants],
      inputs: inputNames.map((name, i) => info(name, ({ inputs }) => inputs[i])),
      outputs: outputNames.map((name, i) => info(name, ({ outputs }) => outputs[i])),
    };
  }
}
