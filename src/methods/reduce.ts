/** The methods of a tensor: sums, means, extremes, running sums, softmax. */
import * as extremes from '../ops/reduce/extremes.ts';
import * as reduce from '../ops/reduce/reduce.ts';
import * as scan from '../ops/reduce/scan.ts';
import * as softmax from '../ops/reduce/softmax.ts';
import * as statistics from '../ops/reduce/statistics.ts';
import * as variance from '../ops/reduce/variance.ts';
import { install, type MethodsOf } from './install.ts';

const METHODS = {
  sum: reduce.sum,
  mean: reduce.mean,
  prod: reduce.prod,
  max: extremes.max,
  min: extremes.min,
  argmax: extremes.argmax,
  argmin: extremes.argmin,
  any: extremes.any,
  all: extremes.all,
  var: variance.var_,
  std: variance.std,
  softmax: softmax.softmax,
  logSoftmax: softmax.logSoftmax,
  cumsum: scan.cumsum,
  cumsum_: scan.cumsum_,
  cumprod: scan.cumprod,
  cumprod_: scan.cumprod_,
  diff: scan.diff,
  amax: statistics.amax,
  amin: statistics.amin,
  aminmax: statistics.aminmax,
  logsumexp: statistics.logsumexp,
  nansum: statistics.nansum,
} as const;

export type ReduceMethods = MethodsOf<
  typeof METHODS,
  typeof reduce & typeof extremes & typeof variance & typeof softmax & typeof scan & typeof statistics
>;

install(METHODS);
