/** Before any test: the core is compiled from the sources as they are (at once, if nothing changed). */
import { execFileSync } from 'node:child_process';

export default function buildCore(): void {
  execFileSync(process.execPath, ['build.mjs', 'core'], { stdio: 'inherit' });
}
