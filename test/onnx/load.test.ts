/** `torch.onnx.load`: the forms a file may have, what is refused and how, and the module that comes of it. */
import { describe, expect, test } from 'vitest';
import * as torch from '../../src/index.ts';
import { bytes, type GraphSpec, graph, int, joined, model, type NodeSpec, rawOf, type TensorSpec } from './model.ts';

const { ModelProto } = await import('../../src/onnx/schema.ts');

const f = (values: readonly number[], dims: readonly number[] = [values.length]): TensorSpec => ({
  type: 'FLOAT',
  dims,
  values,
});
const X = { name: 'x', type: 'FLOAT', dims: ['n', 2] } as const;
const Y = { name: 'y' } as const;

/** y = x W + b. */
const AFFINE: GraphSpec = {
  nodes: [{ op: 'Gemm', inputs: ['x', 'fc.weight', 'fc.bias'], outputs: ['y'], attributes: { transB: { i: 1 } } }],
  constants: { 'fc.weight': f([1, 2, 3, 4], [2, 2]), 'fc.bias': f([10, 20]) },
  inputs: [X],
  outputs: [Y],
};
const of = (
  op: string,
  inputs: readonly string[],
  outputs: readonly string[] = ['y'],
  more: Partial<NodeSpec> = {},
): NodeSpec => ({
  op,
  inputs,
  outputs,
  ...more,
});
const load = (spec: GraphSpec, opset = 17): torch.onnx.ONNXModule => torch.onnx.load(model(spec, opset));
const x = (): torch.Tensor => torch.tensor([[1, 1]]);

