/** Reading what the golden scripts wrote. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Where rows come from (golden/common.py): a processor, the settings that PyTorch ran under, and those it has not. */
export interface Made {
  torch: string;
  processor: string;
  runs?: string[];
  without?: string[];
}

/** What every file has beside its sections: who made it, and how far each section is apart, in ULP. */
export interface About {
  made: Made[];
  spread: Record<string, number>;
}

/** A file of this folder: `about` and its sections. */
export function readGolden<T>(name: string): About & T {
  const bytes = readFileSync(new URL(name, import.meta.url));
  return JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()) as About & T;
}

/** Rows by one of their members, in order. */
export function grouped<T>(rows: readonly T[], by: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(by(row));
    if (group) group.push(row);
    else groups.set(by(row), [row]);
  }
  return groups;
}
