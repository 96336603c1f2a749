import { randomBytes } from "node:crypto";
import { formatHash, hashSecret } from "./client_hash.ts";
import { parseClientFile } from "./clients.ts";

/** A client that was just made. */
export interface NewClient {
  /** Its secret, which is nowhere else. */
  readonly secret: string;
  /** What to add to `TOKEN_CLIENTS`. */
  readonly line: string;
  /** What to add to the file of clients. */
  readonly entry: string;
}

/**
 * Makes a client with a secret of 256 random bits.
 *
 * @throws {TypeError} When the id cannot be used.
 */
export function newClient(id: string): NewClient {
  const secret = randomBytes(32).toString("base64url");
  const hash = formatHash(hashSecret(secret));
  const entry = JSON.stringify({ id, hashes: [hash] });
  parseClientFile(`{"clients":[${entry}]}`);
  return { secret, line: `${id}:${hash}`, entry };
}