describe('the module', () => {
  test('has the names of the file, and prints its inputs', () => {
    const net = load(AFFINE);
    expect(net(x()).tolist()).toEqual([[13, 27]]);
    expect([net.inputNames, net.outputNames]).toEqual([['x'], ['y']]);
    expect(Object.keys(net.stateDict())).toEqual(['fc.weight', 'fc.bias']);
    expect(net.namedParameters().map(([name]) => name)).toEqual(['fc.weight', 'fc.bias']);
    expect(net.getParameter('fc.bias').tolist()).toEqual([10, 20]);
    expect(() => net.getParameter('fc.none')).toThrow(RangeError);
    expect(String(net)).toBe('ONNXModule(x: float32[n, 2])');
    expect(net.double()(x().double()).dtype).toBe(torch.float64);
  });

  test('takes tensors in order or by name, and says what it takes', () => {
    const net = load({ ...AFFINE, nodes: [of('Sub', ['x', 'z'])], constants: {}, inputs: [X, { ...X, name: 'z' }] });
    const [a, b] = [x(), torch.tensor([[5, 6]])];
    expect(net(a, b).tolist()).toEqual([[-4, -5]]);
    expect(net({ z: b, x: a }).tolist()).toEqual([[-4, -5]]);
    const takes = 'the model takes x: float32[n, 2], z: float32[n, 2]';
    expect(() => net(a)).toThrow(`forward(): input 'z' must be a Tensor, got undefined; ${takes}`);
    expect(() => net(a, b, b)).toThrow(takes);
    expect(() => net({ x: a, y: b })).toThrow(takes);
    expect(() => net([[1, 2]] as never, b)).toThrow(`input 'x' must be a Tensor, got a list of 1`);
    expect(() => net(a, b.long())).toThrow("forward(): input 'z' must be of torch.float32, got torch.int64");
    expect(() => net(a, torch.ones(2, 3))).toThrow("forward(): input 'z' must have the shape [n, 2], got [2, 3]");
    expect(() => net(a, torch.ones(2))).toThrow(RangeError);
  });

  test('gives a list where there are several outputs', () => {
    const spec = { ...AFFINE, nodes: [...AFFINE.nodes, of('Neg', ['y'], ['z'])], outputs: [{ name: 'z' }, Y] };
    const net = torch.onnx.load<torch.Tensor[]>(model(spec, 13));
    expect(net.outputNames).toEqual(['z', 'y']);
    expect(net(x()).map((y) => y.tolist())).toEqual([[[-13, -27]], [[13, 27]]]);
  });

  test('names that a module has get a stroke behind them', () => {
    const names = ['forward', 'training', 'stateDict', '__proto__', '7'];
    const constants = Object.fromEntries(names.map((name) => [name, f([1])]));
    Object.defineProperty(constants, '__proto__', { value: f([1]), enumerable: true });
    const net = load({ nodes: [of('Sum', ['x', ...names])], constants, inputs: [X], outputs: [Y] });
    expect(net(x()).tolist()).toEqual([[6, 6]]);
    expect(Object.keys(net.stateDict())).toEqual(['7', 'forward_', 'training_', 'stateDict_', '__proto___']);
  });

  test('trained are floats that weigh something; running statistics are buffers, all else constants', () => {
    const net = load({
      nodes: [
        of('BatchNormalization', ['x', 'w', 'b', 'm', 'v'], ['h']),
        of('Clip', ['h', 'low'], ['c']),
        of('Pow', ['c', 'two'], ['p']),
        of('Add', ['p', 'eps'], ['q']),
        of('Mul', ['q', 'net.scale'], ['r']),
        of('Reshape', ['r', 'shape'], ['y']),
      ],
      constants: {
        ...{ w: f([1, 1]), b: f([0, 0]), m: f([0, 0]), v: f([1, 1]) },
        ...{ low: f([0], []), two: f([2, 2]), '/eps': f([1], []), eps: f([1]), 'net.scale': f([3], []) },
        shape: { type: 'INT64', dims: [1], values: [-1] },
      },
      inputs: [X],
      outputs: [Y],
    });
    expect(net.namedParameters().map(([name]) => name)).toEqual(['w', 'b', 'eps', 'net.scale']);
    expect(net.namedBuffers().map(([name]) => name)).toEqual(['m', 'v']);
    expect((net(x()).tolist() as number[]).map(Math.round)).toEqual([6, 6]);
  });

  test('training makes Dropout and BatchNormalization do as in PyTorch', () => {
    const layer = new torch.nn.BatchNorm1d(2);
    const net = load({
      nodes: [
        of('BatchNormalization', ['x', 'w', 'b', 'm', 'v'], ['h'], { attributes: { momentum: { f: 0.9 } } }),
        of('Dropout', ['h', 'ratio']),
      ],
      constants: { w: f([1, 1]), b: f([0, 0]), m: f([0, 0]), v: f([1, 1]), ratio: f([0.5], []) },
      inputs: [X],
      outputs: [Y],
    });
    const input = torch.randn(64, 2);
    expect(torch.allclose(net(input), layer.eval()(input), 1e-5, 1e-6)).toBe(true);
    net.train();
    layer.train();
    torch.manualSeed(3);
    const out = net(input);
    torch.manualSeed(3);
    expect(torch.allclose(out, torch.nn.functional.dropout(layer(input)), 1e-5, 1e-6)).toBe(true);
    const state = net.stateDict();
    expect(torch.allclose(state.m, layer.runningMean as torch.Tensor, 1e-5, 1e-6)).toBe(true);
    expect(torch.allclose(state.v, layer.runningVar as torch.Tensor, 1e-5, 1e-6)).toBe(true);
  });

  test('weights that the exporter wrote once, being equal, are trained each by itself', () => {
    const net = load({
      nodes: [of('Identity', ['a'], ['b']), of('Mul', ['x', 'a'], ['h']), of('Add', ['h', 'b'])],
      constants: { a: f([1, 1]) },
      inputs: [X],
      outputs: [Y],
    });
    expect(Object.keys(net.stateDict())).toEqual(['a', 'b']);
    net(torch.tensor([[2, 3]]))
      .sum()
      .backward();
    expect(net.parameters().map((p) => p.grad?.tolist())).toEqual([
      [2, 3],
      [1, 1],
    ]);
  });

  test('branches read the names around them, and gradients flow through the one that is taken', () => {
    const branch = (op: string, inner: NodeSpec[] = []): GraphSpec => ({
      nodes: [...inner, of(op, ['x', 'own weight'], ['r'])],
      constants: { 'own weight': f([2, 2]) },
      outputs: [{ name: 'r' }],
    });
    const nested = {
      nodes: [
        of('If', ['flag'], ['s'], {
          attributes: { then_branch: { g: branch('Mul') }, else_branch: { g: branch('Sub') } },
        }),
      ],
      outputs: [{ name: 's' }],
    };
    const net = load({
      nodes: [
        of('ReduceSum', ['x'], ['total'], { attributes: { keepdims: { i: 0 } } }),
        of('Greater', ['total', 'zero'], ['flag']),
        of('If', ['flag'], ['y'], { attributes: { then_branch: { g: nested }, else_branch: { g: branch('Add') } } }),
      ],
      constants: { zero: f([0], []) },
      inputs: [X],
      outputs: [Y],
    });
    expect(Object.keys(net.stateDict())).toEqual(['own weight', 'own weight_', 'own weight__']);
    expect(net(x()).tolist()).toEqual([[2, 2]]);
    expect(net(x().neg()).tolist()).toEqual([[1, 1]]);
    net(x()).sum().backward();
    expect(net.parameters().map((p) => p.grad?.tolist())).toEqual([[1, 1], undefined, undefined]);
  });

  test('what stands between its nodes is freed at once, and a pass that throws leaves nothing', () => {
    const layers = Array.from({ length: 40 }, (_, i) =>
      of('Relu', [i === 0 ? 'x' : `h${i - 1}`], [i === 39 ? 'y' : `h${i}`]),
    );
    const net = load({ nodes: layers, inputs: [{ name: 'x', type: 'FLOAT' }], outputs: [Y] });
    const input = torch.ones(4096);
    net(input);
    const before = torch.memory.stats().live;
    for (let i = 0; i < 5; i++) net(input).dispose();
    expect(torch.memory.stats().live).toBe(before);
    // 40 results of a megabyte each: no more than what is read later is there at a time.
    const wide = torch.ones(1 << 18);
    const { evicted } = torch.memory.stats();
    torch.noGrad(() => net(wide));
    expect(torch.memory.stats().evicted - evicted).toBeLessThan(8 << 20);
    const bad = load({
      nodes: [of('Relu', ['x'], ['h']), of('MatMul', ['h', 'h'], ['y'], { name: 'product' })],
      inputs: [X],
      outputs: [Y],
    });
    const long = torch.ones(3000, 2);
    const held = torch.memory.stats().live;
    expect(() => bad(long)).toThrow("MatMul 'product': mat1 and mat2 shapes cannot be multiplied (3000x2 and 3000x2)");
    expect(torch.memory.stats().live).toBe(held);
  });
});

