/** The default dtype: what is none is refused, and nothing changes. */
import { expect, test } from 'vitest';
import * as torch from '../../src/index.ts';

const HOSTILE: readonly (readonly [name: string, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a name', 'float32'],
  ['a number', 32],
  ['a tensor', torch.ones(2)],
  ['what looks like one', { name: 'float32', isFloatingPoint: true, itemsize: 4 }],
  ['integers', torch.int64],
  ['booleans', torch.bool],
];

test.each(HOSTILE)('%s is refused', (_name, value) => {
  expect(() => torch.setDefaultDtype(value as torch.DType)).toThrow(/floating-point types|invalid dtype object/);
  expect(torch.getDefaultDtype()).toBe(torch.float32);
  expect(torch.tensor([0.5, 1]).dtype).toBe(torch.float32);
});
