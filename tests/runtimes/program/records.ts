import { type AllLimits, createSession, login, type Session, type Store } from "@xsignals/session";
import { encryptedStore } from "@xsignals/session/encrypted";
import { withLimits } from "@xsignals/session/testing";
import { ENCRYPTION, strategies, WRONG } from "./account.ts";
import { bytesStore, fromBase64, toBase64 } from "./bytes_store.ts";
import { call } from "./call.ts";
import { type Control, createControl, moveableClock } from "./control.ts";
import type { Reading, ReadTask, Records, Step, Upstream } from "./task.ts";

const HOUR = 3_600_000;
const KINDS = ["login", "auth0", "encrypted", "interrupted", "refused", "logged out"] as const;

/** What a record is of. */
type Kind = typeof KINDS[number];

/** A session whose record is kept as the kind says. */
function sessionOf(kind: Kind, upstream: Upstream, store: Store, limits: Partial<AllLimits> = {}): Session {
  const strategy = kind === "refused" ? login(WRONG) : strategies(upstream)[kind === "auth0" ? "auth0" : "login"];
  return createSession({
    strategy: withLimits(strategy, limits),
    store: kind === "encrypted" ? encryptedStore(store, ENCRYPTION) : store,
    baseUrl: upstream.api,
  });
}

/** Lives through sessions of every kind, and leaves so many records of each behind. */
export async function leaveRecords(upstream: Upstream, copies: number, control: Control): Promise<Records[]> {
  const sets = Array.from({ length: copies }, () =>
    KINDS.map((kind) => {
      const store = bytesStore();
      // A short lease, for who finds it must wait for its end.
      const limits = kind === "interrupted" ? { tokenDeadlineMs: 1_400, leaseMs: 1_500 } : {};
      return { kind, store, session: sessionOf(kind, upstream, store, limits) };
    }));
  for (const { kind, session } of sets.flat()) {
    await session.token().catch((error) => {
      if (kind !== "refused") throw error;
    });
  }
  await control.advance(HOUR);
  const left: Record<string, string>[] = [];
  for (const set of sets) {
    const records: Record<string, string> = {};
    for (const { kind, store, session } of set) {
      const before = store.written.length;
      if (kind !== "refused") await session.token(); // which renews
      if (kind === "logged out") await session.logout();
      // What is written before a refresh token is sent is what is left if the program dies then.
      records[kind] = toBase64(store.written.at(kind === "interrupted" ? before : -1)!);
    }
    left.push(records);
  }
  return left;
}

/** Goes on with each record: calls the API, and once more when the token is over by the clock of this machine. */
export async function read({ ahead, sets }: ReadTask): Promise<Reading> {
  const clock = moveableClock(ahead);
  const opened = sets.map(({ upstream, records }) => ({
    control: createControl(upstream, clock),
    sessions: Object.entries(records).map(([kind, record]) =>
      [kind, sessionOf(kind as Kind, upstream, bytesStore(fromBase64(record)))] as const
    ),
  }));
  const callAll = (when: string) =>
    Promise.all(opened.map(async ({ control, sessions }) => {
      const steps: Step[] = [];
      for (const [kind, session] of sessions) {
        steps.push(await control.step(`${kind}, ${when}`, () => call(session)));
      }
      return steps;
    }));
  const first = await callAll("as it is");
  clock.advance(HOUR);
  const second = await callAll("an hour later");
  return first.map((steps, index) => [...steps, ...second[index] ?? []]);
}
