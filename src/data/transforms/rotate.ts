/** Turning images about a point. */
import { to, where } from '../../ops/create/copy.ts';
import { empty } from '../../ops/create/create.ts';
import { tensor } from '../../ops/create/from-data.ts';
import { add, mul, sub } from '../../ops/elementwise/binary.ts';
import { round } from '../../ops/elementwise/unary.ts';
import { uniform_ } from '../../ops/random/random.ts';
import { indexSelect } from '../../ops/select/gather.ts';
import { reshape, view } from '../../ops/view/view.ts';
import { describe } from '../../tensor/args.ts';
import { bool, float32, int64 } from '../../tensor/dtype.ts';
import { scope } from '../../tensor/scope.ts';
import { bindRecord } from '../../tensor/signature.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { sizeOf, Transform } from './transform.ts';

/** How a pixel between pixels is read: the nearest, or the four around it weighted. */
export type Interpolation = 'nearest' | 'bilinear';

/** Where each pixel of the result comes from, in float32 as PyTorch's sampling grid: x and y, in pixels. */
function sources(
  height: number,
  width: number,
  degrees: number,
  center: readonly [number, number] | null,
): Float32Array {
  const { fround } = Math;
  const angle = (-degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [cx, cy] = center === null ? [0, 0] : [center[0] - width / 2, center[1] - height / 2];
  const rows = [
    [cos, sin, cx - cos * cx - sin * cy, width],
    [-sin, cos, cy + sin * cx - cos * cy, height],
  ].map(([a, b, shift, size]) => [...[a, b, shift].map((value) => fround(fround(value) / fround(size / 2))), size]);
  const out = new Float32Array(2 * height * width);
  let at = 0;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const [x, y] = [j + 0.5 - width / 2, i + 0.5 - height / 2];
      for (const [a, b, shift, size] of rows) {
        const place = fround(fround(fround(x * a) + fround(y * b)) + shift);
        out[at++] = fround(fround(fround(place + 1) * size) - 1) / 2;
      }
    }
  }
  return out;
}

