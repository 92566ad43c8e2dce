/** What a view is made by: another handle of the elements, its place in the graph, and how it is taken again. */
import { isGradEnabled } from '../../autograd/mode.ts';
import { record, records } from '../../autograd/node.ts';
import type { Dims } from '../../tensor/shape.ts';
import { alias, checkReach, Made, type Tensor } from '../../tensor/tensor.ts';
import { launchCopy } from '../launch.ts';
import { zerosOf } from '../make.ts';

type Replay = (x: Tensor) => Tensor;

/** A view of x. `inverse` takes the gradient back; without it the gradient is embedded in zeros. */
export function viewOf(
  x: Tensor,
  name: string,
  offset: number,
  dims: Dims,
  strides: Dims,
  replay: Replay,
  inverse?: (g: Tensor) => Tensor,
): Tensor {
  const out = alias(x, offset, dims, strides);
  if (records(x)) {
    const shape = x.dims;
    record(out, name, [x], null, inverse ? (g) => [inverse(g)] : (g) => [embed(g, shape, replay)]);
  }
  if (x.base === null) {
    const { moved } = x;
    out.base = x;
    out.replay = moved ? (first) => replay(moved.to(first)) : replay;
  } else {
    const { base, replay: before } = x;
    out.base = base;
    out.replay = (root) => replay((before as Replay)(root));
  }
  out.seenVersion = x.clock.version;
  if (x.made !== Made.Freely) out.made = x.made;
  else if (!isGradEnabled()) out.made = Made.Unrecorded;
  return out;
}

/** `viewOf` some of x's elements: where these are follows from a user's numbers, and is checked. */
export function partOf(x: Tensor, name: string, offset: number, dims: Dims, strides: Dims, replay: Replay): Tensor {
  checkReach(x, offset, dims, strides);
  return viewOf(x, name, offset, dims, strides, replay);
}

/** x under another handle, as a view of it: what takes everything gives. */
export function aliasOf(x: Tensor): Tensor {
  return viewOf(x, 'AliasBackward0', x.offset, x.dims, x.strides, aliasOf, aliasOf);
}

/** Zeros of shape `dims` with g written into the view that `place` takes: the derivative of taking it. */
export function embed(g: Tensor, dims: Dims, place: Replay): Tensor {
  const out = zerosOf(dims, g.dtype);
  launchCopy(place(out), g);
  if (records(g)) record(out, 'EmbedBackward0', [g], null, (gg) => [place(gg)]);
  return out;
}
