/**
 * Every call there is, with a tensor of 2^31 elements and more in the place of each tensor that it takes. Runs in a
 * worker (huge.test.ts), which is ended when a call does not return.
 */
import { parentPort, workerData } from 'node:worker_threads';
import * as torch from '../../src/index.ts';
import { functions, metrics, modules, operators, others, replace, tensorsIn } from './calls.ts';

type Make = (like: torch.Tensor) => torch.Tensor;

const HUGE = 2 ** 31;
const cell = (like: torch.Tensor, rank: number): torch.Tensor =>
  torch.ones([...new Array(rank).fill(1)] as number[], { dtype: like.dtype });
const grown = (like: torch.Tensor, d: number, size: number): torch.Tensor => {
  const dims = like.dims.map((each, i) => (i === d ? size : Math.max(each, 1)));
  return cell(like, dims.length).expand(dims);
};

/** Tensors of too many elements, of the same dtype as another and, where that is possible, of its rank. */
const SHAPES: Record<string, Make> = {
  '[2^31]': (like) => cell(like, 1).expand(HUGE),
  'first 2^31': (like) => grown(like, 0, HUGE),
  'last 2^32': (like) => grown(like, like.dims.length - 1, 2 * HUGE),
  '[2^45, 2]': (like) => cell(like, 2).expand(2 ** 45, 2),
  '[2^31, 0]': (like) => torch.zeros(1, 0, { dtype: like.dtype }).expand(HUGE, 0),
  'first 2^31, last 0': (like) => {
    const dims = like.dims.map((size, d) => (d === like.dims.length - 1 ? 0 : size));
    return torch.zeros([1, ...dims.slice(1)], { dtype: like.dtype }).expand([HUGE, ...dims.slice(1)]);
  },
};

/** The calls with each tensor in turn, and all of them, made huge. */
function* calls(): Iterable<[name: string, call: () => unknown, given: () => torch.Tensor[]]> {
  for (const source of [operators, functions, modules, metrics, others]) {
    for (const { name, call, args } of source()) {
      const tensors = tensorsIn(args());
      const which = [...tensors.keys(), ...(tensors.length > 1 ? [-1] : [])];
      for (const [shape, make] of Object.entries(SHAPES)) {
        for (const chosen of which) {
          let given: torch.Tensor[] = [];
          const run = (): unknown => {
            let next = 0;
            const replaced = replace(args(), (x) => (chosen < 0 || next++ === chosen ? make(x) : x));
            given = tensorsIn(replaced);
            return call(...(replaced as unknown[]));
          };
          yield [`${name}, ${chosen < 0 ? 'all tensors' : `tensor ${chosen}`} ${shape}`, run, () => given];
        }
      }
    }
  }
}

/** Whether something that was computed from elements comes of it: neither a view nor without elements. */
function isComputed(value: unknown, given: readonly torch.Tensor[]): boolean {
  if (value instanceof torch.Tensor) return value.count > 0 && !given.some((x) => x.storage === value.storage);
  if (Array.isArray(value)) return value.slice(0, 10).some((each) => isComputed(each, given));
  return false;
}

/**
 * What reads nothing of the tensor that is huge, or a part that it takes by a view first: the diagonal, the places that a
 * smaller index names. Tensors without a gradient have none to clip. A sum takes one value: the second tensor is nothing
 * to it.
 */
const READS_NO_MORE_THAN_A_PART =
  /^((Tensor\.)?(new(Zeros|Ones|Full|Empty|Tensor)|new_\w+|numel|nelement|dim|size|stride|storageOffset|elementSize|typeAs|diag|trace|gather|scatter\w*)\b|clipGradNorm_,|TensorDataset and its first items,|metrics\.SumMetric, (tensor 1|all tensors first 2\^31, last 0))/;

/** A refusal in words that are meant for the user. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof WebAssembly.RuntimeError) return false;
  return !/undefined|NaN|is not a function|is not iterable|Invalid (typed )?array length|BigInt|call stack/.test(
    error.message,
  );
}

const { progress, start, stride } = workerData as { progress: Int32Array; start: number; stride: number };
const note = (call: string, what: string): void => parentPort?.postMessage({ call, what });
let at = 0;
for (const [name, call, given] of calls()) {
  if (at++ < start) {
    if (at === start) note(name, 'did not return');
    continue;
  }
  if (at % stride !== 0) continue;
  Atomics.store(progress, 0, at);
  // The processor's time: others may be at work on the machine.
  const before = process.cpuUsage();
  try {
    const result = call();
    const huge = given().some((x) => x.count >= HUGE);
    const computed = isComputed(result, given()) || typeof result === 'number';
    if (huge && computed && !READS_NO_MORE_THAN_A_PART.test(name)) note(name, 'gave a result');
  } catch (error) {
    if (!isRefusal(error)) note(name, String(error));
  }
  const { user, system } = process.cpuUsage(before);
  if (user + system > 100_000) note(name, `took ${Math.round((user + system) / 1000)} ms`);
}
const { resident, live } = torch.memory.stats();
if (!(resident >= 0 && live >= 0)) note('memory.stats()', `${resident} ${live}`);
parentPort?.postMessage({ calls: at });