/** To the nearest whole number, a tie to the even. */
function nearest(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

/** A neighbour of every result pixel: its place in the image, and how much it counts (0 where it lies outside). */
interface Neighbour {
  places: Float64Array;
  weights: Float32Array;
}

/** The neighbour that lies dx, dy from the pixel that `round` gives. */
function neighbour(
  at: Float32Array,
  size: readonly [number, number],
  mode: Interpolation,
  dx: number,
  dy: number,
): Neighbour {
  const [height, width] = size;
  const n = at.length / 2;
  const places = new Float64Array(n);
  const weights = new Float32Array(n);
  const round = mode === 'nearest' ? nearest : Math.floor;
  for (let i = 0; i < n; i++) {
    const [x, y] = [round(at[2 * i]) + dx, round(at[2 * i + 1]) + dy];
    if (x < 0 || x >= width || y < 0 || y >= height) continue;
    places[i] = y * width + x;
    weights[i] = mode === 'nearest' ? 1 : (1 - Math.abs(at[2 * i] - x)) * (1 - Math.abs(at[2 * i + 1] - y));
  }
  return { places, weights };
}

/** The image turned by `degrees` counter-clockwise. */
function rotate(
  img: Tensor,
  degrees: number,
  mode: Interpolation,
  center: readonly [number, number] | null,
  fill: number,
): Tensor {
  const [height, width] = sizeOf('RandomRotation', img);
  const at = sources(height, width, degrees, center);
  const find = (dx: number, dy: number): Neighbour => neighbour(at, [height, width], mode, dx, dy);
  return scope(() => {
    const pick = (x: Tensor, { places }: Neighbour): Tensor => indexSelect(x, -1, tensor(places, { dtype: int64 }));
    const flat = reshape(img, -1, height * width);
    if (mode === 'nearest') {
      const only = find(0, 0);
      const inside = tensor(only.weights, { dtype: bool });
      return view(to(where(inside, pick(flat, only), fill), img.dtype), img.dims);
    }
    const exact = flat.isFloatingPoint() ? flat : to(flat, float32);
    const around = [find(0, 0), find(1, 0), find(0, 1), find(1, 1)];
    const weights = around.map((each) => tensor(each.weights, { dtype: exact.dtype }));
    const parts = around.map((each, i) => mul(pick(exact, each), weights[i]));
    const total = (list: readonly Tensor[]): Tensor => list.reduce((sum, each) => add(sum, each));
    const covered = total(weights);
    const mixed = add(mul(sub(total(parts), fill), covered), fill);
    return view(flat.isFloatingPoint() ? mixed : to(round(mixed), img.dtype), img.dims);
  });
}

/** What `RandomRotation` takes, named. */
export interface RotationOptions {
  /** `'nearest'` if not given. */
  interpolation?: Interpolation;
  /** The point that stays, [x, y] in pixels from the upper left corner; the middle if not given. */
  center?: readonly [x: number, y: number] | null;
  /** What stands where nothing was; 0 if not given. */
  fill?: number;
}

/**
 * Turns an image by a random angle, counter-clockwise, in a frame of the same size. One draw for a call. Bilinear
 * reading of integers reckons in float32 and rounds.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const turn = new torch.transforms.RandomRotation([90, 90]);
 * console.log(turn(torch.tensor([[1, 2], [3, 4]])).tolist()); // => [ [ 2, 4 ], [ 1, 3 ] ]
 * ```
 */
export class RandomRotation extends Transform {
  /** Least and greatest angle, in degrees. */
  readonly degrees: readonly [from: number, to: number];
  /** How a pixel between pixels is read. */
  readonly interpolation: Interpolation;
  /** The point that stays; null is the middle. */
  readonly center: readonly [x: number, y: number] | null;
  /** What stands where nothing was. */
  readonly fill: number;

  /**
   * @param degrees - [least, greatest], or one number d for [-d, d].
   * @param expand - Only false: the frame keeps its size.
   * @throws RangeError for a negative single number, an unknown interpolation, and expand.
   */
  constructor(
    degrees: number | readonly [number, number],
    interpolation?: Interpolation | RotationOptions,
    expand?: false,
    center?: readonly [number, number] | null,
    fill?: number,
  );
  constructor(options: RotationOptions & { degrees: number | readonly [number, number] });
  constructor(...args: unknown[]) {
    super();
    const {
      degrees,
      interpolation: mode,
      expand,
      center,
      fill,
    } = bindRecord(
      "RandomRotation(degrees: any, interpolation: str = 'nearest', expand: bool = false, center: floats? = null, fill: float = 0)",
      args,
    );
    if (typeof degrees === 'number' && !(degrees >= 0)) {
      throw new RangeError(`If degrees is a single number, it must be positive, got ${degrees}`);
    }
    this.degrees = pair('degrees', typeof degrees === 'number' ? [-degrees, degrees] : degrees);
    if (mode !== 'nearest' && mode !== 'bilinear') {
      throw new RangeError(`RandomRotation(): interpolation must be 'nearest' or 'bilinear', got ${describe(mode)}`);
    }
    if (expand) throw new RangeError('RandomRotation(): expand is not supported, the frame keeps its size');
    this.interpolation = mode;
    this.center = center === null ? null : pair('center', center);
    this.fill = fill;
  }

  forward(img: Tensor): Tensor {
    sizeOf('RandomRotation', img);
    const { degrees, interpolation, center, fill } = this;
    const cell = uniform_(empty(1), ...degrees);
    const angle = cell.item();
    cell.dispose();
    return rotate(img, angle, interpolation, center, fill);
  }
}

function pair(name: string, value: unknown): readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2 || value.some((item) => typeof item !== 'number')) {
    throw new TypeError(`RandomRotation(): ${name} must be two numbers, got ${describe(value)}`);
  }
  return value as unknown as readonly [number, number];
}
