/** The family `more`: elementwise functions that few programs need. */
export { moreBinary, moreBinaryNd } from "./binary";
export { moreUnary, moreUnaryNd } from "./unary";

/** Where the static data ends, for the build to check. */
export const DATA_END: usize = __heap_base;
