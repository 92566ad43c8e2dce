/** Shows how training goes: a bar on a terminal, and a line now and then where the output goes to a file or a pipe. */
import cliProgress from 'cli-progress';

/** What an epoch came to: both losses are means over the samples. */
export interface Epoch {
  epoch: number;
  train: number;
  validation: number;
}

/** `const progress = new Progress('zoo', 60)`, then `progress.update(…)` after every epoch, then `progress.stop()`. */
export class Progress {
  private readonly bar: cliProgress.SingleBar | null = null;
  private readonly name: string;
  private readonly epochs: number;

  constructor(name: string, epochs: number) {
    this.name = name;
    this.epochs = epochs;
    if (!process.stdout.isTTY) return;
    this.bar = new cliProgress.SingleBar(
      {
        format: `${name.padEnd(5)} {bar} {value}/{total}  train loss {train}  validation loss {validation}`,
        barsize: 20,
        // A training loop does not give way to timers, so update() draws the bar itself.
        synchronousUpdate: true,
        fps: 30,
        stream: process.stdout,
      },
      cliProgress.Presets.shades_classic,
    );
    this.bar.start(epochs, 0, { train: '-', validation: '-' });
  }

  update({ epoch, train, validation }: Epoch): void {
    const losses = { train: train.toFixed(4), validation: validation.toFixed(4) };
    if (this.bar !== null) this.bar.update(epoch, losses);
    else if (epoch === 1 || epoch % Math.ceil(this.epochs / 10) === 0 || epoch === this.epochs) {
      const count = String(epoch).padStart(String(this.epochs).length);
      console.log(
        `${this.name} epoch ${count}/${this.epochs}  train loss ${losses.train}  validation loss ${losses.validation}`,
      );
    }
  }

  stop(): void {
    this.bar?.stop();
  }
}
