/** The methods of a tensor: products, norms. */
import * as linalg from '../ops/linalg/linalg.ts';
import * as matmul from '../ops/linalg/matmul.ts';
import * as norms from '../ops/linalg/norm.ts';
import { install, type MethodsOf } from './install.ts';

const METHODS = {
  mm: matmul.mm,
  mv: matmul.mv,
  dot: matmul.dot,
  bmm: matmul.bmm,
  matmul: matmul.matmul,
  addmm: linalg.addmm,
  addmm_: linalg.addmm_,
  baddbmm: linalg.baddbmm,
  baddbmm_: linalg.baddbmm_,
  outer: linalg.outer,
  inner: linalg.inner,
  cross: linalg.cross,
  trace: linalg.trace,
  norm: norms.norm,
  dist: norms.dist,
} as const;

export type LinalgMethods = MethodsOf<typeof METHODS, typeof matmul & typeof linalg & typeof norms>;

install(METHODS);
