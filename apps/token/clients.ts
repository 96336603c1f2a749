/**
 * The clients that may ask for tokens.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { formDecode } from "./form.ts";

/** A program that may ask for tokens. */
export interface Client {
  /** Its id. */
  readonly id: string;
  /** The SHA-256 of its secret; the secret itself is not kept. */
  readonly secretHash: Uint8Array;
}

/** The clients by id; a `Map` is one. */
export interface Clients {
  /** The client with this id. */
  get(id: string): Client | undefined;
}

/** The form in which a secret is kept and compared. */
export function hashSecret(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}

/**
 * Reads clients from text: `id:secret` pairs with spaces or commas between them. Id and secret are form-encoded, so that
 * any character can be written: `a%2Cb` for `a,b`. Letters, digits and `-._~` stand for themselves.
 *
 * @param text The pairs.
 * @returns The clients by id.
 * @throws {TypeError} When there is none, a pair is malformed, or an id is there twice; no pair is quoted.
 */
export function parseClients(text: string): ReadonlyMap<string, Client> {
  const clients = new Map<string, Client>();
  for (const [index, pair] of text.split(/[\s,]+/).filter((pair) => pair !== "").entries()) {
    const { id, secret } = parsePair(pair, `pair ${index + 1}`);
    if (clients.has(id)) throw new TypeError(`Cannot use the clients: the id of pair ${index + 1} is there twice`);
    clients.set(id, { id, secretHash: hashSecret(secret) });
  }
  if (clients.size === 0) throw new TypeError("Cannot use the clients: there is none");
  return clients;
}

function parsePair(pair: string, which: string): { id: string; secret: string } {
  const [id, secret, ...rest] = pair.split(":").map(formDecode);
  if (rest.length > 0 || !isUsable(id) || !isUsable(secret)) {
    throw new TypeError(`Cannot use the clients: ${which} is not id:secret, both form-encoded and not empty`);
  }
  return { id, secret };
}

/** No control characters: they would never arrive unchanged, and an id goes into the log. */
function isUsable(part: string | undefined): part is string {
  return part !== undefined && part !== "" && !/\p{Cc}/u.test(part);
}
