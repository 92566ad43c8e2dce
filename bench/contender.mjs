/**
 * One contender in a process of its own: `node contender.mjs torchlet`. Reads a JSON object a line and answers one:
 * `{ row, variant }` sets the work up and answers what it computed first, `{ count }` runs it that often and answers
 * the milliseconds. Nothing runs between requests, so contenders take turns without disturbing one another.
 */
import { createInterface } from 'node:readline';

const contender = await import(`./contenders/${process.argv[2]}.mjs`);
const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
let work = null;

answer({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const { row, variant, count } = JSON.parse(line);
  if (row) {
    work = await contender.make(row, variant);
    answer(work === null ? { skipped: true } : { check: work.check });
  } else {
    const start = performance.now();
    await work.run(count);
    const ms = performance.now() - start;
    answer({ ms, memory: work.memory?.() });
  }
}
