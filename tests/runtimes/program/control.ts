/** Two servers and what steers them, each by its origin. */
export interface Upstream {
  readonly api: string;
  readonly auth0: string;
  readonly control: string;
}

/** Something that was done, what the program saw, and what the servers received meanwhile. */
export interface Step {
  readonly step: string;
  readonly saw: unknown;
  readonly received: readonly string[];
}

/** What steers the servers. */
export interface Control {
  /** Tells them to do something: `advance?ms=…` moves their clock, `revoke` makes them forget all access tokens. */
  tell(path: string): Promise<string>;
  /** Does something; resolves with what came of it and what the servers received for it. */
  step(name: string, act: () => Promise<unknown>): Promise<Step>;
}

/** Reaches what steers the servers. */
export function createControl({ control }: Upstream): Control {
  async function tell(path: string): Promise<string> {
    const response = await fetch(`${control}/${path}`, { method: "POST" });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.text();
  }
  return {
    tell,
    async step(step, act) {
      const saw = await act().catch(describe) ?? null; // as JSON has it
      return { step, saw, received: JSON.parse(await tell("received")) };
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
