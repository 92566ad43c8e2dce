/** What `loadStateDict` says. */

/**
 * What `loadStateDict` returns.
 *
 * @example
 * ```ts
 * import * as torch from 'torchlet';
 * const { nn } = torch;
 * const keys = new nn.Linear(1, 1).loadStateDict(new nn.Linear(1, 1).stateDict());
 * console.log(keys, keys.missingKeys); // => <All keys matched successfully> []
 * ```
 */
export class IncompatibleKeys {
  readonly missingKeys: readonly string[];
  readonly unexpectedKeys: readonly string[];

  /** @internal */
  constructor(missingKeys: readonly string[], unexpectedKeys: readonly string[]) {
    this.missingKeys = missingKeys;
    this.unexpectedKeys = unexpectedKeys;
  }

  /** PyTorch's printed form. */
  toString(): string {
    if (this.missingKeys.length + this.unexpectedKeys.length === 0) return '<All keys matched successfully>';
    const quote = (keys: readonly string[]): string => `[${keys.map((key) => `'${key}'`).join(', ')}]`;
    return `_IncompatibleKeys(missing_keys=${quote(this.missingKeys)}, unexpected_keys=${quote(this.unexpectedKeys)})`;
  }

  /** What Node's console prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
