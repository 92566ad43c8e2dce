/** The methods of a tensor: shapes, slices, rearrangements. */
import * as names from '../ops/names.ts';
import * as arrange from '../ops/view/arrange.ts';
import * as shape from '../ops/view/shape.ts';
import * as slice from '../ops/view/slice.ts';
import * as view from '../ops/view/view.ts';
import * as viewInPlace from '../ops/view/view-in-place.ts';
import { operation } from '../tensor/signature.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { install, type MethodsOf } from './install.ts';

/** The elements under the other tensor's shape. */
const viewAs = operation('viewAs(input: Tensor, other: Tensor)', (x, other): Tensor => view.view(x, other.dims));
/** Broadcast to the other tensor's shape, without a copy. */
const expandAs = operation('expandAs(input: Tensor, other: Tensor)', (x, other): Tensor => view.expand(x, other.dims));

const METHODS = {
  reshape: view.reshape,
  view: view.view,
  t: view.t,
  transpose: view.transpose,
  permute: view.permute,
  squeeze: view.squeeze,
  unsqueeze: view.unsqueeze,
  expand: view.expand,
  flatten: view.flatten,
  t_: viewInPlace.t_,
  transpose_: viewInPlace.transpose_,
  squeeze_: viewInPlace.squeeze_,
  unsqueeze_: viewInPlace.unsqueeze_,
  narrow: slice.narrow,
  select: slice.select,
  detach: view.detach,
  broadcastTo: shape.broadcastTo,
  chunk: shape.chunk,
  split: shape.split,
  unbind: shape.unbind,
  unflatten: shape.unflatten,
  movedim: shape.movedim,
  diagonal: shape.diagonal,
  diag: shape.diag,
  flip: arrange.flip,
  roll: arrange.roll,
  rot90: arrange.rot90,
  repeat: arrange.repeat,
  tile: arrange.tile,
  repeatInterleave: arrange.repeatInterleave,
  tril: arrange.tril,
  triu: arrange.triu,
  tril_: arrange.tril_,
  triu_: arrange.triu_,
  cpu: names.cpu,
  nelement: names.numel,
  viewAs,
  expandAs,
} as const;

export type ViewMethods = MethodsOf<
  typeof METHODS,
  typeof view & typeof viewInPlace & typeof slice & typeof shape & typeof arrange & typeof names
>;

install(METHODS);
