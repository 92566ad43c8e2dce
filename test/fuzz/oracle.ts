/** PyTorch in a process beside this one: programs go in, what was observed comes out, in order. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Observed, Program } from './program.ts';

/** For each step the bits of torchlet's floats, as base64: see `run.py`. */
export type Given = Record<string, string[]>;

export class Oracle {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  private complaint = '';

  constructor(python: string, folder: string) {
    this.child = spawn(python, [join(folder, 'run.py')], { env: { ...process.env, OMP_NUM_THREADS: '1' } });
    createInterface({ input: this.child.stdout }).on('line', (line) => this.waiting.shift()?.resolve(line));
    this.child.stderr.on('data', (text: Buffer) => {
      this.complaint += text.toString();
    });
    const fail = (): void => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error(`PyTorch ended: ${this.complaint}`));
    };
    this.child.on('error', (error) => {
      this.complaint += error.message;
      fail();
    });
    this.child.on('close', fail);
  }

  /** What PyTorch does with a program. */
  async run(program: Program, given: Given = {}, exact = false): Promise<Observed> {
    const line = await new Promise<string>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${JSON.stringify({ program, given, exact })}\n`);
    });
    return JSON.parse(line) as Observed;
  }

  close(): void {
    this.child.stdin.end();
  }
}
