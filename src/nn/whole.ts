/** Whole modules, taken apart for a file and put together from one: PyTorch's class, its attributes, and its members. */
import { describe } from '../tensor/args.ts';
import { Dict, Float, Tuple, toCamel, toSnake } from '../tensor/python-values.ts';
import { sameDims } from '../tensor/shape.ts';
import { bindRecord } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { BUFFERS, Module, PLACES } from './module.ts';
import { Parameter } from './parameter.ts';

/** A class of modules. */
export type ModuleClass = new (...args: never[]) => Module;

/** What a module is made of. */
export interface Parts {
  training: boolean;
  parameters: [name: string, value: Parameter | null][];
  buffers: [name: string, value: Tensor | null, persistent: boolean][];
  modules: [name: string, value: Module | null][];
  /** Everything else, by Python's names. */
  attributes: [name: string, value: unknown][];
}

/** The modules of Python in which PyTorch's classes stand. */
const HOMES: Readonly<Record<string, string>> = {
  linear: 'Bilinear Identity Linear',
  activation:
    'CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid LogSoftmax Mish PReLU RReLU ReLU ReLU6 SELU SiLU Sigmoid Softmax Softmax2d Softmin Softplus Softshrink Softsign Tanh Tanhshrink Threshold',
  batchnorm: 'BatchNorm1d',
  container: 'ModuleDict ModuleList ParameterDict ParameterList Sequential',
  distance: 'CosineSimilarity PairwiseDistance',
  dropout: 'AlphaDropout Dropout Dropout1d',
  flatten: 'Flatten Unflatten',
  loss: 'BCELoss BCEWithLogitsLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss MSELoss MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss PoissonNLLLoss SmoothL1Loss SoftMarginLoss TripletMarginLoss',
  normalization: 'LayerNorm',
  sparse: 'Embedding',
};

const HOME = 'torch.nn.modules.';

/** The name of a torchlet class by PyTorch's; undefined for one that is none of PyTorch's layers. */
export function layerName(path: string): string | undefined {
  const [home, name, more] = path.startsWith(HOME) ? path.slice(HOME.length).split('.') : [];
  return more === undefined && HOMES[home]?.split(' ').includes(name) ? name : undefined;
}

/** PyTorch's name of a torchlet class. */
function layerPath(name: string): string | undefined {
  const home = Object.keys(HOMES).find((each) => HOMES[each].split(' ').includes(name));
  return home && `${HOME}${home}.${name}`;
}

/** Attributes whose names are not PyTorch's in snake_case. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = { PairwiseDistance: { p: 'norm' } };

/** What PyTorch's classes have and ours do not: always this value. */
const FIXED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Embedding: { sparse: false },
  ReLU6: { min_val: new Float(0), max_val: new Float(6) },
};

/** Attributes that are floats even where they are whole. */
const FLOATS =
  /^(eps|momentum|alpha|lambd|min_val|max_val|margin|delta|beta|negative_slope|p|threshold|lower|upper|init|norm|max_norm|norm_type|label_smoothing)$/;
/** Attributes that are tuples. */
const TUPLES = /^(normalized_shape|unflattened_size)$/;

/** Layers with parameters, which are made without drawing any: the kinds of their attributes, and the sizes of their parameters. */
const PARAMETRIC: Readonly<
  Record<string, readonly [signature: string, shapes: Readonly<Record<string, readonly string[]>>]>
