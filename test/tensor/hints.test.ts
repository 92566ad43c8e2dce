/** Names that are not there: Python's, and slips, of tensors, modules, optimizers, schedules and the default export. */
import * as everything from 'torchlet';
import { describe, expect, test } from 'vitest';
import { withHints } from '../../src/tensor/hints.ts';

const torch = withHints(everything);
const { nn, optim } = torch;
const layer = new nn.Linear(2, 1);
const norm = new nn.BatchNorm1d(2);
const optimizer = new optim.SGD(layer.parameters(), { lr: 0.1, momentum: 0.9 });
const schedule = new optim.lrScheduler.StepLR(optimizer, 2);
const functional = withHints(nn.functional);

const read = (of: object, name: string): unknown => (of as Record<string, unknown>)[name];

test.each<[object, name: string, says: string]>([
  [torch, 'manual_seed', 'manualSeed'],
  [torch, 'zeros_like', 'zerosLike'],
  [torch, 'Linspace', 'linspace'],
  [torch, 'tensorr', 'tensor'],
  [torch, 'tnsor', 'tensor'],
  [torch, 'crossEntropi', ''],
  [torch, 'linalg', "no 'linalg'"],
  [torch, 'distributed', "no 'distributed'"],
  [functional, 'cross_entropy', 'crossEntropy'],
  [functional, 'binary_cross_entropy_with_logits', 'binaryCrossEntropyWithLogits'],
  [withHints(nn), 'Transformer', "no 'Transformer'"],
  [withHints(optim), 'lr_scheduler', 'lrScheduler'],
  [layer, 'named_parameters', 'namedParameters'],
  [layer, 'state_dict', 'stateDict'],
  [layer, 'in_features', 'inFeatures'],
  [norm, 'num_features', 'numFeatures'],
  [norm, 'track_running_stats', 'trackRunningStats'],
  [new nn.Sequential(layer), 'load_state_dict', 'loadStateDict'],
  [optimizer, 'zero_grad', 'zeroGrad'],
  [optimizer, 'param_groups', 'paramGroups'],
  [optimizer, 'state_dict', 'stateDict'],
  [optimizer, 'add_param_group', 'addParamGroup'],
  [optimizer, 'lr', 'optimizer.paramGroups[0].lr'],
  [optimizer, 'momentum', 'optimizer.paramGroups[0].momentum'],
  [schedule, 'get_last_lr', 'getLastLr'],
  [schedule, 'last_epoch', 'lastEpoch'],
  [torch.ones(2), 'requires_grad', 'requiresGrad'],
  [torch.ones(2), 'print', 'console.log'],
  [torch.ones(2), 'length', 'x.size(0)'],
  [torch.ones(2), '0', 'x.at(0)'],
])('name %#', (of, name, says) => {
  if (says === '') expect(read(of, name)).toBeUndefined();
  else {
    expect(() => read(of, name)).toThrow(TypeError);
    expect(() => read(of, name)).toThrow(says);
  }
});

test('writing where nothing would read is refused', () => {
  expect(() => Object.assign(optimizer, { lr: 1 })).toThrow('set optimizer.paramGroups[0].lr');
  expect(() => Object.assign(optimizer, { param_groups: [] })).toThrow('paramGroups');
});

describe('what every object is asked', () => {
  const asked = [
    'then',
    'toJSON',
    'asymmetricMatch',
    'nodeType',
    '$$typeof',
    '_isMockFunction',
    '@@iterator',
    'inspect',
  ];
  test.each(Object.entries({ torch, functional, layer, norm, optimizer, schedule, tensor: torch.ones(2) }))(
    'of %s stays undefined',
    (name, of) => {
      for (const key of asked) if (key !== 'toJSON' || name === 'torch') expect(read(of, key), key).toBeUndefined();
      for (const symbol of [Symbol.asyncIterator, Symbol.toStringTag, Symbol('own')]) {
        expect((of as unknown as Record<symbol, unknown>)[symbol]).not.toBeInstanceOf(Error);
      }
      expect('linalg' in of).toBe(false);
    },
  );

  test('a promise of each is resolved with it', async () => {
    for (const of of [torch, layer, optimizer, schedule, torch.ones(2)]) expect(await of).toBe(of);
  });
});

test('a module may be asked for members that it lacks, and have members with underscores', () => {
  class Net extends nn.Module {
    fc_1 = new nn.Linear(1, 1);
    declare extra?: everything.nn.Linear;
    declare skip_connection?: everything.nn.Linear;
    forward(x: everything.Tensor): everything.Tensor {
      return this.extra === undefined && this.skip_connection === undefined ? this.fc_1(x) : x;
    }
  }
  const net = new Net();
  expect(net(torch.ones(1, 1)).shape).toEqual(torch.Size.from([1, 1]));
  expect(Object.keys(net.stateDict())).toEqual(['fc_1.weight', 'fc_1.bias']);
  net.skip_connection = new nn.Linear(1, 1);
  expect(net.parameters()).toHaveLength(4);
});
