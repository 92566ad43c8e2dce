/** A write in place whose operand shares elements with what is written gives what PyTorch gives, or is refused as there. */
import { expect, it } from 'vitest';
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';

type Part = (x: torch.Tensor) => torch.Tensor;
const PLACES: Record<string, [Part, Part]> = {
  itself: [(x) => x, (x) => x],
  'an alias': [(x) => x, (x) => x.at(':')],
  'its transpose': [(x) => x, (x) => x.t()],
  'rows below': [(x) => x.at([1]), (x) => x.at([null, -1])],
  'other rows': [(x) => x.at([null, 2]), (x) => x.at([2])],
  'columns beside': [(x) => x.at(':', [1]), (x) => x.at(':', [null, -1])],
  'a row': [(x) => x, (x) => x.at(1)],
  'a row expanded': [(x) => x, (x) => x.at(1).expand(4, 4)],
  'one element': [(x) => x, (x) => x.at(1, 1)],
  'of one element': [(x) => x.at(1, 1), (x) => x.at(1, 1)],
  'transposed by itself': [(x) => x.t(), (x) => x.t()],
  nothing: [(x) => x.at([4]), (x) => x.at([null, 0])],
};
const index = torch.arange(4);
const mask = index.remainder(2).eq(0);
const first = (of: torch.Tensor, y: torch.Tensor, d = 0): torch.Tensor => of.at([null, y.dim() > 0 ? y.size(d) : 1]);
type Call = (x: torch.Tensor, y: torch.Tensor) => unknown;
const CALLS: Record<string, Call> = {
  lerp_: (x, y) => x.lerp_(y, 0.5),
  'lerp_ weight': (x, y) => x.lerp_(torch.onesLike(x), y),
  clamp_: (x, y) => x.clamp_(y, null as never),
  'addmm_ input': (x, y) => x.addmm_(y, torch.ones(4, x.shape[-1] as number, { dtype: x.dtype })),
  'addmm_ product': (x, y) => x.addmm_(torch.ones(x.shape[0] as number, y.shape[0] as number, { dtype: x.dtype }), y),
  indexAdd_: (x, y) => x.indexAdd_(0, first(index, y), y),
  indexCopy_: (x, y) => x.indexCopy_(0, first(index, y), y),
  indexFill_: (x, y) => x.indexFill_(0, first(index, x), y),
  maskedFill_: (x, y) => x.maskedFill_(first(mask, x, -1), y),
  scatter_: (x, y) => x.scatter_(0, torch.zeros([...y.shape], { dtype: torch.int64 }), y),
  scatterAdd_: (x, y) => x.scatterAdd_(0, torch.zeros([...y.shape], { dtype: torch.int64 }), y),
  'setAt_ all': (x, y) => x.setAt_([':'], y),
  'setAt_ rows': (x, y) => x.setAt_([first(index, x)], y),
  'setAt_ mask': (x, y) => x.setAt_([first(mask, x)], y),
  fill_: (x, y) => x.fill_(y),
};

type Row = [operation: string, place: string, dtype: 'float64' | 'int64', want: string];

function differs([operation, place, dtype, want]: Row): string | null {
  const x = torch.arange(1, 17, { dtype: torch[dtype] }).view(4, 4);
  const [left, right] = PLACES[place] as [Part, Part];
  const before = x.tolist();
  let got: string;
  try {
    const call = CALLS[operation];
    const [self, other] = [left(x), right(x)];
    if (call) call(self, other);
    else (self as unknown as Record<string, (y: torch.Tensor) => unknown>)[operation]?.(other);
    got = [...x.toTypedArray()].map((value) => String(Number(Number(value).toPrecision(12)))).join(' ');
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    expect(x.tolist()).toEqual(before);
    got = '!';
  }
  const same =
    got ===
    want
      .split(' ')
      .map((text) => (text === '!' ? text : String(Number(text.replace('inf', 'Infinity')))))
      .join(' ');
  return same ? null : `${operation}, ${place}, ${dtype}: PyTorch ${want}, here ${got}`;
}

const { rows } = readGolden<{ rows: Row[] }>('overlap.json');
it.each([...new Set(rows.map(([operation]) => operation))])('%s', (operation) => {
  expect(rows.filter(([own]) => own === operation).flatMap((row) => differs(row) ?? [])).toEqual([]);
});
