/** detectAnomaly names the operation and the module in which the first NaN or infinity was born. */
import { describe, expect, it } from 'vitest';
import * as torch from '../../src/index.ts';

const { nn, autograd } = torch;

class Logs extends nn.Module {
  fc = new nn.Linear(2, 2);
  forward(x: torch.Tensor): torch.Tensor {
    return this.fc(x).mul(0).sub(1).log();
  }
}

class Net extends nn.Module {
  first = new nn.Linear(2, 2);
  logs = new Logs();
  forward(x: torch.Tensor): torch.Tensor {
    return this.logs(this.first(x)).sum();
  }
}

describe('detectAnomaly', () => {
  it('finds the operation and the module in forward', () => {
    const net = new Net();
    const x = torch.ones(1, 2);
    expect(Number.isNaN(net(x).item())).toBe(true);
    expect(() => autograd.detectAnomaly(() => net(x))).toThrow(
      'detectAnomaly: log() gave NaN at position 0 of shape [1, 2] from finite inputs, in logs (Logs)',
    );
  });

  it('finds a derivative that is not finite, where the value is', () => {
    class Root extends nn.Module {
      scale = new nn.Parameter(torch.zeros(1));
      forward(): torch.Tensor {
        return this.scale.sqrt();
      }
    }
    const model = new nn.Sequential({ root: new Root() as unknown as torch.nn.Layer });
    expect(() =>
      autograd.detectAnomaly(() => {
        model(torch.ones(1)).sum().backward();
      }),
    ).toThrow(
      "detectAnomaly: Function 'SqrtBackward0' returned Infinity at position 0 of shape [1] as the gradient of its " +
        'input 0; it belongs to sqrt(), recorded in root (Root)',
    );
  });

  it('finds the module of a hooked layer, and what happens without recording', () => {
    const net = new Net();
    net.logs.registerForwardHook(() => {});
    expect(() => autograd.detectAnomaly(() => net(torch.ones(1, 2)))).toThrow('from finite inputs, in logs (Logs)');
    expect(() => autograd.detectAnomaly(() => torch.noGrad(() => net(torch.ones(1, 2))))).toThrow(
      'detectAnomaly: an operation that autograd did not record gave NaN at position 0 of shape [1, 2] from finite ' +
        'inputs, in logs (Logs)',
    );
    torch.noGrad(() => net.first.weight.fill_(Number.NaN));
    const out = autograd.detectAnomaly(() => torch.noGrad(() => net.first(torch.ones(1, 2))));
    expect(out.isnan().all().item(), 'a parameter that was NaN before is no birth').toBe(true);
  });

  it('ends with its function, also when that throws, and with its guard', () => {
    const x = torch.tensor([-1], { requiresGrad: true });
    expect(() => autograd.detectAnomaly(() => x.log())).toThrow(RangeError);
    expect(x.log().isnan().item()).toBe(true);
    const guard = autograd.detectAnomaly();
    expect(() => x.log()).toThrow(RangeError);
    guard[Symbol.dispose]();
    expect(x.log().isnan().item()).toBe(true);
  });

  it('says nothing of NaN that was there before', () => {
    const w = torch.ones(1, { requiresGrad: true });
    const out = autograd.detectAnomaly(() => w.mul(torch.tensor([Number.NaN])).add(1));
    expect(out.isnan().item()).toBe(true);
  });
});
