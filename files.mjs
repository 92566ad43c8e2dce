/** What the build asks of files. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The files below a folder. */
export const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

/** When a file was written; 0 if there is none. */
export const writtenAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
