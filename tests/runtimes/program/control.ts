import type { Step, Upstream } from "./task.ts";

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

/** Moves the clock by so many ms, and says how far it is ahead now. */
export type Advance = (ms: number) => number;

/** Moves the clock of the whole runtime: the sessions should use the clock of their platform. */
export function moveableClock(ahead = 0): Advance {
  const now = Date.now;
  Date.now = () => now() + ahead;
  return (ms) => ahead += ms;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `${error}`;
  if ("code" in error && error.name === "SessionError") return String(error.code);
  return error.name === "AbortError" ? error.name : `${error}`; // its text differs between runtimes
}
