import { type AllLimits, createSession, login, memoryStore, type Session, type Store } from "@xsignals/session";
import { encryptedStore } from "@xsignals/session/encrypted";
import { withLimits } from "@xsignals/session/testing";
import { call, strategies, WRONG } from "./account.ts";
import { advance, createControl, type Step, type Upstream } from "./control.ts";

const HOUR = 3_600_000;
const KINDS = ["login", "auth0", "encrypted", "interrupted", "refused", "logged out"] as const;

type Kind = typeof KINDS[number];

/** Records by their kind, each byte as a character. */
export type Records = Readonly<Record<string, string>>;

/** Records that others left behind, and how far the servers' clock is ahead of the machine's, in ms. */
export interface ReadTask {
  readonly do: "read";
  readonly ahead: number;
  readonly sets: readonly { readonly upstream: Upstream; readonly records: Records }[];
}

const KEY = Uint8Array.from({ length: 32 }, (_, index) => (index * 89 + 41) % 256);

/** A session that keeps its record as the kind says. */
function sessionOf(kind: Kind, upstream: Upstream, store: Store, limits: Partial<AllLimits> = {}): Session {
  const strategy = kind === "refused" ? login(WRONG) : strategies(upstream)[kind === "auth0" ? "auth0" : "login"];
  return createSession({
    strategy: withLimits(strategy, limits),
    store: kind === "encrypted" ? encryptedStore(store, { keys: [KEY], entry: "session" }) : store,
    baseUrl: upstream.api,
  });
}

/** A store in memory that shows every record that was written. */
function watchedStore(): Store & { readonly written: readonly string[] } {
  const written: string[] = [];
  const store = memoryStore();
  const write: Store["write"] = async (data, ifVersion) => {
    const version = await store.write(data, ifVersion);
    if (data && version !== false) written.push(String.fromCharCode(...data));
    return version;
  };
  return { ...store, write, written };
}

/** Lives through sessions of every kind, and leaves so many records of each behind. */
export async function leaveRecords(
  upstream: Upstream,
  copies: number,
  hourLater: () => Promise<void>,
): Promise<Records[]> {
  const sets = Array.from({ length: copies }, () =>
    KINDS.map((kind) => {
      const store = watchedStore();
      // A short lease, because a session that finds it must wait for its end.
      const limits = kind === "interrupted" ? { tokenDeadlineMs: 1_400, leaseMs: 1_500 } : {};
      return { kind, store, session: sessionOf(kind, upstream, store, limits) };
    }));
  for (const { kind, session } of sets.flat()) {
    await session.token().catch((error) => {
      if (kind !== "refused") throw error;
    });
  }
  await hourLater();
  const left: Records[] = [];
  for (const set of sets) {
    const records: Record<string, string> = {};
    for (const { kind, store, session } of set) {
      const before = store.written.length;
      if (kind !== "refused") await session.token(); // which renews
      if (kind === "logged out") await session.logout();
      // The record that is written before a refresh token is sent is what is left if the program dies then.
      records[kind] = store.written.at(kind === "interrupted" ? before : -1)!;
    }
    left.push(records);
  }
  return left;
}

/** Goes on with each record: calls the API, and calls it again when the token is over by the clock of this machine. */
export async function read({ ahead, sets }: ReadTask): Promise<Step[][]> {
  advance(ahead);
  const opened = await Promise.all(sets.map(async ({ upstream, records }) => {
    const sessions: [string, Session][] = [];
    for (const [kind, record] of Object.entries(records)) {
      const store = memoryStore();
      await store.write(Uint8Array.from(record, (char) => char.charCodeAt(0)), null);
      sessions.push([kind, sessionOf(kind as Kind, upstream, store)]);
    }
    return { control: createControl(upstream), sessions, steps: [] as Step[] };
  }));
  for (const when of ["as it is", "an hour later"]) {
    if (when !== "as it is") advance(HOUR);
    await Promise.all(opened.map(async ({ control, sessions, steps }) => {
      for (const [kind, session] of sessions) {
        steps.push(await control.step(`${kind}, ${when}`, () => call(session)));
      }
    }));
  }
  return opened.map(({ steps }) => steps);
}
