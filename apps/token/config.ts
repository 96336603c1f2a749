/**
 * The app's own variables, `TOKEN_*`.
 *
 * @module
 */
import type { Env } from "@xsignals/session/env";
import { type Client, parseClients } from "./clients.ts";

/** What the operator configures, beside the session. */
export interface Config {
  /** Who may ask for tokens. */
  readonly clients: ReadonlyMap<string, Client>;
  /** The address to listen on. */
  readonly host: string;
  /** The port to listen on; 0 for any that is free. */
  readonly port: number;
  /** What a token that is handed out should have left at least, in ms. */
  readonly minValidMs: number;
}

/**
 * Reads the variables; an empty one counts as not set.
 *
 * @throws {TypeError} When one is missing or wrong; the message names it and quotes no value.
 */
export function readConfig(env: Env): Config {
  return {
    clients: readClients(env),
    host: readHost(env),
    port: readNumber(env, "TOKEN_PORT", 8080, 65_535),
    minValidMs: readNumber(env, "TOKEN_MIN_VALID", 60, 86_400) * 1000,
  };
}

function readClients(env: Env): ReadonlyMap<string, Client> {
  const text = env.get("TOKEN_CLIENTS") || undefined;
  if (text === undefined) throw new TypeError("Cannot start: TOKEN_CLIENTS is not set");
  try {
    return parseClients(text);
  } catch (error) {
    throw error instanceof TypeError ? new TypeError(`${error.message} (from TOKEN_CLIENTS)`) : error;
  }
}

function readHost(env: Env): string {
  const host = env.get("TOKEN_HOST") || "127.0.0.1";
  const isHost = /^[\w.:-]+$/.test(host) && URL.canParse(`http://${host.includes(":") ? `[${host}]` : host}`);
  if (!isHost) throw new TypeError("Cannot use TOKEN_HOST: it is no address and no host name");
  return host;
}

function readNumber(env: Env, name: string, otherwise: number, max: number): number {
  const text = env.get(name) || String(otherwise);
  if (!/^\d{1,6}$/.test(text) || Number(text) > max) {
    throw new TypeError(`Cannot use ${name}: it must be a whole number from 0 to ${max}`);
  }
  return Number(text);
}
