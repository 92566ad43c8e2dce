/** Every operation of the library is in the generator's tables, or stands here with the reason why not. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as torch from '../../src/index.ts';
import { derived } from './operations/elementwise.ts';
import { THEMES } from './themes.ts';

const TABLES = readdirSync('test/fuzz/operations').map((file) => readFileSync(`test/fuzz/operations/${file}`, 'utf8'));

/** What stands in quotes, with or without where it is at home, or is a class with its options. */
const NAMED = new Set(
  TABLES.flatMap((text) =>
    [...text.matchAll(/['`](?:\w*\.|\$\{[^}]*\}\.)?(\w+)['`]|\b([A-Z]\w+): [[{]/g)].map(([, name, key]) => name ?? key),
  ),
);

for (const { name } of derived) NAMED.add(name);

const NOT_FUZZED: Record<string, string> = Object.fromEntries(
  Object.entries({
    'PyTorch has none': `toTypedArray dispose toJSON summary tidy gridSearch randomSearch trainTestSplit
      loadSafetensors saveSafetensors getDummies LabelEncoder OneHotEncoder MinMaxScaler StandardScaler LRFinder IncompatibleKeys`,
    'the elements are not said': 'empty newEmpty',
    'another name of what is': `concatenate cpu toString Parameter BoolTensor ByteTensor DoubleTensor FloatTensor IntTensor
      LongTensor fromNumpy numpy type`,
    'they take functions or nothing': `enableGrad inferenceMode setGradEnabled isInferenceModeEnabled
      detectAnomaly gradcheck gradgradcheck GradcheckError`,
    'files, texts and options of the library':
      'save load loadSafetensors saveSafetensors init setPrintoptions device DType Size Tensor constructor',
    'to be derived from': 'Function FunctionCtx Module Optimizer LRScheduler Dataset IterableDataset defaultCollate',
    'they hold what others hold': 'ModuleDict ParameterDict ParameterList newTensor calculateGain',
  }).flatMap(([reason, names]) => names.split(/\s+/).map((name) => [name, reason])),
);

function operations(): string[] {
  const { nn, optim } = torch;
  const spaces: object[] = [torch, nn, nn.functional, nn.init, nn.utils, optim, optim.lrScheduler, torch.utils.data];
  const functions = [...spaces, torch.special, torch.autograd].flatMap((space) =>
    Object.entries(space).flatMap(([name, value]) => (typeof value === 'function' ? [name] : [])),
  );
  const methods = Object.entries(Object.getOwnPropertyDescriptors(torch.Tensor.prototype));
  // Names in snake_case are there to be refused.
  const own = methods.filter(([name, { value }]) => typeof value === 'function' && !/[a-z\d]_[a-z]/.test(name));
  return [...new Set([...functions, ...own.map(([name]) => name)])];
}

/** An in-place form is written wherever the operation has one. */
const plain = (name: string): string => name.replace(/_$/, '');

it('knows every operation', () => {
  const missing = operations().filter((name) => !NAMED.has(name) && !NAMED.has(plain(name)) && !(name in NOT_FUZZED));
  expect(missing).toEqual([]);
});

it('leaves out only what is there', () => {
  const all = new Set(operations());
  expect(Object.keys(NOT_FUZZED).filter((name) => !all.has(name) || NAMED.has(name))).toEqual([]);
});

it.each(Object.keys(THEMES))('theme %s has operations', (theme) => {
  expect(Object.values(THEMES[theme].groups).reduce((sum, weight) => sum + weight, 0)).toBeGreaterThan(0);
});
