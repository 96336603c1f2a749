import { type AllLimits, createSession, login, memoryStore, type Session, type Store } from "@xsignals/session";
import { encryptedStore } from "@xsignals/session/encrypted";
import { withLimits } from "@xsignals/session/testing";
import { call, GROUPS, LISTED, strategies, WRONG } from "./account.ts";
import { advance, createControl, type Outcome, type Upstream } from "./control.ts";

const HOUR = 3_600_000;
/** The kinds of records, with what a session that goes on with one sends before its calls: at once, and an hour later. */
const KINDS = {
  "login": [[], ["authRefresh 200"]],
  "auth0": [[], ["oauthToken 200"]],
  "encrypted": [[], ["authRefresh 200"]],
  "interrupted": [["authLogin 200"], ["authRefresh 200"]], // its refresh token may be spent, so it is not sent
  "refused": [["authLogin 401"], ["authLogin 401"]], // its pause is over, and the next one is longer
  "logged out": [["authLogin 200"], ["authRefresh 200"]],
} as const;

type Kind = keyof typeof KINDS;
const KIND_NAMES = Object.keys(KINDS) as Kind[];

/** What the servers receive while a set of records is made. */
const LOGINS = ["authLogin 200", "oauthToken 200", "authLogin 200", "authLogin 200", "authLogin 401", "authLogin 200"];
/** And an hour later. */
const RENEWALS = ["authRefresh 200", "oauthToken 200", ...Array(3).fill("authRefresh 200"), "authLogout 200"];

/** What the servers receive for so many sets of records. */
export function receivedFor(copies: number): string[] {
  return [LOGINS, RENEWALS].flatMap((all) => Array.from({ length: copies }, () => all).flat());
}

/** Records by their kind, each byte as a character. */
export type Records = Readonly<Record<string, string>>;

/** Records that others left behind, and how far the servers' clock is ahead of the machine's, in ms. */
export interface ReadTask {
  readonly do: "read";
  readonly ahead: number;
  readonly sets: readonly { readonly writer: string; readonly upstream: Upstream; readonly records: Records }[];
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
    KIND_NAMES.map((kind) => {
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

/** How long a password is not sent after the second and the third refusal. */
const PAUSES = ["10 min", "60 min"] as const;

/** Has a password refused, and says for how long it is not sent. */
async function pauseOf(session: Session): Promise<string> {
  const { retryAt } = await session.token().then(() => ({ retryAt: NaN }), (error) => error);
  return `${Math.round((retryAt - Date.now()) / 60_000)} min`;
}

/** Goes on with each record: calls the API, and calls it again when the token is over by the clock of this machine. */
export async function read({ ahead, sets }: ReadTask): Promise<Outcome> {
  const outcome: Outcome = { steps: 0, wrong: [] };
  advance(ahead);
  const opened = await Promise.all(sets.map(async ({ writer, upstream, records }) => {
    const sessions: [Kind, Session][] = [];
    for (const kind of KIND_NAMES) {
      const store = memoryStore();
      await store.write(Uint8Array.from(records[kind]!, (char) => char.charCodeAt(0)), null);
      sessions.push([kind, sessionOf(kind, upstream, store)]);
    }
    return { writer, control: createControl(upstream, outcome), sessions };
  }));
  for (const turn of [0, 1] as const) {
    await Promise.all(opened.map(async ({ writer, control, sessions }) => {
      for (const [kind, session] of sessions) {
        const isRefused = kind === "refused";
        const received = isRefused ? KINDS[kind][turn] : [...KINDS[kind][turn], LISTED];
        const [saw, work] = isRefused ? [PAUSES[turn], pauseOf] as const : [GROUPS, call] as const;
        await control.step(`${kind} of ${writer}, turn ${turn}`, () => work(session), saw, ...received);
      }
    }));
    if (turn === 0) advance(HOUR);
  }
  return outcome;
}
