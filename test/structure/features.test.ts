/**
 * FEATURES.md says which of PyTorch's public names are here. It is made from the library itself and the names that
 * PyTorch 2.13 has (test/golden/api.py); `npm run features` writes it, and this test fails when it is out of date.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as torch from '../../src/index.ts';

const api = JSON.parse(readFileSync(new URL('../golden/api.json', import.meta.url), 'utf8')) as Record<
  string,
  string[]
>;

/** Where torchlet keeps what PyTorch keeps under a name. */
const HOMES: Record<string, object> = {
  torch,
  'torch.Tensor': torch.Tensor.prototype,
  'torch.nn': torch.nn,
  'torch.nn.functional': torch.nn.functional,
  'torch.nn.init': torch.nn.init,
  'torch.nn.utils': (torch.nn as { utils?: object }).utils ?? {},
  'torch.optim': torch.optim,
  'torch.optim.lr_scheduler': (torch.optim as { lrScheduler?: object }).lrScheduler ?? {},
  'torch.utils.data': torch.utils.data,
  'torch.autograd': torch.autograd,
};

/** snake_case in camelCase, the trailing underscore kept; classes keep their names. */
function camel(name: string): string {
  return /^[A-Z]/.test(name) ? name : name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function table(): string {
  const sections = Object.entries(api).map(([home, names]) => {
    const here = names.filter((name) => camel(name) in HOMES[home]);
    const missing = names.filter((name) => !(camel(name) in HOMES[home]));
    const list = (all: string[]): string =>
      all.length === 0 ? '(none)' : all.map((name) => `\`${camel(name)}\``).join(' ');
    return [
      `## ${home}: ${here.length} of ${names.length}`,
      '',
      list(here),
      '',
      `<details><summary>Not here: ${missing.length}</summary>`,
      '',
      list(missing),
      '',
      '</details>',
    ].join('\n');
  });
  return `# Features

PyTorch 2.13's public names, and which of them torchlet has. Made by \`npm run features\` from the library itself; a test
fails when it is out of date. Left out on both sides: what needs other devices, several machines or a compiler, and
complex, quantized, sparse, nested and named tensors, which torchlet does not aim at.

A name that is here behaves as PyTorch's does: values, dtypes, shapes, gradients and refusals are held against PyTorch's
own numbers (\`test/golden\`), and where JavaScript makes a difference the README says which.

dtypes: float32, float64, int64, int32, uint8 and bool are computed in, with PyTorch's promotion; float16, bfloat16, int8
and int16 are read from files by conversion.

Beyond PyTorch: \`torch.metrics\` (torchmetrics' names), \`torch.preprocessing\` (scikit-learn's names), \`torch.memory\`,
\`torch.tidy\`.

${sections.join('\n\n')}
`;
}

it('FEATURES.md is what the library has', async () => {
  await expect(table()).toMatchFileSnapshot('../../FEATURES.md');
});
