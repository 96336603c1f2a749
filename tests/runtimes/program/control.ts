/** Two servers and what steers them, each by its origin. */
export interface Upstream {
  readonly api: string;
  readonly auth0: string;
  readonly control: string;
}

/** How many steps were made, and those that went otherwise than they should. */
export interface Outcome {
  steps: number;
  readonly wrong: string[];
}

/** What steers the servers. */
export interface Control {
  /** Tells them to do something: `advance?ms=…` moves their clock, `revoke` makes them forget all access tokens. */
  tell(path: string): Promise<string>;
  /** Does something, and compares what came of it, and what the servers received for it, with what should be. */
  step(name: string, act: () => Promise<unknown>, saw: unknown, ...received: readonly string[]): Promise<void>;
}

/** Reaches what steers the servers, and counts the steps in an outcome. */
export function createControl({ control }: Upstream, outcome: Outcome): Control {
  async function tell(path: string): Promise<string> {
    const response = await fetch(`${control}/${path}`, { method: "POST" });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.text();
  }
  return {
    tell,
    async step(name, act, ...expected) {
      const saw = await act().catch(describe);
      const happened = JSON.stringify([saw, ...JSON.parse(await tell("received"))]);
      outcome.steps++;
      const should = JSON.stringify(expected);
      if (happened !== should) outcome.wrong.push(`${name}: ${happened} instead of ${should}`);
    },
  };
}

/** Moves the clock of the whole runtime, in ms: the sessions should use the clock of their platform. */
export function advance(ms: number): void {
  const now = Date.now;
  Date.now = () => now() + ms;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `${error}`;
  if ("code" in error && error.name === "SessionError") return String(error.code);
  return error.name === "AbortError" ? error.name : `${error}`; // its text differs between runtimes
}
