/**
 * The one WebAssembly core: instantiated synchronously, before the first tensor, from bytes or a compiled module.
 *
 * Every entry of the package calls `init` with what its runtime allows (inlined bytes, or a module that the runtime
 * compiled); `core` then holds the typed exports.
 */

/** The step of an optimizer, up to three tensors of its state in place; its numbers are at SCALARS (assembly/optim.ts). */
export type RuleKernel = (
  dtype: number,
  n: number,
  p: number,
  g: number,
  first: number,
  second: number,
  third: number,
  maximize: number,
) => void;

/** The core's exports: pointers are byte addresses, strides are in elements, dtypes and ops are numbers of codes.ts. */
export interface Core {
  readonly memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  release(ptr: number): void;
  unary(op: number, dtype: number, n: number, out: number, so: number, a: number, sa: number): void;
  unaryNd(op: number, dtype: number, out: number, a: number): void;
  binary(
    op: number,
    dtype: number,
    n: number,
    out: number,
    so: number,
    a: number,
    sa: number,
    b: number,
    sb: number,
  ): void;
  binaryNd(op: number, dtype: number, out: number, a: number, b: number): void;
  compare: Core['binary'];
  compareNd(op: number, dtype: number, out: number, a: number, b: number): void;
  cast(from: number, to: number, n: number, out: number, so: number, a: number, sa: number): void;
  castNd(from: number, to: number, out: number, a: number): void;
  whereNd(shift: number, out: number, condition: number, a: number, b: number): void;
  reduce(op: number, dtype: number, out: number, a: number, kept: number): void;
  argReduce(op: number, dtype: number, out: number, a: number, kept: number): void;
  softmax(log: number, dtype: number, out: number, a: number, outer: number, n: number, inner: number): void;
  softmaxBackward(
    log: number,
    dtype: number,
    out: number,
    grad: number,
    y: number,
    outer: number,
    n: number,
    inner: number,
  ): void;
  gemm(
    dtype: number,
    m: number,
    n: number,
    k: number,
    a: number,
    rsa: number,
    csa: number,
    b: number,
    rsb: number,
    csb: number,
    c: number,
    ldc: number,
    bias: number,
  ): void;
  checkIndices(indices: number, n: number, size: number, wrap: number): number;
  takeRows(out: number, src: number, indices: number, n: number, rowBytes: number): void;
  putRows(out: number, indices: number, n: number, src: number, rowBytes: number, srcStep: number): void;
  addRows(dtype: number, out: number, indices: number, n: number, src: number, rowElements: number): void;
  gather(
    shift: number,
    out: number,
    a: number,
    indices: number,
    outer: number,
    n: number,
    inner: number,
    size: number,
  ): void;
  scatter(
    shift: number,
    out: number,
    indices: number,
    src: number,
    outer: number,
    n: number,
    inner: number,
    size: number,
    srcStep: number,
  ): void;
  scatterAdd(
    dtype: number,
    out: number,
    indices: number,
    src: number,
    outer: number,
    n: number,
    inner: number,
    size: number,
  ): void;
  nonzero(dtype: number, a: number, n: number, out: number): number;
  unravel(out: number, n: number): void;
  moments(dtype: number, out: number, a: number, kept: number): void;
  arange(dtype: number, out: number, n: number, start: number, step: number): void;
  linspace(dtype: number, out: number, n: number, start: number, end: number, step: number): void;
  scan(op: number, dtype: number, out: number, a: number, outer: number, n: number, inner: number): void;
  sort(
    dtype: number,
    values: number,
    indices: number,
    a: number,
    outer: number,
    n: number,
    inner: number,
    descending: number,
    work: number,
  ): void;
  topk(
    dtype: number,
    values: number,
    indices: number,
    a: number,
    outer: number,
    n: number,
    inner: number,
    k: number,
    largest: number,
    sorted: number,
    work: number,
  ): void;
  kth(
    dtype: number,
    values: number,
    indices: number,
    a: number,
    outer: number,
    n: number,
    inner: number,
    k: number,
    median: number,
    work: number,
  ): void;
  searchSorted(
    dtype: number,
    out: number,
    sorted: number,
    values: number,
    rows: number,
    n: number,
    m: number,
    step: number,
    right: number,
  ): void;
  oneHot(indices: number, n: number, classes: number, out: number): void;
  descend(dtype: number, n: number, p: number, g: number, lr: number): void;
  readonly [rule: `${string}Step`]: RuleKernel;
  generatorBytes(): number;
  seedGenerator(generator: number, low: number, high: number): void;
  uniform(generator: number, dtype: number, n: number, out: number, from: number, to: number): void;
  normal(generator: number, dtype: number, n: number, out: number, mean: number, std: number): void;
  randint(
    generator: number,
    dtype: number,
    n: number,
    out: number,
    lowLow: number,
    lowHigh: number,
    rangeLow: number,
    rangeHigh: number,
  ): void;
  randomFull(generator: number, dtype: number, n: number, out: number): void;
  randperm(generator: number, n: number, out: number): void;
  bernoulli(generator: number, dtype: number, n: number, out: number, p: number): void;
  bernoulliTensor(generator: number, dtype: number, n: number, out: number, p: number): void;
  exponential(generator: number, dtype: number, n: number, out: number, lambda: number): void;
  geometric(generator: number, dtype: number, n: number, out: number, p: number): void;
  logNormal(generator: number, dtype: number, n: number, out: number, mean: number, std: number): void;
  cauchy(generator: number, dtype: number, n: number, out: number, median: number, sigma: number): void;
  checkWeights(dtype: number, rows: number, k: number, weights: number): number;
  multinomial(
    generator: number,
    dtype: number,
    rows: number,
    k: number,
    weights: number,
    sums: number,
    n: number,
    out: number,
  ): void;
}

/** Stands in for the core until `init` has succeeded: any use says what is missing. */
function missing(cause: unknown): Core {
  return new Proxy({} as Core, {
    get() {
      throw new Error(
        "torchlet's WebAssembly core is not instantiated: this runtime did not let the package compile its bytes. " +
          "Import 'torchlet/core.wasm' as a module and pass it to init(module) before the first tensor.",
        { cause },
      );
    },
  });
}

/** The instantiated core. Live binding: `init` replaces it once. */
export let core: Core = missing(undefined);
let instantiated = false;

/**
 * Instantiates the core from a compiled `WebAssembly.Module` or from bytes. Done on import wherever the runtime allows
 * it; call it yourself only where the import could not (a runtime that forbids compiling bytes).
 *
 * @param source - `torchlet/core.wasm`, compiled or as bytes.
 * @throws Error when the core is instantiated already.
 * @example
 * ```ts
 * import { init } from 'torchlet';
 * console.log(typeof init); // => function
 * ```
 */
export function init(source: WebAssembly.Module | BufferSource): void {
  if (instantiated) throw new Error('init(): the core is instantiated already, on import or by an earlier init()');
  // Asked for its brand: a module may be of another realm.
  const compiled = Object.prototype.toString.call(source) === '[object WebAssembly.Module]';
  const module = compiled ? (source as WebAssembly.Module) : new WebAssembly.Module(source as BufferSource);
  core = new WebAssembly.Instance(module).exports as unknown as Core;
  instantiated = true;
}

/** `init` with what the package carries; where the runtime refuses, the error waits until the core is needed. */
export function initOrDefer(source: () => WebAssembly.Module | BufferSource): void {
  if (instantiated) return;
  try {
    init(source());
  } catch (error) {
    core = missing(error);
  }
}
