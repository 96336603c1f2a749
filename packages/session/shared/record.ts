// The one record that all sessions of an account share: its form as bytes (UTF-8 JSON), and reading and writing it.
import { describeError, SessionError } from "../errors.ts";
import { HEADER } from "../options.ts";
import type { Context, Known, StoreEngine } from "../types.ts";

const VERSION = 2; // of the form that this code writes and reads

/** The record: what is known of the account, and what only stores need. */
export interface SessionRecord extends Omit<Known, "isNew" | "isUnsaved" | "othersRenew"> {
  /** Which session has a refresh token in flight. */
  readonly by?: string;
  /** Who renews, and for how long at most, in ms. */
  readonly lease?: { readonly holder: string; readonly ms: number };
}

/** The record as it is stored. */
export interface StoredRecord extends SessionRecord {
  /** Fingerprint of origin, strategy and account: a record of another identity is never used. */
  readonly identity: string;
}

/** The record, or an empty one if the store has none of this identity, and the version to compare with. */
export interface Entry {
  readonly record: SessionRecord;
  readonly version: string | null;
  readonly isNew: boolean;
}

/** The account's record in a store, as one session sees it. */
export type OpenRecord = ReturnType<typeof openRecord>;

/** Opens the record of one identity. One of another identity is reported and never used; the next write replaces it. */
export function openRecord(context: Context, engine: StoreEngine, getIdentity: () => Promise<string>) {
  const { clock, emit } = context;
  let foreign: string | null = null;
  let seen: { readonly version: string | null; readonly since: number } | undefined;

  async function guarded<T>(operation: "read" | "write", call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      emit({ type: "store_failed", at: clock.now(), operation });
      if (error instanceof SessionError) throw error;
      throw new SessionError("store_failed", `Cannot ${operation} the session's record: ${describeError(error)}`);
    }
  }

  return {
    context,
    engine,
    /** This session's name in a lease. */
    holder: crypto.randomUUID(),
    /** The record as it is now. */
    async read(): Promise<Entry> {
      const identity = await getIdentity();
      const stored = await guarded("read", async () => {
        const entry = await engine.read();
        return entry && { ...decodeRecord(entry.data), version: entry.version };
      });
      const { identity: whose, version = null, ...record } = stored ?? {};
      if (seen?.version !== version) seen = { version, since: clock.monotonic() };
      if (whose === identity) return { record, version, isNew: false };
      if (stored && foreign !== version) emit({ type: "record_foreign", at: clock.now() });
      foreign = version;
      return { record: {}, version, isNew: true };
    },
    /** How long this session knows that the record has not changed since that version, in ms on the monotonic clock. */
    unchangedFor: (version: string | null) => seen?.version === version ? clock.monotonic() - seen.since : 0,
    /** Writes the record over the version. Resolves with the new one, or with `false` if somebody else wrote. */
    async write(record: SessionRecord, over: string | null): Promise<string | false> {
      const data = encodeRecord({ ...record, identity: await getIdentity() });
      return await guarded("write", () => engine.write(data, over));
    },
  };
}

/** The record as bytes. */
export function encodeRecord(record: StoredRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: VERSION, ...record }));
}

/** The record that the bytes hold. Members that this version does not know stay in it. */
export function decodeRecord(data: Uint8Array): StoredRecord {
  try {
    const { v, ...record } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data));
    if (v === VERSION && isLike(record, SHAPE)) return record;
  } catch {
    // It is damaged.
  }
  const why = "it is damaged, or of another version of this package; remove it or use that version";
  throw new SessionError("store_failed", `Cannot read the session's record: ${why}`);
}

/** The members of a record, each with a value of its type. */
const SHAPE = {
  identity: "",
  "token?": { scheme: "", value: "", "expiresAt?": 0, "lifetime?": 0, "refresh?": "" },
  "inFlight?": "",
  "by?": "",
  "lease?": { holder: "", ms: 0 },
  "refusals?": [{ of: "", what: "", code: "", at: 0, "status?": 0, "count?": 0, "forMs?": 0 }],
  "loggedOut?": "",
};

/** Whether a value has what the shape has. A text must fit into a header: the platform's error would quote it. */
function isLike(value: unknown, shape: unknown): boolean {
  if (typeof shape === "number") return Number.isFinite(value);
  if (typeof shape === "string") return typeof value === "string" && HEADER[0].test(value);
  if (Array.isArray(shape)) return Array.isArray(value) && value.every((one) => isLike(one, shape[0]));
  return Object(value) === value && Object.entries(Object(shape)).every(([name, of]) => {
    const member = Object(value)[name.replace("?", "")];
    return (member === undefined && name.endsWith("?")) || isLike(member, of);
  });
}
