/** The methods of a tensor: indexing, gathering, sorting. */
import * as bins from '../ops/select/bins.ts';
import * as gather from '../ops/select/gather.ts';
import * as indexing from '../ops/select/index.ts';
import * as indexWrite from '../ops/select/index-write.ts';
import * as sorting from '../ops/select/sort.ts';
import * as picking from '../ops/select/take.ts';
import * as uniques from '../ops/select/unique.ts';
import { install, type MethodsOf } from './install.ts';

const METHODS = {
  gather: gather.gather,
  scatter: gather.scatter,
  scatter_: gather.scatter_,
  scatterAdd: gather.scatterAdd,
  indexSelect: gather.indexSelect,
  nonzero: gather.nonzero,
  at: indexing.at,
  setAt_: indexing.setAt_,
  take: picking.take,
  takeAlongDim: picking.takeAlongDim,
  maskedSelect: picking.maskedSelect,
  countNonzero: picking.countNonzero,
  indexAdd: indexWrite.indexAdd,
  indexAdd_: indexWrite.indexAdd_,
  indexCopy: indexWrite.indexCopy,
  indexCopy_: indexWrite.indexCopy_,
  indexFill: indexWrite.indexFill,
  indexFill_: indexWrite.indexFill_,
  maskedFill: indexWrite.maskedFill,
  maskedFill_: indexWrite.maskedFill_,
  scatterAdd_: indexWrite.scatterAdd_,
  sort: sorting.sort,
  argsort: sorting.argsort,
  topk: sorting.topk,
  kthvalue: sorting.kthvalue,
  median: sorting.median,
  mode: sorting.mode,
  quantile: bins.quantile,
  histc: bins.histc,
  bucketize: bins.bucketize,
  bincount: bins.bincount,
  unique: uniques.unique,
} as const;

export type SelectMethods = MethodsOf<
  typeof METHODS,
  typeof gather & typeof indexing & typeof picking & typeof indexWrite & typeof sorting & typeof bins & typeof uniques
>;

install(METHODS);