> = {
  Linear: ['(inFeatures: size, outFeatures: size)', { weight: ['outFeatures', 'inFeatures'], bias: ['outFeatures'] }],
  Bilinear: [
    '(in1Features: size, in2Features: size, outFeatures: size)',
    { weight: ['outFeatures', 'in1Features', 'in2Features'], bias: ['outFeatures'] },
  ],
  BatchNorm1d: [
    '(numFeatures: size, eps: float, momentum: float?, affine: bool, trackRunningStats: bool)',
    {
      weight: ['numFeatures'],
      bias: ['numFeatures'],
      running_mean: ['numFeatures'],
      running_var: ['numFeatures'],
      num_batches_tracked: [],
    },
  ],
  LayerNorm: [
    '(normalizedShape: list, eps: float, elementwiseAffine: bool)',
    { weight: ['normalizedShape'], bias: ['normalizedShape'] },
  ],
  Embedding: [
    '(numEmbeddings: size, embeddingDim: size, paddingIdx: int?, maxNorm: float?, normType: float, scaleGradByFreq: bool)',
    { weight: ['numEmbeddings', 'embeddingDim'] },
  ],
  PReLU: ['(numParameters: size, init: float)', { weight: ['numParameters'] }],
};

type Fields = Record<string, unknown>;

/** What a module consists of, under PyTorch's names where it is one of PyTorch's. */
function partsOf(module: Module, path: string): Parts {
  const fields = module as unknown as Fields;
  const layer = layerName(path);
  const parts: Parts = { training: module.training, parameters: [], buffers: [], modules: [], attributes: [] };
  const { [BUFFERS]: buffers, [PLACES]: places } = module;
  for (const [name, persistent] of buffers) parts.buffers.push([name, fields[name] as Tensor | null, persistent]);
  // biome-ignore lint/complexity/useLiteralKeys: the order of members is protected
  for (const name of module['memberNames']()) {
    const value = fields[name];
    if (name === 'training' || buffers.has(name)) continue;
    if (value instanceof Parameter || places.get(name) === 'parameter')
      parts.parameters.push([name, value as Parameter]);
    else if (value instanceof Module || places.get(name) === 'child module')
      parts.modules.push([name, value as Module]);
    else if (layer === undefined) parts.attributes.push([name, value]);
    else parts.attributes.push(attribute(layer, name, value));
  }
  for (const [name, value] of Object.entries((layer && FIXED[layer]) || {})) parts.attributes.push([name, value]);
  if (layer === 'ParameterList') parts.attributes.push(['_size', module.length]);
  if (layer === 'ParameterDict') {
    parts.attributes.push(['_keys', new Dict(parts.parameters.map(([name]) => [name, null]))]);
  }
  return parts;
}

function attribute(layer: string, name: string, value: unknown): [name: string, value: unknown] {
  const python = RENAMED[layer]?.[name] ?? toSnake(name);
  const isFloat = FLOATS.test(python) && !(layer === 'MultiMarginLoss' && name === 'p');
  if (typeof value === 'number' && isFloat) return [python, new Float(value)];
  return [python, Array.isArray(value) && TUPLES.test(python) ? new Tuple(value) : value];
}

/** The attributes of one of PyTorch's layers by our names. */
function fieldsOf(layer: string, attributes: Parts['attributes']): Fields {
  const names = Object.entries(RENAMED[layer] ?? {});
  const fields: Fields = {};
  for (const [name, value] of attributes) {
    if (name === '_size' || name === '_keys') continue;
    if (FIXED[layer] && Object.hasOwn(FIXED[layer], name)) {
      const fixed = FIXED[layer][name];
      const only = fixed instanceof Float ? fixed.value : fixed;
      if (value !== only)
        throw new RangeError(`${name} of a ${layer} is ${describe(value)}; here it is always ${String(only)}`);
      continue;
    }
    fields[names.find(([, python]) => python === name)?.[0] ?? toCamel(name)] = value;
  }
  return fields;
}