describe('forms', () => {
  const TYPES: [type: TensorSpec['type'], values: number[], dtype: string, read: number[]][] = [
    ['FLOAT', [1.5, -2], 'float32', [1.5, -2]],
    ['DOUBLE', [1.5, -2], 'float64', [1.5, -2]],
    ['FLOAT16', [0x3e00, 0xc000], 'float32', [1.5, -2]],
    ['BFLOAT16', [0x3fc0, 0xc000], 'float32', [1.5, -2]],
    ['INT64', [7, -300], 'int64', [7, -300]],
    ['INT32', [7, -300], 'int32', [7, -300]],
    ['INT16', [7, -300], 'int32', [7, -300]],
    ['INT8', [7, -3], 'int32', [7, -3]],
    ['UINT16', [7, 65535], 'int32', [7, 65535]],
    ['UINT8', [7, 255], 'uint8', [7, 255]],
    ['BOOL', [1, 0], 'bool', [1, 0]],
  ];
  for (const [type, values, dtype, read] of TYPES) {
    test.each(['raw', 'packed', 'each'] as const)(`${type}, %s`, (form) => {
      const spec = { type, values, dims: [2], form };
      for (const place of ['constant', 'attribute']) {
        const constant = of('Constant', [], ['c'], { attributes: { value: { t: spec } } });
        const net = load({
          nodes: place === 'constant' ? [of('Identity', ['c'])] : [constant, of('Identity', ['c'])],
          constants: place === 'constant' ? { c: spec } : {},
          outputs: [Y],
        });
        const made = net();
        expect([made.dtype.name, Array.from(made.toTypedArray() as Float32Array, Number)]).toEqual([dtype, read]);
      }
    });
  }

  test('constants of numbers', () => {
    const value = (attributes: NodeSpec['attributes']): torch.Tensor =>
      load({ nodes: [of('Constant', [], ['y'], { attributes })], outputs: [Y] })();
    expect(String(value({ value_float: { f: 0.5 } }))).toBe('tensor(0.5000)');
    expect(String(value({ value_floats: { floats: [1, 2] } }))).toBe('tensor([1., 2.])');
    expect(String(value({ value_int: { i: -(2n ** 63n) } }))).toBe('tensor(-9223372036854775808)');
    expect(String(value({ value_ints: { ints: [2n ** 63n - 1n, 5] } }))).toBe(
      'tensor([9223372036854775807,                   5])',
    );
    expect(() => value({ value_string: { s: 'a' } })).toThrow('Constant: it has no tensor or number');
  });

  test('attributes that do not say their kind, and weights that are listed as inputs too', () => {
    const node = { ...AFFINE.nodes[0], typed: false };
    const inputs = [
      X,
      { name: 'fc.weight', type: 'FLOAT', dims: [2, 2] },
      { name: 'fc.bias', type: 'FLOAT', dims: [2] },
    ] as const;
    const net = load({ ...AFFINE, nodes: [node], inputs }, 9);
    expect(net.inputNames).toEqual(['x']);
    expect(net(x()).tolist()).toEqual([[13, 27]]);
  });

  test('whole numbers are computed exactly', () => {
    const big = { type: 'INT64', dims: [1], values: [2n ** 60n + 1n] } as const;
    const net = load({
      nodes: [of('Add', ['a', 'a'], ['b']), of('Div', ['b', 'c'])],
      constants: { a: big, c: { ...big, values: [-2] } },
      outputs: [Y],
    });
    expect(String(net())).toBe('tensor([-1152921504606846977])');
  });

  test('another domain name, an unknown field and an operator set beside are no matter', () => {
    const whole = joined(
      model({ ...AFFINE, nodes: [{ ...AFFINE.nodes[0], domain: 'ai.onnx' }] }, 13, ['com.microsoft']),
      bytes(99, 'x'),
      int(98, 5),
    );
    expect(torch.onnx.load(whole)(x()).tolist()).toEqual([[13, 27]]);
    expect(
      torch.onnx
        .load(whole.buffer as ArrayBuffer)(x())
        .tolist(),
    ).toEqual([[13, 27]]);
  });
});

