/** Whole modules, taken apart for a file and put together from one: PyTorch's class, its attributes, and its members. */
import { describe } from '../tensor/args.ts';
import { toCamel, toSnake } from '../tensor/python.ts';
import { Call, Dict, Float, Tuple } from '../tensor/python-values.ts';
import { sameDims } from '../tensor/shape.ts';
import { bindRecord } from '../tensor/signature.ts';
import { Tensor } from '../tensor/tensor.ts';
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

const ordered = (): Call => new Call('collections.OrderedDict', []);

/** What every module of PyTorch has besides its members: nothing in any of these. */
const HOOKS =
  '_forward_hooks _forward_hooks_with_kwargs _forward_hooks_always_called _forward_pre_hooks _forward_pre_hooks_with_kwargs _state_dict_hooks _state_dict_pre_hooks _load_state_dict_pre_hooks _load_state_dict_post_hooks';

/** What a module is in Python: its attributes. */
function stateOf({ training, parameters, buffers, modules, attributes }: Parts): Dict {
  const temporary = buffers.flatMap(([name, , persistent]) => (persistent ? [] : [name]));
  return new Dict([
    ['training', training],
    ['_parameters', new Dict(parameters)],
    ['_buffers', new Dict(buffers.map(([name, x]) => [name, x]))],
    ['_non_persistent_buffers_set', new Call('__builtin__.set', [temporary])],
    ['_backward_pre_hooks', ordered()],
    ['_backward_hooks', ordered()],
    ['_is_full_backward_hook', null],
    ...HOOKS.split(' ').map((name): [string, unknown] => [name, ordered()]),
    ['_modules', new Dict(modules)],
    ...attributes,
  ]);
}

/** What every module of PyTorch has, and says nothing here: hooks are functions, which no file holds. */
const SILENT = /^_(parameters|buffers|modules|non_persistent_buffers_set|is_full_backward_hook|\w*hooks(_\w+)?)$/;

/** What a module of PyTorch consists of, by its attributes; `made` makes a value that stands under a name. */
function membersOf(state: Dict, made: (value: unknown, name: string) => unknown): Parts {
  const fields = state.entries();
  const wrong = (name: string): RangeError =>
    new RangeError(`load(): '${name}' of a module is not as PyTorch writes it`);
  const entries = <T>(dict: string, is: (value: unknown) => value is T): [string, T | null][] => {
    const found = fields.get(dict);
    if (!(found instanceof Dict)) throw wrong(dict);
    return [...found.entries()].map(([name, given]) => {
      const value = typeof name === 'string' ? made(given, name) : undefined;
      if (value === null || is(value)) return [name as string, value];
      throw wrong(String(name));
    });
  };
  const training = fields.get('training');
  const temporary = made(fields.get('_non_persistent_buffers_set') ?? [], '');
  if (typeof training !== 'boolean' || !Array.isArray(temporary)) throw wrong('training');
  const attributes = [...fields].map(([name, value]): [string, unknown] => {
    if (typeof name !== 'string') throw wrong(String(name));
    return [name, value];
  });
  return {
    training,
    parameters: entries('_parameters', (value) => value instanceof Parameter),
    buffers: entries('_buffers', (value) => value instanceof Tensor).map(([name, x]) => [
      name,
      x,
      !temporary.includes(name),
    ]),
    modules: entries('_modules', (value) => value instanceof Module),
    attributes: attributes
      .filter(([name]) => name !== 'training' && !SILENT.test(name))
      .map(([name, value]) => [name, made(value, name)]),
  };
}

/** What knows the classes of modules. */
export interface Modules {
  /** Whether it is a module. */
  is(value: unknown): value is Module;
  /** Whether it is a class of modules. */
  isClass(value: unknown): value is ModuleClass;
  /** The layer of PyTorch's that has this name. */
  layer(path: string): ModuleClass | undefined;
  /** PyTorch's name of a layer; undefined for another class. One that was let in may be a layer that only its name tells. */
  path(Class: unknown, letIn: boolean): string | undefined;
  /** A module's attributes in Python. */
  state(module: Module, path: string): Dict;
  /** What a module of Python's has, by its attributes. */
  members: typeof membersOf;
  /** A module of what a file has of it. */
  make(Class: ModuleClass, path: string, parts: Parts): Module;
}

/** What knows these layers. They are asked for when a file is: a namespace may be made after all modules have run. */
export function modulesOf(layers: () => Readonly<Record<string, unknown>>): Modules {
  const isClass = (value: unknown): value is ModuleClass =>
    typeof value === 'function' && value.prototype instanceof Module;
  return {
    is: (value) => value instanceof Module,
    isClass,
    layer: (path) => layers()[layerName(path) ?? ''] as ModuleClass | undefined,
    path: (Class, letIn) => {
      const { name } = Class as ModuleClass;
      return (layers()[name] ?? (letIn ? Class : null)) === Class ? layerPath(name) : undefined;
    },
    state: (module, path) => stateOf(partsOf(module, path)),
    members: membersOf,
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
