/** Measures one row: every contender warmed up, then rounds in which each has its turn, in an order that rotates. */
import { Contender } from './processes.mjs';

/** How long to warm up, how long a turn is, and how many rounds; slow work gets fewer. */
export const FULL = { warm: 300, turn: 30, rounds: 20, slow: 5 };
export const SMOKE = { warm: 5, turn: 2, rounds: 3, slow: 2 };

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

/** Runs until warm; returns how many iterations fill a turn. */
async function warmUp(contender, { warm, turn }) {
  let spent = 0;
  for (let count = 1; ; count *= 2) {
    const { ms } = await contender.ask({ count });
    spent += ms;
    // Doubling up to the length of a turn, then turns until warm.
    if (ms >= turn || spent >= 10 * warm) {
      while (spent < warm) spent += (await contender.ask({ count })).ms;
      const last = (await contender.ask({ count })).ms;
      return Math.max(1, Math.round((count * turn) / last));
    }
  }
}

/** Throws unless two contenders computed the same numbers, to float32 rounding. */
function compare(row, reference, other) {
  reference.check.forEach((value, i) => {
    const error = Math.abs(value - other.check[i]);
    if (!(error <= 1e-4 + 2e-4 * Math.abs(value))) {
      throw new Error(`${row.id}: ${reference.name} computed ${value} and ${other.name} ${other.check[i]}, at ${i}`);
    }
  });
}

/**
 * Measures a row.
 *
 * @param shared - Contenders kept alive over all rows, by name; the others get a fresh process.
 * @returns For each contender milliseconds of one iteration (min and median of the rounds) and, where it tells, the
 *   size of its linear memory after the first third of the rounds and after the last.
 */
export async function measure(row, options, names, shared) {
  const contenders = await Promise.all(names.map((name) => shared.get(name) ?? new Contender(name).open()));
  const results = [];
  try {
    for (const contender of contenders) {
      const answer = await contender.ask({ row, variant: contender.variant });
      const result = { name: contender.name, check: answer.check, times: [], memory: [] };
      if (answer.skipped) continue;
      results.push({ ...result, contender });
    }
    const [reference] = results;
    for (const result of results) if (result.check.length > 0) compare(row, reference, result);
    for (const result of results) result.count = await warmUp(result.contender, options);
    let { rounds } = options;
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < results.length; i++) {
        const result = results[(i + round) % results.length];
        const { ms, memory } = await result.contender.ask({ count: result.count });
        result.times.push(ms / result.count);
        if (memory) result.memory.push(memory);
        if (ms > 4 * options.turn) rounds = Math.min(rounds, options.slow);
      }
    }
  } finally {
    for (const contender of contenders) if (shared.get(contender.name) !== contender) contender.close();
  }
  return results.map(({ name, times, memory }) => ({
    name,
    min: Math.min(...times),
    median: median(times),
    memoryEarly: memory[Math.floor(memory.length / 3)],
    memoryLate: memory.at(-1),
  }));
}