describe('external data', () => {
  const weights = joined(new Uint8Array(8), rawOf(f([1, 2, 3, 4])), rawOf(f([10, 20])));
  const at = (offset: number, length: number): Record<string, string> => ({
    location: 'w.bin',
    offset: `${offset}`,
    length: `${length}`,
  });
  const spec = (bias: Record<string, string> = at(24, 8)): Uint8Array =>
    model(
      {
        ...AFFINE,
        constants: {
          'fc.weight': { ...f([], [2, 2]), external: at(8, 16) },
          'fc.bias': { ...f([], [2]), external: bias },
        },
      },
      17,
    );

  test('comes by a callback', () => {
    const asked: string[] = [];
    const externalData = (location: string): Uint8Array => {
      asked.push(location);
      return weights;
    };
    expect(torch.onnx.load(spec(), { externalData })(x()).tolist()).toEqual([[13, 27]]);
    expect(torch.onnx.load(spec(), externalData)(x()).tolist()).toEqual([[13, 27]]);
    expect(asked).toEqual(['w.bin', 'w.bin', 'w.bin', 'w.bin']);
    expect(
      torch.onnx
        .load(spec(), { externalData: () => weights.slice().buffer })(x())
        .tolist(),
    ).toEqual([[13, 27]]);
  });

  test('is asked for where it is missing, and checked', () => {
    expect(() => torch.onnx.load(spec())).toThrow(
      `load(): tensor 'fc.weight' is in another file, "w.bin": give its bytes by load(f, { externalData: (location) => bytes })`,
    );
    const read = (bias: Record<string, string>): unknown =>
      torch.onnx.load(spec(bias), { externalData: () => weights });
    expect(() => read(at(28, 8))).toThrow(`tensor 'fc.bias' is in "w.bin" from byte 28, 8 bytes; the file has 32`);
    expect(() => read(at(-4, 8))).toThrow(RangeError);
    expect(() => read(at(Number.NaN, 8))).toThrow(RangeError);
    expect(() => read(at(0, 4))).toThrow(`tensor 'fc.bias' of shape [2] takes 8 bytes, has 4`);
    const later = (async () => weights) as never;
    expect(() => torch.onnx.load(spec(), { externalData: later })).toThrow(
      'got a Promise: await the bytes before load()',
    );
    expect(() => torch.onnx.load(spec(), { externalData: 5 as never })).toThrow(TypeError);
  });
});

