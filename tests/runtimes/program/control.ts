import type { Step, Upstream } from "./task.ts";

/** What steers the servers, and keeps the machine's clock with theirs. */
export interface Control {
  /** Moves the servers' clock and this program's, in ms. */
  advance(ms: number): Promise<void>;
  /** Makes the servers forget the access tokens that they gave. */
  revoke(): Promise<void>;
  /** Does something; resolves with what came of it and what the servers received for it. */
  step(name: string, act: () => Promise<unknown>): Promise<Step>;
}

/** Gets at what steers the servers. */
export function createControl({ control }: Upstream, clock: MoveableClock): Control {
  async function tell(path: string): Promise<string> {
    const response = await fetch(`${control}/${path}`, { method: "POST" });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.text();
  }
  return {
    async advance(ms) {
      await tell(`advance?ms=${ms}`);
      clock.advance(ms);
    },
    async revoke() {
      await tell("revoke");
    },
    async step(step, act) {
      const saw = await act().catch(describe) ?? null; // as JSON has it
      return { step, saw, received: JSON.parse(await tell("received")) };
    },
  };
}

/** The machine's clock, as this program sees it. */
export interface MoveableClock {
  /** Moves it, in ms. */
  advance(ms: number): void;
  /** How far it is ahead, in ms. */
  ahead(): number;
}

/** Moves what the whole runtime takes for the time: the sessions are to use the clock of their platform. */
export function moveableClock(start = 0): MoveableClock {
  const now = Date.now;
  let ahead = start;
  Date.now = () => now() + ahead;
  return { advance: (ms) => ahead += ms, ahead: () => ahead };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `${error}`;
  if ("code" in error && error.name === "SessionError") return String(error.code);
  return error.name === "AbortError" ? error.name : `${error}`; // whose text is each runtime's own
}
