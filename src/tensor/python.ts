/** Names of Python: ours as it writes them, and the other way round. */

/** A name as Python writes it: `inFeatures`, `in_features`. */
export const toSnake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A name as JavaScript writes it: `in_features`, `inFeatures`. */
export const toCamel = (name: string): string =>
  name.replace(/(?<=[a-z\d])_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** What a message says of an object that has a name of Python's under its name here. */
export const writtenAs = (kind: string, python: string, name: string): string =>
  `${kind} has no '${python}': names are camelCase here, write '${name}'`;
