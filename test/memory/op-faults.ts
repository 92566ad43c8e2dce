/** One call in which one allocation fails, at each moment in turn. */
import * as torch from '../../src/index.ts';
import { supply } from '../../src/memory/blocks.ts';
import { checkBooks, followBlocks } from './books.ts';
import { type Call, functions, metrics, modules, operators, others, tensorsIn } from './calls.ts';
import { moveEverything } from './moving.ts';

const bits = (x: torch.Tensor): string => Buffer.from(x.toTypedArray().buffer).toString('latin1');
/** The tensors among arguments, those of layers too. */
const heldBy = (given: readonly unknown[]): torch.Tensor[] =>
  given.flatMap((each) =>
    each instanceof torch.nn.Module ? [...each.parameters(), ...each.buffers()] : tensorsIn(each),
  );
const stateOf = (given: readonly unknown[]): string =>
  JSON.stringify([heldBy(given).map(bits), bits(torch.getRngState())]);
const versions = (given: readonly unknown[]): string =>
  heldBy(given)
    .map((x) => x.clock.version)
    .join();

/** What a call gives, in a form that can be compared. */
function shown(value: unknown): string {
  if (value instanceof torch.Tensor) return `${value.dtype} [${value.dims}] ${bits(value)}`;
  if (value instanceof torch.nn.Module) return shown(heldBy([value]));
  if (value !== null && typeof value === 'object' && Symbol.iterator in value)
    return [...(value as [])].map(shown).join();
  return String(value);
}

/** What goes wrong in a call when one of its allocations fails, by moment. */
function faultsOf({ call, args }: Call): string[] {
  const { take } = supply;
  const found = new Set<string>();
  const start = (): unknown[] => {
    torch.manualSeed(0);
    return args();
  };
  const moments = (given: unknown[]): [number, string] => {
    let count = 0;
    supply.take = (size) => {
      count++;
      return take(size);
    };
    const result = call(...given);
    supply.take = take;
    return [count, shown(result)];
  };
  let count: number;
  let right: string;
  try {
    [count, right] = moments(start());
  } catch {
    // Not a call that works.
    supply.take = take;
    return [];
  }
  for (let moment = 1; moment <= count; moment++) {
    const given = start();
    const before = [stateOf(given), versions(given)];
    let left = moment;
    let failing = 0;
    supply.take = (size) => {
      if (--left === 0) failing = 2;
      return failing-- > 0 ? 0 : take(size);
    };
    let error: unknown = null;
    try {
      call(...given);
    } catch (thrown) {
      error = thrown;
    }
    supply.take = take;
    checkBooks();
    // What is not needed may fail without a word: a result is then copied out and not computed again.
    if (error === null) continue;
    if (!/^\w+\(\): out of memory: .*\d+ bytes.* for a tensor of shape \[.*\]/.test((error as Error).message)) {
      found.add(`says ${error}`);
    }
    if (stateOf(given) !== before[0]) found.add('changed what it was given');
    else if (versions(given) !== before[1]) found.add('counted a write that it did not do');
    const again = shown(call(...given));
    if (again !== right) found.add('gave something else the next time');
  }
  return [...found];
}

/** What draws and may then need more memory. */
const DRAWS =
  /^(nn\.|Tensor\.)?(dropout1?d?|multinomial|normal|orthogonal_|truncNormal_|trainTestSplit|RandomSampler|shuffled DataLoader|TensorDataset and its first items|\w*Dropout1?d?|RReLU|rrelu)\b/i;

/** What a call is let off, with the reason. */
const EXCUSED: Record<string, readonly RegExp[]> = {
  // The generator stands behind what was drawn.
  'changed what it was given': [DRAWS],
  // What is not initialised is whatever was there; what follows a draw is another draw.
  'gave something else the next time': [DRAWS, /empty/i],
};

/** Every `stride`-th call, in moving mode, and what goes wrong in it. */
export function scanFaults(stride: number): { calls: number; found: string[] } {
  followBlocks();
  const undo = moveEverything();
  const found: string[] = [];
  let calls = 0;
  try {
    for (const source of [operators, functions, modules, metrics, others]) {
      for (const call of source()) {
        if (++calls % stride !== 0) continue;
        for (const what of faultsOf(call)) {
          if (!EXCUSED[what]?.some((each) => each.test(call.name))) found.push(`${call.name}: ${what}`);
        }
      }
    }
  } finally {
    undo();
  }
  return { calls, found };
}
