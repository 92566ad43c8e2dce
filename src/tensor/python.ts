/** Names of Python: as it writes ours, and those that JavaScript would take in silence, which throw and name the way out. */

/** A name as Python writes it: `inFeatures`, `in_features`. */
export const toSnake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A name as JavaScript writes it: `in_features`, `inFeatures`. */
export const toCamel = (name: string): string =>
  name.replace(/(?<=[a-z\d])_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Makes reading `name` throw, and assigning it too unless an object may have a member of that name of its own. */
export function refuse(prototype: object, name: string, read: string, write?: string): void {
  Object.defineProperty(prototype, name, {
    get() {
      throw new TypeError(read);
    },
    set(value: unknown) {
      if (write !== undefined) throw new TypeError(write);
      Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
    },
    configurable: true,
  });
}

/** Refuses the snake_case forms of camelCase names: reading, and where `write` is set, assigning too. */
export function refuseSnakeCase(prototype: object, kind: string, names: readonly string[], write = false): void {
  // Asked first, since most names have no capital: replace() by a function is slow in a fresh process.
  for (const name of names.filter((each) => each !== each.toLowerCase())) {
    const snake = toSnake(name);
    const message = `a ${kind} has no '${snake}': names are camelCase here, write '${name}'`;
    refuse(prototype, snake, message, write ? message : undefined);
  }
}
