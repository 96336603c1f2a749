// Clients as the operator configures them, and the hashes of their secrets.
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { parseTrust, type Refuse, sameness, type Trust } from "./trust.ts";

/** What a token may be good for: reading files, and reading time series. */
export const SCOPES = ["files:read", "series:read"] as const;

/** The name of a scope. */
export type Scope = typeof SCOPES[number];

/** A program that may ask for tokens. */
export interface Client {
  readonly id: string;
  /** What people call it, for the operator only. */
  readonly label?: string | undefined;
  /** The hashes of its secret; of two while it is rotated; none where it has something else to trust. */
  readonly hashes: readonly Uint8Array[];
  readonly trust?: Trust | undefined;
  /** What it may do; only read files when absent. */
  readonly scopes?: readonly Scope[] | undefined;
  /** How many tokens it may ask for in a minute; the app's default when absent. */
  readonly rate?: number | undefined;
  /** Until when it may ask, in ms since 1970. */
  readonly expiresAt?: number | undefined;
}

/** A client that proved who it is. */
export interface Authenticated {
  readonly client: Client;
  /** The hash of the secret that it showed, or the mark of the trust that it proved; one of the client's. */
  readonly hash: Uint8Array;
  /** Of whom its assertion is. */
  readonly subject?: string;
}

/** The clients by id; configured in a line, or in a file. */
export type Clients = ReadonlyMap<string, Client>;

/** Letters, digits and a little more: what needs no encoding anywhere, and can stand in a log. */
const ID = /^[\w.~-]{1,64}$/;

/**
 * Reads clients from a line: `id:hash` or `id:hash:hash`, with spaces or commas between them.
 *
 * @throws {TypeError} When one is malformed or twice; nothing is quoted, since a secret may stand there by mistake.
 */
export function parseClientLine(text: string): Clients {
  const parts = text.split(/[\s,]+/).filter((part) => part !== "").map((part) => part.split(":"));
  return collect(parts.map(([id, ...hashes]) => ({ id, hashes })));
}

/**
 * Reads clients from a file: `{ "clients": [{ "id", "hashes", "scopes"?, "label"?, "rate"?, "expires"? }] }`. Instead of
 * `hashes` one may have `assertion`, or `jwks`.
 *
 * @throws {TypeError} If it is not such JSON, or a client is malformed or twice; nothing is quoted.
 */
export function parseClientFile(text: string): Clients {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw new TypeError("Cannot use the clients: the file is not JSON");
  }
  const { clients } = Object(json);
  if (!Array.isArray(clients)) throw new TypeError("Cannot use the clients: the file must have a list named clients");
  return collect(clients);
}

function collect(list: readonly unknown[]): Clients {
  const clients = new Map<string, Client>();
  const trusted = new Set<string>();
  for (const [index, json] of list.entries()) {
    const refuse: Refuse = (isWrong, what) => {
      if (isWrong) throw new TypeError(`Cannot use the clients: client ${index + 1} ${what}`);
    };
    const client = checked(json, refuse);
    refuse(clients.has(client.id), "has an id that another one has");
    const trust = client.trust ? sameness(client.trust) : client.id;
    refuse(trusted.has(trust), "has an assertion that another one has");
    trusted.add(trust);
    clients.set(client.id, client);
  }
  return clients;
}

function checked(json: unknown, refuse: Refuse): Client {
  const { id, label, hashes, assertion, jwks, scopes, rate, expires, ...others } = Object(json);
  refuse(typeof id !== "string" || !ID.test(id), "needs an id of 1 to 64 letters, digits and -._~");
  const ways = [hashes, assertion, jwks].filter((one) => one !== undefined);
  refuse(ways.length !== 1, "needs one of hashes, assertion and jwks, and no other");
  const trust = parseTrust(id, assertion, jwks, refuse);
  const given: unknown[] = Array.isArray(hashes) ? hashes : [];
  refuse(!trust && (given.length < 1 || given.length > 2), "needs one hash, or two");
  const parsed = given.map(parseHash).filter((hash) => hash !== undefined);
  refuse(parsed.length < given.length, "has a hash that is not valid: make one with deno task gateway:client");
  const known = SCOPES.join(", ");
  refuse(scopes !== undefined && !isScopes(scopes), `has scopes that are not a list of one or more of ${known}`);
  refuse(label !== undefined && typeof label !== "string", "has a label that is not text");
  const isRate = rate === undefined || (Number.isSafeInteger(rate) && rate >= 1);
  refuse(!isRate, "has a rate that is not a whole number from 1, of tokens in a minute");
  const expiresAt = expires === undefined ? undefined : parseTime(expires);
  refuse(Number.isNaN(expiresAt), "has an expires that is not a time such as 2030-01-31T00:00:00Z");
  const isMore = Object.keys(others).length > 0;
  refuse(isMore, "has a member besides id, label, hashes, assertion, jwks, scopes, rate, expires");
  return { id, label, hashes: parsed, trust, scopes, rate, expiresAt };
}

/** A time of ISO 8601 with a zone, in ms since 1970: other forms, and days that no month has, mean whatever a platform likes. */
function parseTime(text: unknown): number {
  const day = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.exec(String(text))?.[1];
  if (day === undefined || Number.isNaN(Date.parse(day))) return NaN;
  return new Date(day).toISOString().startsWith(day) ? Date.parse(String(text)) : NaN;
}

/** What names the ways in which a client proves who it is, 32 bytes each; one that is taken away takes its tokens along. */
export function marksOf({ hashes, trust }: Client): readonly Uint8Array[] {
  return trust?.marks ?? hashes;
}

/** What a client may do. */
export function scopesOf({ scopes = ["files:read"] }: Client): readonly Scope[] {
  return scopes;
}

function isScopes(scopes: unknown): boolean {
  return Array.isArray(scopes) && scopes.length > 0 && scopes.every((one) => SCOPES.includes(one)) &&
    new Set(scopes).size === scopes.length;
}

const PREFIX = "sha256-";

/**
 * The hash of a secret, 32 bytes: what is configured and compared, never the secret.
 *
 * A plain SHA-256 is enough because secrets are made here, of 256 random bits: nobody can try them all. A word that a
 * person chose would need a slow hash.
 */
export function hashSecret(secret: string): Uint8Array {
  return new Uint8Array(hash("sha256", secret, "buffer"));
}

/** A hash as it is configured: `sha256-` and 43 characters of base64url. */
export function formatHash(hash: Uint8Array): string {
  return PREFIX + Buffer.from(hash).toString("base64url");
}

/** The hash in such a text; `undefined` if the text is not a hash. */
export function parseHash(text: unknown): Uint8Array | undefined {
  if (typeof text !== "string" || !/^sha256-[\w-]{43}$/.test(text)) return undefined;
  const hash = new Uint8Array(Buffer.from(text.slice(PREFIX.length), "base64url"));
  return formatHash(hash) === text ? hash : undefined; // the last character has two bits to spare
}
