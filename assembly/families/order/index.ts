/** The family `order`: sorting, and what finds places in an order. */
export { kth, topk } from "./select";
export { searchSorted, sort } from "./sort";

/** Where the static data ends, for the build to check. */
export const DATA_END: usize = __heap_base;
