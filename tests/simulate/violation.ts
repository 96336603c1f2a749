/** A rule that a run broke. */
export class Violation extends Error {
  override readonly name = "Violation";
  /** The rule, in a few words; the message says how it was broken. */
  readonly rule: string;

  constructor(rule: string, how: string) {
    super(`${rule}: ${how}`);
    this.rule = rule;
  }
}
