/** Tensors in every memory order: golden/order.py has the same. */
import * as torch from '../../src/index.ts';

const backwards = (x: torch.Tensor): torch.Tensor => x.permute(x.shape.map((_, d) => x.ndim - 1 - d));

/** x, or a part of it repeated, in a memory order: golden/order.py says which letter means what. */
export function laidOut(x: torch.Tensor, letter: string): torch.Tensor {
  const large = x.shape.flatMap((size, d) => (size > 1 ? [d] : []));
  switch (letter) {
    case 't':
      return backwards(backwards(x).contiguous());
    case 'r':
      return x.ndim > 1 ? x.movedim(0, -1).contiguous().movedim(-1, 0) : x;
    case 'n':
      return x.ndim > 2 ? x.movedim(1, -1).contiguous().movedim(-1, 1) : x;
    case 's':
      return torch.stack([x, x], -1).select(-1, 1);
    case 'g':
      return backwards(torch.stack([backwards(x), backwards(x)], -1).select(-1, 1));
    case 'e':
      return large.length > 0 ? x.narrow(large[0], 0, 1).expand([...x.shape]) : x;
    case 'f': {
      if (large.length === 0) return x;
      return laidOut(x.narrow(large[large.length - 1], 0, 1), 't').expand([...x.shape]);
    }
    case 'u': {
      const whole = backwards(x.repeat(x.shape.map((size) => (size === 1 ? 3 : 1))));
      return x.shape.reduce(
        (part, size, d) => (size === 1 ? part.narrow(d, 1, 1) : part),
        backwards(whole.contiguous()),
      );
    }
    default:
      return x;
  }
}
