/** The measuring side of a contender's process: starts it, asks, measures a row round by round. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;

/** A Python that can import torch and numpy: $PYTHON, else python3; null without one. */
export function findPython() {
  for (const program of [process.env.PYTHON, 'python3']) {
    if (program && spawnSync(program, ['-c', 'import torch, numpy']).status === 0) return program;
  }
  return null;
}

/** A contender's process, asked one thing at a time. */
export class Contender {
  constructor(name, python) {
    [this.library, this.variant] = name.split(', ');
    this.name = name;
    const file = `contenders/${this.library}`;
    const command =
      this.library === 'pytorch' ? [python, [`${file}.py`]] : [process.execPath, ['contender.mjs', this.library]];
    const env = { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
    this.child = spawn(...command, { cwd: here, env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.errors = '';
    this.child.stderr.on('data', (data) => {
      this.errors += data;
    });
  }

  /** Waits until the process is ready; PyTorch's says which version it is. */
  async open() {
    this.version = (await this.answer()).version;
    return this;
  }

  /** The next line that is an answer: libraries print notices of their own. */
  async answer() {
    for (;;) {
      const { value, done } = await this.lines.next();
      if (done) throw new Error(`${this.name} ended:\n${this.errors}`);
      if (value.startsWith('{')) return JSON.parse(value);
    }
  }

  ask(request) {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.answer();
  }

  close() {
    this.child.stdin.end();
  }
}