/** Makes one of PyTorch's layers. What has parameters is not initialised: they are in the file. */
function makeLayer(Class: ModuleClass, layer: string, parts: Parts): Module {
  const fields = fieldsOf(layer, parts.attributes);
  const own = PARAMETRIC[layer];
  if (own === undefined) {
    for (const [name, value] of parts.buffers) fields[toCamel(name)] = value;
    if (layer === 'ParameterList') return new Class(...([parts.parameters.map(([, value]) => value)] as never[]));
    return Object.keys(fields).length === 0 ? new Class() : new Class(...([fields] as never[]));
  }
  const module = Reflect.construct(Module, [], Class) as Module;
  const [signature, shapes] = own;
  Object.assign(module, bindRecord(signature, [fields], layer));
  const sizes = (names: readonly string[]): number[] => names.flatMap((name) => fields[name] as number | number[]);
  for (const [name, value] of [...parts.parameters, ...parts.buffers]) {
    if (!Object.hasOwn(shapes, name)) throw new RangeError(`a ${layer} has no '${name}'`);
    if (value === null || sameDims(value.dims, sizes(shapes[name]))) continue;
    throw new RangeError(
      `${name} of a ${layer} has shape ${value.shape}, expected [${sizes(shapes[name]).join(', ')}]`,
    );
  }
  for (const name of Object.keys(shapes)) {
    if (![...parts.parameters, ...parts.buffers].some(([each]) => each === name)) {
      throw new RangeError(`a ${layer} has '${name}', which is missing`);
    }
  }
  addMembers(module, parts);
  return module;
}

function addMembers(module: Module, { parameters, buffers, modules }: Parts): void {
  for (const [name, value] of parameters) module.registerParameter(name, value);
  for (const [name, value, persistent] of buffers) module.registerBuffer(name, value, persistent);
  for (const [name, value] of modules) {
    if (value === null) (module as unknown as Fields)[name] = null;
    else module.addModule(name, value);
  }
}

/** Puts a file's members and attributes into a module that a user's class made, under its own names for them. */
function fill(module: Module, parts: Parts): void {
  const fields = module as unknown as Fields;
  const place = (name: string): string => {
    const found = [name, toCamel(name)].find((each) => Object.hasOwn(fields, each)) ?? name;
    if (!Object.hasOwn(fields, found) && found in fields) {
      throw new RangeError(`'${name}' cannot be set: it is the name of a method of ${module.constructor.name}`);
    }
    return found;
  };
  addMembers(module, {
    ...parts,
    parameters: parts.parameters.map(([name, value]) => [place(name), value]),
    buffers: parts.buffers.map(([name, value, persistent]) => [place(name), value, persistent]),
    modules: parts.modules.map(([name, value]) => [place(name), value]),
  });
  for (const [name, value] of parts.attributes) fields[place(name)] = value;
}

/** What knows the classes of modules. */
export interface Modules {
  /** Whether it is a module. */
  is(value: unknown): value is Module;
  /** Whether it is a class of modules. */
  isClass(value: unknown): value is ModuleClass;
  /** The layer of PyTorch's that has this name. */
  layer(path: string): ModuleClass | undefined;
  /** PyTorch's name of a layer; undefined for another class. */
  path(Class: unknown): string | undefined;
  parts(module: Module, path: string): Parts;
  /** A module of what a file has of it. */
  make(Class: ModuleClass, path: string, parts: Parts): Module;
}

/** What knows these layers. */
export function modulesOf(layers: Readonly<Record<string, unknown>>): Modules {
  const isClass = (value: unknown): value is ModuleClass =>
    typeof value === 'function' && value.prototype instanceof Module;
  return {
    is: (value) => value instanceof Module,
    isClass,
    layer: (path) => layers[layerName(path) ?? ''] as ModuleClass | undefined,
    path: (Class) => {
      const { name } = Class as ModuleClass;
      return layers[name] === Class ? layerPath(name) : undefined;
    },
    parts: partsOf,
    make(Class, path, parts) {
      const layer = layerName(path);
      const module = layer === undefined ? new Class() : makeLayer(Class, layer, parts);
      if (layer === undefined) fill(module, parts);
      else if (PARAMETRIC[layer] === undefined && layer !== 'ParameterList')
        addMembers(module, { ...parts, buffers: [] });
      module.training = parts.training;
      return module;
    },
  };
}
