/**
 * The core's exports. Pointers and numbers only: shapes, dtypes and bounds are checked in TypeScript before the call.
 */
export { allocate, release } from "./memory";
export { unary, unaryNd } from "./unary";
export { binary, binaryNd } from "./binary";
export { compare, compareNd } from "./compare";
export { cast, castNd, whereNd } from "./cast";
export { argReduce, reduce } from "./reduce";
export { softmax, softmaxBackward } from "./softmax";
export { moments } from "./moments";
export { arange, linspace } from "./range";
export { gemm } from "./gemm/index";
export {
  addRows, checkIndices, gather, nonzero, oneHot, putRows, scatter, scatterAdd, takeRows, unravel,
} from "./index-select";
export { generatorBytes, seedGenerator } from "./mt19937";
export { bernoulli, randint, randomFull, randperm, uniform } from "./random";
export * from "./optim";
export { scan } from "./scan";