describe('refused before anything is made', () => {
  const refused = (spec: GraphSpec, message: string | RegExp, opset = 17): void => {
    const before = torch.memory.stats().live;
    expect(() => load(spec, opset)).toThrow(message);
    expect(torch.memory.stats().live).toBe(before);
  };
  const only = (...nodes: NodeSpec[]): GraphSpec => ({ ...AFFINE, nodes });

  test('operators that are not read, all at once, in branches too', () => {
    const inner = { nodes: [of('LSTM', ['x'], ['r'])], outputs: [{ name: 'r' }] };
    refused(
      only(
        of('Conv', ['x', 'fc.weight'], ['a']),
        of('FusedMatMul', ['a', 'a'], ['b'], { domain: 'com.microsoft' }),
        of('If', ['b'], ['y'], { attributes: { then_branch: { g: inner }, else_branch: { g: inner } } }),
        of('Loop', ['b'], ['z']),
      ),
      /^load\(\): the model has operators that torchlet does not run: Conv, LSTM, Loop, com\.microsoft\.FusedMatMul$/,
    );
    refused(
      only(of('DequantizeLinear', ['x', 'fc.bias'], ['a']), of('QLinearMatMul', ['a'])),
      'does not run: DequantizeLinear, QLinearMatMul. It is quantised: export it in float32',
    );
    refused(only(of('constructor', ['x'])), 'does not run: constructor');
  });

  test('types and settings that are not computed', () => {
    refused(
      { ...AFFINE, constants: { ...AFFINE.constants, s: { type: 'UINT32', dims: [1], values: [1] } } },
      "load(): tensor 's' is of the type UINT32, which torchlet does not have",
    );
    refused({ ...AFFINE, inputs: [{ ...X, type: 'STRING' }] }, "load(): input 'x' is of the type STRING");
    refused({ ...AFFINE, inputs: [{ name: 'x' }] }, "load(): input 'x' is no tensor");
    refused(
      only(of('Cast', ['x'], ['y'], { attributes: { to: { i: 8 } } })),
      'load(): Cast: torchlet does not have the type STRING, which to asks for',
    );
    refused(only(of('Cast', ['x'])), 'load(): Cast: torchlet does not have the type number 0');
    refused(
      only(of('Pad', ['x', 'x'], ['y'], { name: 'p', attributes: { mode: { s: 'odd' } } })),
      "load(): Pad 'p': mode 'odd' is not among constant, edge, reflect, wrap",
    );
    refused(
      only(of('ScatterND', ['x', 'x', 'x'], ['y'], { attributes: { reduction: { s: 'max' } } })),
      "reduction 'max' is not among none, add, mul",
    );
  });

  test('opsets', () => {
    for (const opset of [1, 8, 24])
      refused(AFFINE, `load(): the model is of opset ${opset}; torchlet reads 9 to 23`, opset);
  });

  test('graphs that cannot be', () => {
    const broken = 'load(): not a valid ONNX file: ';
    refused(only(of('Relu', ['z'])), `${broken}Relu reads 'z', which nothing before it makes`);
    refused(only(of('Relu', ['y'])), "Relu reads 'y'");
    refused(only(of('Relu', ['x'], ['z'])), `${broken}the graph gives 'y', which nothing before it makes`);
    refused(only(of('Relu', ['x']), of('Neg', ['x'])), `${broken}'y' is given twice`);
    refused(only(of('Gemm', ['x'])), `${broken}Gemm takes 2 to 3 inputs, has 1`);
    refused(only(of('MatMul', ['x', ''])), `${broken}MatMul takes 2 inputs, has 2`);
    refused(only(of('Sum', [])), `${broken}Sum takes 1 or more inputs, has 0`);
    refused(only(of('Not', ['x', 'x'])), `${broken}Not takes 1 inputs, has 2`);
    refused(only(of('If', ['x'])), `${broken}If has no then_branch`);
    refused(only(of('', ['x'])), `${broken}a node has no operator`);
    refused(
      { ...AFFINE, constants: { ...AFFINE.constants, 'fc.bias': f([1, 2], [3]) } },
      "tensor 'fc.bias' of shape [3] takes 12 bytes, has 8",
    );
    refused(
      { ...AFFINE, constants: { ...AFFINE.constants, b: { type: 'BOOL', dims: [1], values: [2] } } },
      "tensor 'b' has the byte 2 at 0",
    );
    refused(
      { ...AFFINE, constants: { ...AFFINE.constants, b: { type: 'INT64', dims: [2 ** 40, 2 ** 40], values: [] } } },
      'more elements than can be counted',
    );
    refused(
      { ...AFFINE, constants: { ...AFFINE.constants, b: { ...f([]), dims: [-1] } } },
      "tensor 'b' has the shape [-1]",
    );
    let deep: GraphSpec = { nodes: [], outputs: [] };
    for (let i = 0; i < 40; i++) {
      deep = {
        nodes: [of('If', ['x'], [], { attributes: { then_branch: { g: deep }, else_branch: { g: deep } } })].slice(
          0,
          1,
        ),
        outputs: [],
      };
      if (i > 2)
        deep = {
          ...deep,
          nodes: [
            of('If', ['x'], [], {
              attributes: {
                then_branch: {
                  g: {
                    nodes: deep.nodes.map((n) => ({
                      ...n,
                      attributes: { then_branch: n.attributes?.then_branch as never },
                    })),
                    outputs: [],
                  },
                },
              },
            }),
          ],
        };
    }
    refused(deep, 'its branches are more than 32 deep');
  });

  test('attributes of another kind, when they are read', () => {
    const net = load(only(of('Concat', ['x', 'x'], ['y'], { attributes: { axis: { s: 'last' } } })));
    expect(() => net(x())).toThrow('Concat: load(): the attribute axis of Concat must be an int');
  });

  test('what is no ONNX file', () => {
    const read = (file: unknown): unknown => torch.onnx.load(file as Uint8Array);
    expect(() => read(new Uint8Array())).toThrow('load(): not a valid ONNX file: it has no graph');
    expect(() => read(new TextEncoder().encode('<!doctype html><html>'))).toThrow(RangeError);
    expect(() => read(torch.save({ a: torch.ones(2) }))).toThrow(RangeError);
    expect(() => read(bytes(ModelProto.graph, graph(AFFINE)))).toThrow('it does not say its opset');
    expect(() => read({})).toThrow(TypeError);
    expect(() => read('nowhere/model.onnx')).toThrow('ENOENT');
    expect(() => read('https://a.b/model.onnx')).toThrow('fetch it');
    const file = model(AFFINE, 17);
    for (let end = 1; end < file.length; end++) {
      try {
        read(file.slice(0, end));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
  });
});
