/** FEATURES.md, made of what the library has and of what passes: `npm run features` writes it. */
import * as torch from '../../src/index.ts';
import { readGolden } from '../golden/read.ts';
import { camel } from './golden.ts';
import { FAILURES, REFUSALS, WITHOUT_FORM } from './known.ts';
import { about, fraction, reasons, type Score, sum, WAYS } from './score.ts';

const { names: api } = readGolden<{ names: Record<string, string[]> }>('api.json');

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
/** A way of writing the operator, in PyTorch's words: `torch.exp_`, `Tensor.exp`, `F.celu`. */
const PLACES: Record<string, object> = { torch, Tensor: torch.Tensor.prototype, F: torch.nn.functional };
const DTYPES = { d: 'float64', f: 'float32', l: 'int64', b: 'bool' };
const WHOLE = 'a Python float that is a whole number cannot be told from an int';

/** snake_case in camelCase, the trailing underscore kept; classes keep their names. */
const shown = (name: string): string => (/^[A-Z]/.test(name) ? name : camel(name));

/** An operator of the database as it is written here. */
const operator = (name: string): string =>
  name === '__getitem__' ? 'at' : camel(name).replace('nn.functional.', 'F.');

/** The forms that PyTorch has of the operators and torchlet has not. */
export function missingForms(): string[] {
  return Object.values(about.forms)
    .flat()
    .filter((form) => {
      const [place, name] = form.split('.') as [string, string];
      return !(camel(name) in PLACES[place]);
    });
}

function operators(scores: ReadonlyMap<string, Score>): string {
  const all = [...scores].sort(([a], [b]) => (a < b ? -1 : 1));
  const cells = ({ dtypes, gradients, ways, refusals }: Score): string[] =>
    [...Object.keys(DTYPES).map((dtype) => dtypes[dtype]), gradients, ...WAYS.map((way) => ways[way]), refusals].map(
      fraction,
    );
  const list = all.map(([, score]) => score);
  const every = {
    dtypes: Object.fromEntries(Object.keys(DTYPES).map((each) => [each, sum(list.map(({ dtypes }) => dtypes[each]))])),
    gradients: sum(list.map(({ gradients }) => gradients)),
    ways: Object.fromEntries(WAYS.map((way) => [way, sum(list.map(({ ways }) => ways[way]))])),
    refusals: sum(list.map(({ refusals }) => refusals)),
  } as Score;
  const row = (name: string, score: Score): string => `| ${[name, ...cells(score)].join(' | ')} |`;
  const known = (list: Record<string, [count: number, reason: string]>): string[] =>
    Object.entries(list).map(([name, [n, reason]]) => `- \`${operator(name)}\`, ${n}: ${reason}`);
  const head = ['', ...Object.values(DTYPES), 'with gradients', ...WAYS, 'refused'];
  const undecided = list.reduce((n, score) => n + score.undecided, 0);
  const cases = sum(list.flatMap(({ dtypes }) => Object.values(dtypes)));
  return `## Operators: ${cases.passed} of ${cases.total} cases of PyTorch's own tests

PyTorch ships the samples that its own tests run on every operator (OpInfo; here ${about.made[0].torch}). For each operator:
how many of its cases pass of how many, by the dtype they are sampled for, and of them those with gradients. A case
passes when values, dtype, shape and every gradient are PyTorch's in each way it is written: as a function of contiguous,
transposed and strided inputs, as a method, in place, and in place through a view. Last, how many of the calls that
PyTorch refuses are refused.

| ${head.join(' | ')} |
| --- |${' ---: |'.repeat(head.length - 1)}
${row('**all**', every)}
${all.map(([name, score]) => row(`\`${operator(name)}\``, score)).join('\n')}

Left out: ${undecided} ${WHOLE}; ${reasons(about.leftOut)}. Of the refusals: ${reasons(about.errorsLeftOut)}.

What does not pass:

${known(FAILURES).join('\n')}

What is not refused:

${known(REFUSALS).join('\n')}

Forms of these operators that PyTorch has and torchlet has not:

${Object.entries(WITHOUT_FORM)
  .map(([form, reason]) => `- \`${camel(form)}\`: ${reason}`)
  .join('\n')}
`;
}

/** The whole file. */
export function features(scores: ReadonlyMap<string, Score>): string {
  const sections = Object.entries(api).map(([home, names]) => {
    const here = names.filter((name) => shown(name) in HOMES[home]);
    const missing = names.filter((name) => !(shown(name) in HOMES[home]));
    const list = (all: string[]): string =>
      all.length === 0 ? '(none)' : all.map((name) => `- \`${shown(name)}\``).join('\n');
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

What of PyTorch 2.13 is here. Made by \`npm run features\` from what passes and from the library itself; a test fails when
it is out of date. Left out on both sides: what needs other devices, several machines or a compiler, and complex,
quantized, sparse, nested and named tensors, which torchlet does not aim at.

A name that is here behaves as PyTorch's does: values, dtypes, shapes, gradients and refusals are held against PyTorch's
own numbers (\`test/golden\`), and where JavaScript makes a difference the README says which.

dtypes: float32, float64, int64, int32, uint8 and bool are computed in, with PyTorch's promotion; float16, bfloat16, int8
and int16 are read from files by conversion.

Beyond PyTorch: \`torch.metrics\` (torchmetrics' names), \`torch.preprocessing\` (scikit-learn's names), \`torch.memory\`,
\`torch.tidy\`, \`torch.summary\`, \`torch.search\`, \`torch.transforms\`.

${operators(scores)}
${sections.join('\n\n')}
`;
}
