/** A program as text that can be pasted: TypeScript with torchlet, Python with PyTorch. */
import { FUNCTIONS, type Program, type Step, snake, type Value, variableOf } from './program.ts';

interface Language {
  value(value: Value, index?: boolean): string;
  call(step: Step): string;
}

const SPACES: Record<string, [string, string]> = {
  torch: ['torch', 'torch'],
  F: ['torch.nn.functional', 'torch.nn.functional'],
  special: ['torch.special', 'torch.special'],
  init: ['torch.nn.init', 'torch.nn.init'],
  nn: ['torch.nn', 'torch.nn'],
  utils: ['torch.nn.utils', 'torch.nn.utils'],
  optim: ['torch.optim', 'torch.optim'],
  lr: ['torch.optim.lrScheduler', 'torch.optim.lr_scheduler'],
  data: ['torch.utils.data', 'torch.utils.data'],
  autograd: ['torch.autograd', 'torch.autograd'],
};

const NUMBERS: Record<string, [string, string]> = {
  nan: ['NaN', 'float("nan")'],
  inf: ['Infinity', 'float("inf")'],
  '-inf': ['-Infinity', 'float("-inf")'],
  '-0': ['-0', '-0.0'],
};

const script: Language = {
  value(value) {
    const variable = variableOf(value);
    if (variable !== null) return `v${variable}`;
    if (Array.isArray(value)) return `[${value.map((each) => script.value(each)).join(', ')}]`;
    if (typeof value === 'string') return `'${value}'`;
    if (typeof value !== 'object' || value === null) return String(value);
    const [[kind, inner]] = Object.entries(value);
    if (kind === 'number') return NUMBERS[inner as string][0];
    if (kind === 'big') return `${inner}n`;
    if (kind === 'dtype') return `torch.${inner}`;
    if (kind === 'function') return FUNCTIONS[inner as keyof typeof FUNCTIONS].script;
    if (kind === 'range') return `[${(inner as Value[]).join(', ').replaceAll(/(?<=^|, )(?=,|$)/g, 'null')}]`;
    return `{ ${Object.entries(inner as object)
      .map(([key, each]) => `${key}: ${script.value(each)}`)
      .join(', ')} }`;
  },
  call({ call, args, named = {} }) {
    const given = args.map((each) => script.value(each));
    if (Object.keys(named).length > 0) given.push(script.value({ dict: named }));
    const [self, ...rest] = given;
    if (call === '()') return `${self}(${rest.join(', ')})`;
    if (call === 'get') return typeof args[1] === 'number' ? `${self}[${args[1]}]` : `${self}.${args[1]}`;
    if (call === 'set') return `${self}.${args[1]} = ${rest[1]}`;
    if (call === 'all') return `[...${self}]`;
    if (call === 'str') return `String(${self})`;
    const [space, name] = call.split('.');
    if (space === '') return `${self}.${name}(${rest.join(', ')})`;
    return `${/^[A-Z]/.test(name) ? 'new ' : ''}${SPACES[space][0]}.${name}(${given.join(', ')})`;
  },
};

const python: Language = {
  value(value, index = false) {
    const variable = variableOf(value);
    if (variable !== null) return `v${variable}`;
    if (index && (value === ':' || value === '...')) return value;
    if (Array.isArray(value)) return `[${value.map((each) => python.value(each)).join(', ')}]`;
    if (typeof value === 'string') return `"${value}"`;
    if (value === null) return 'None';
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    if (typeof value !== 'object') return String(value);
    const [[kind, inner]] = Object.entries(value);
    if (kind === 'number') return NUMBERS[inner as string][1];
    if (kind === 'big') return String(inner);
    if (kind === 'dtype') return `torch.${inner}`;
    if (kind === 'function') return FUNCTIONS[inner as keyof typeof FUNCTIONS].python;
    if (kind === 'range') {
      const [start, stop, step] = inner as (number | null)[];
      return `${start ?? ''}:${stop ?? ''}${step === null || step === undefined ? '' : `:${step}`}`;
    }
    return `{${Object.entries(inner as object)
      .map(([key, each]) => `"${snake(key)}": ${python.value(each)}`)
      .join(', ')}}`;
  },
  call({ call, args, named = {} }) {
    if (call === '.at')
      return `${python.value(args[0])}[${args
        .slice(1)
        .map((each) => python.value(each, true))
        .join(', ')}]`;
    if (call === '.setAt_') {
      const places = Array.isArray(args[1]) ? args[1] : [args[1]];
      return `${python.value(args[0])}[${places.map((each) => python.value(each, true)).join(', ')}] = ${python.value(args[2])}`;
    }
    const options = Object.entries(named).map(([key, each]) => `${snake(key)}=${python.value(each)}`);
    const given = [...args.map((each) => python.value(each)), ...options];
    const [self, ...rest] = given;
    if (call === '()') return `${self}(${rest.join(', ')})`;
    if (call === 'get')
      return typeof args[1] === 'number' ? `${self}[${args[1]}]` : `${self}.${snake(String(args[1]))}`;
    if (call === 'set') return `${self}.${snake(String(args[1]))} = ${rest[1]}`;
    if (call === 'all') return `list(${self})`;
    if (call === 'str') return `str(${self})`;
    const [space, name] = call.split('.');
    if (space === '') return `${self}.${snake(name)}(${rest.join(', ')})`;
    return `${SPACES[space][1]}.${snake(name)}(${given.join(', ')})`;
  },
};

const MODE: Record<string, string> = { noGrad: 'no_grad', enableGrad: 'enable_grad', inferenceMode: 'inference_mode' };

export function printScript(program: Program): string {
  return program
    .map((step) => {
      const call = script.call(step);
      if (step.call === 'set') return step.mode ? `torch.${step.mode}(() => { ${call}; });` : `${call};`;
      return `const v${step.out} = ${step.mode ? `torch.${step.mode}(() => ${call})` : call};`;
    })
    .join('\n');
}

export function printPython(program: Program): string {
  return program
    .map((step) => {
      const statement =
        step.call === 'set' || step.call === '.setAt_' ? python.call(step) : `v${step.out} = ${python.call(step)}`;
      const whole = step.call === '.setAt_' ? `${statement}; v${step.out} = ${python.value(step.args[0])}` : statement;
      return step.mode ? `with torch.${MODE[step.mode]}(): ${whole}` : whole;
    })
    .join('\n');
}
