/**
 * A graph put together: every name is a place in one list of tensors, which a pass fills, and every node knows the places
 * that it reads and writes. Branches have places in the same list, so that they see the names around them.
 */

import { damaged } from '../io/header.ts';
import { free, letGo, type Storage } from '../memory/storage.ts';
import { cloneRowMajor } from '../ops/create/copy.ts';
import { isError } from '../tensor/brands.ts';
import { Tensor } from '../tensor/tensor.ts';
import type { Node } from './node.ts';
import { constantOf, OPERATORS } from './operators.ts';
import type { FileGraph } from './read.ts';
import { noteConstant, type Operator, type Pass, refuse } from './row.ts';
import { type ExternalData, makeTensor } from './stored-tensor.ts';

/** Where an input that is left out stands. */
const NONE = 0;

interface Step {
  readonly node: Node;
  readonly operator: Operator;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly branches: ReadonlyMap<string, Program>;
  /** Places that nothing reads any more. */
  readonly last: number[];
}

/** Steps in order, and where what they give stands. */
export interface Program {
  readonly steps: readonly Step[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A tensor of the file that belongs to the module's state: trained, or kept as a running mean is. */
export interface State {
  readonly name: string;
  readonly place: number;
  readonly tensor: Tensor;
  readonly trained: boolean;
}

/** A model put together. */
export interface Model {
  readonly program: Program;
  /** Tensors that never change; holes elsewhere. */
  readonly constants: readonly (Tensor | undefined)[];
  readonly states: readonly State[];
}

/** From which input on an operator's tensors are settings, and no weights. */
const SETTINGS: Readonly<Record<string, number>> = {
  Clip: 1,
  ConstantOfShape: 0,
  Dropout: 1,
  Equal: 0,
  Greater: 0,
  GreaterOrEqual: 0,
  Less: 0,
  LessOrEqual: 0,
  OneHot: 0,
  Pad: 1,
  Pow: 1,
  Range: 0,
  Upsample: 1,
};

const BRANCHES = ['then_branch', 'else_branch'];

/** Names of operators that are not read, in this graph and in all branches; throws for them, all at once. */
export function checkOperators(graph: FileGraph): void {
  const unknown = new Set<string>();
  const visit = ({ nodes }: FileGraph): void => {
    for (const node of nodes) {
      if (node.op !== 'Constant' && !Object.hasOwn(OPERATORS, node.op)) unknown.add(node.op);
      node.graphs().forEach(visit);
    }
  };
  visit(graph);
  if (unknown.size === 0) return;
  const names = [...unknown].sort();
  const quantised = names.some((name) => /QLinear|Quantize|Integer$/.test(name));
  throw new TypeError(
    `load(): the model has operators that torchlet does not run: ${names.join(', ')}` +
      (quantised ? '. It is quantised: export it in float32' : ''),
  );
}

/** Every place that a step reads, its branches too. */
const readBy = ({ inputs, branches }: Step): number[] => [
  ...inputs,
  ...[...branches.values()].flatMap(({ steps, outputs }) => [...steps.flatMap(readBy), ...outputs]),
];

/** Notes at each step what of these steps' results is read there for the last time, or never. */
function noteLast(steps: readonly Step[], outputs: readonly number[]): void {
  const seen = new Set(outputs);
  const own = new Set(steps.flatMap((step) => step.outputs));
  for (const step of [...steps].reverse()) {
    for (const place of [...step.outputs, ...readBy(step)]) {
      if (own.has(place) && !seen.has(place)) step.last.push(place);
      seen.add(place);
    }
  }
}

type Names = ReadonlyMap<string, number>;

/** Puts graphs together, one branch after the other. */
class Builder {
  readonly constants: (Tensor | undefined)[] = [undefined];
  private readonly external: ExternalData | null;
  /** How each place is read: the operator, and as which input. */
  private readonly uses = new Map<number, [op: string, index: number][]>();
  private readonly floats: [name: string, place: number][] = [];

  constructor(external: ExternalData | null) {
    this.external = external;
  }

  private place(tensor?: Tensor): number {
    return this.constants.push(tensor) - 1;
  }

  private keep(names: Map<string, number>, name: string, tensor: Tensor): void {
    const place = this.place(tensor);
    names.set(name, place);
    if (tensor.dtype.isFloatingPoint) this.floats.push([name, place]);
    noteConstant(tensor);
  }

  build(graph: FileGraph, around: Names): Program {
    const names = new Map(around);
    const own = new Set<string>();
    const define = (name: string): void => {
      if (own.has(name)) throw damaged(`'${name}' is given twice`, 'ONNX file');
      own.add(name);
    };
    const tensors = new Map(graph.constants.map((each) => [each.name, each]));
    const inputs = graph.inputs.filter(({ name }) => !tensors.has(name));
    const places = inputs.map(({ name }) => {
      define(name);
      const place = this.place();
      names.set(name, place);
      return place;
    });
    for (const each of graph.constants) {
      define(each.name);
      this.keep(names, each.name, makeTensor(each, this.external));
    }
    const given = new Set(graph.outputs.map(({ name }) => name));
    const steps: Step[] = [];
    for (const node of graph.nodes) {
      for (const name of node.outputs) if (name !== '') define(name);
      const step = this.step(node, names, given);
      if (step !== null) steps.push(step);
    }
    const outputs = graph.outputs.map(({ name }) => this.find(names, name, 'the graph gives'));
    noteLast(steps, outputs);
    return { steps, inputs: places, outputs };
  }

  private find(names: Names, name: string, who: string): number {
    const place = names.get(name);
    if (place === undefined) throw damaged(`${who} '${name}', which nothing before it makes`, 'ONNX file');
    return place;
  }

  /** A node's step; null for one whose tensor is known at once. */
  private step(node: Node, names: Map<string, number>, given: ReadonlySet<string>): Step | null {
    const [first] = node.outputs;
    if (node.op === 'Constant') {
      const tensor = constantOf(node, this.external);
      names.set(first, this.place(tensor));
      noteConstant(tensor);
      return null;
    }
    const { op } = node;
    const operator = OPERATORS[op];
    const inputs = node.inputs.map((name) => (name === '' ? NONE : this.find(names, name, `${node} reads`)));
    const { length } = inputs;
    if (length < operator.least || length > operator.most || inputs.slice(0, operator.least).includes(NONE)) {
      const most =
        operator.most === Infinity ? ' or more' : operator.most > operator.least ? ` to ${operator.most}` : '';
      throw damaged(`${node} takes ${operator.least}${most} inputs, has ${length}`, 'ONNX file');
    }
    operator.check?.(node);
    // PyTorch's exporter writes weights once that are equal, be it by chance: here each is itself again.
    const same = op === 'Identity' ? this.floats.find(([, place]) => place === inputs[0]) : undefined;
    if (same !== undefined && !given.has(first)) {
      this.keep(names, first, cloneRowMajor(this.constants[inputs[0]] as Tensor));
      return null;
    }
    inputs.forEach((place, i) => {
      const list = this.uses.get(place);
      if (list === undefined) this.uses.set(place, [[op, i]]);
      else list.push([op, i]);
    });
    const value = op === 'ConstantOfShape' ? node.tensor('value') : undefined;
    if (value !== undefined) inputs.push(this.place(makeTensor(value, this.external)));
    const branches = new Map<string, Program>();
    for (const name of op === 'If' ? BRANCHES : []) {
      const graph = node.graph(name);
      if (graph === undefined) throw damaged(`${node} has no ${name}`, 'ONNX file');
      if (graph.outputs.length !== node.outputs.length) {
        throw damaged(
          `${name} of ${node} gives ${graph.outputs.length} of ${node.outputs.length} outputs`,
          'ONNX file',
        );
      }
      branches.set(name, this.build(graph, names));
    }
    const outputs = node.outputs.map((name) => {
      const place = this.place();
      if (name !== '') names.set(name, place);
      return place;
    });
    return { node, operator, inputs, outputs, branches, last: [] };
  }

  /** What belongs to the module's state, by how it is read. */
  states(): State[] {
    return this.floats.flatMap(([name, place]): State[] => {
      const uses = this.uses.get(place) ?? [];
      const tensor = this.constants[place] as Tensor;
      if (uses.some(([op, i]) => op === 'BatchNormalization' && i > 2))
        return [{ name, place, tensor, trained: false }];
      const weighs = uses.some(([op, i]) => i < (SETTINGS[op] ?? Infinity));
      // A number without dimensions is a constant of the computation, unless it is called as PyTorch calls parameters;
      // exporters count what they name.
      const named = tensor.dims.length > 0 || /^(?!.*_\d+$)[a-z_]\w*(\.\w+)*$/i.test(name);
      return weighs && named ? [{ name, place, tensor, trained: true }] : [];
    });
  }
}

/** Puts a model together; what was made is given back if that fails. */
export function buildModel(graph: FileGraph, external: ExternalData | null): Model {
  const builder = new Builder(external);
  const { constants } = builder;
  try {
    return { program: builder.build(graph, new Map()), constants, states: builder.states() };
  } catch (error) {
    for (const x of constants) if (x !== undefined) free(x.storage);
    throw error;
  }
}

/**
 * Computes the steps of a program, and gives its outputs. What no later step reads is freed at once, unless a node saved it.
 * (Measured: of 24 blocks of a product, relu, a sum and tanh over 512 × 256, 49 MB moved out of linear memory at each pass.)
 */
export function run(program: Program, values: (Tensor | undefined)[], training: boolean): Tensor[] {
  const held = new Map<number, Storage>();
  try {
    for (const { node, operator, inputs, outputs, branches, last } of program.steps) {
      const pass: Pass = { training, branch: (name) => run(branches.get(name) as Program, values, training) };
      let made: Tensor | readonly Tensor[];
      try {
        made = operator.compute(inputs.map((place) => values[place]) as Tensor[], node, pass);
      } catch (error) {
        if (isError(error)) error.message = `${node}: ${error.message}`;
        throw error;
      }
      for (let i = 0; i < outputs.length; i++) {
        const x = made instanceof Tensor ? (i === 0 ? made : undefined) : made[i];
        if (x === undefined) {
          if (node.outputs[i] !== '') refuse(node, `it gives no output ${i}`);
          continue;
        }
        values[outputs[i]] = x;
        held.set(outputs[i], x.storage);
        x.storage.holds++;
      }
      for (const place of last) {
        const storage = held.get(place);
        if (storage === undefined) continue;
        held.delete(place);
        letGo(storage);
      }
    }
    return program.outputs.map((place) => values[place] as Tensor);
  } finally {
    for (const storage of held.values()) storage.holds--;
  }
}
