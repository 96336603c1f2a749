/** A request that fails. Its body is a `Blob`, as a session sends it. */
export interface Failure {
  /** How it fails. */
  readonly name: string;
  /** Where it goes. */
  readonly url: string;
  /** Where to ask first, so that a connection is left in the runtime's pool. */
  readonly prime?: string;
  /** When to give up, in ms. */
  readonly giveUp?: number;
}

/** What was made of it. */
export interface Verdict {
  /** As in {@link Failure.name}. */
  readonly name: string;
  /** Whether it is taken for not sent. */
  readonly notSent: boolean;
  /** The error, to be read when that is wrong. */
  readonly error: string;
}

/**
 * Makes each request and asks about its error; one after the other, in any runtime.
 *
 * @param notSent The function that is tested.
 */
export async function verdicts(
  notSent: (error: unknown) => boolean,
  failures: readonly Failure[],
): Promise<Verdict[]> {
  const found: Verdict[] = [];
  for (const { name, url, prime, giveUp } of failures) {
    if (prime !== undefined) {
      await (await fetch(prime)).text();
      await new Promise((resolve) => setTimeout(resolve)); // Node puts the connection back a moment later
    }
    const signal = giveUp === undefined ? null : AbortSignal.timeout(giveUp);
    try {
      const response = await fetch(url, { method: "POST", body: new Blob(["{}"]), redirect: "manual", signal });
      found.push({ name, notSent: false, error: `none: status ${response.status}` });
    } catch (error) {
      found.push({ name, notSent: notSent(error), error: describe(error) });
    }
  }
  return found;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message, cause, code }: Error & { code?: unknown } = error;
  return `${name} ${code}: ${message}${cause === undefined ? "" : `; ${describe(cause)}`}`;
}
