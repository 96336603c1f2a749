// The variables `GATEWAY_*`, checked before anything starts.
import { Buffer } from "node:buffer";
import type { Env } from "@xsignals/session/env";
import { isSafe } from "./trust.ts";

/** What the operator configures by `GATEWAY_*`, beside the session. */
export interface Config {
  readonly clients: { readonly line: string } | { readonly file: string };
  readonly host: string;
  /** The port to listen on; 0 for any that is free. */
  readonly port: number;
  /** The gateway's origin as its clients reach it. */
  readonly issuer?: string | undefined;
  /** How long the gateway's own tokens work, in ms. */
  readonly lifetimeMs: number;
  /** How many tokens a client may ask for in a minute. */
  readonly rate: number;
  readonly proxies: number;
  readonly corsOrigins: readonly string[];
  /** Sign the gateway's own tokens, the first one; all of them verify. None: one that only this process knows. */
  readonly signingKeys: readonly Uint8Array[];
  readonly audit: boolean;
  /** What processes share; absent: nothing, there is one. */
  readonly store?: StorePlace | undefined;
  /** Encrypt the account's tokens in the store, the first one; all of them decrypt. */
  readonly storeKeys: readonly Uint8Array[];
}

/** Where processes share what they share: of a KV database the path, if any; of Postgres the address; or a directory. */
export type StorePlace = { readonly kind: "kv" | "postgres" | "file"; readonly at?: string };

/** Reads the variables; an empty one counts as not set. Throws a `TypeError` that names a wrong one and quotes no value. */
export function readConfig(env: Env): Config {
  const text = (name: string) => env.get(name) || undefined;
  const list = <T>(name: string, read: (name: string, text: string) => T): T[] => {
    return (text(name) ?? "").split(/[\s,]+/).filter((one) => one !== "").map((one) => read(name, one));
  };
  const audit = text("GATEWAY_AUDIT") ?? "false";
  if (!/^(true|false)$/.test(audit)) throw wrong("GATEWAY_AUDIT", "it must be true or false");
  const issuer = text("GATEWAY_ISSUER");
  const signingKeys = list("GATEWAY_SIGNING_KEY", readKey);
  const store = readStore(text("GATEWAY_STORE"));
  if (Boolean(store) !== signingKeys.length > 0) {
    const why = store
      ? "is not set, and processes that share GATEWAY_STORE need the same"
      : "is set without GATEWAY_STORE, and revoked tokens would work again after a restart";
    throw new TypeError(`Cannot start: GATEWAY_SIGNING_KEY ${why}`);
  }
  return {
    clients: readClients(text("GATEWAY_CLIENTS"), text("GATEWAY_CLIENTS_FILE")),
    host: readHost(text("GATEWAY_HOST") ?? "127.0.0.1"),
    port: readNumber(env, "GATEWAY_PORT", 8080, 0, 65_535),
    issuer: issuer && readOrigin("GATEWAY_ISSUER", issuer),
    lifetimeMs: readNumber(env, "GATEWAY_LIFETIME", 900, 60, 3_600) * 1000,
    rate: readNumber(env, "GATEWAY_RATE", 60, 1, 1_000_000),
    proxies: readNumber(env, "GATEWAY_PROXIES", 0, 0, 10),
    corsOrigins: list("GATEWAY_CORS_ORIGINS", readOrigin),
    audit: audit === "true",
    signingKeys,
    store,
    storeKeys: list("GATEWAY_STORE_KEYS", readKey),
  };
}

function readClients(line: string | undefined, file: string | undefined): Config["clients"] {
  const both = "GATEWAY_CLIENTS and GATEWAY_CLIENTS_FILE are both set, and one of them holds the clients";
  if (line !== undefined && file !== undefined) throw new TypeError(`Cannot start: ${both}`);
  if (file !== undefined) return { file };
  if (line === undefined) throw new TypeError("Cannot start: GATEWAY_CLIENTS is not set, nor is GATEWAY_CLIENTS_FILE");
  return { line };
}

function readHost(host: string): string {
  const isHost = /^[\w.:-]+$/.test(host) && URL.canParse(`http://${host.includes(":") ? `[${host}]` : host}`);
  if (!isHost) throw wrong("GATEWAY_HOST", "it is not an address or a host name");
  return host;
}

function wrong(name: string, why: string): TypeError {
  return new TypeError(`Cannot use ${name}: ${why}`);
}

/** The variables of the gateway. */
const NAMES = (
  "CLIENTS CLIENTS_FILE HOST PORT ISSUER LIFETIME RATE PROXIES CORS_ORIGINS STORE STORE_FILE STORE_KEYS " +
  "STORE_KEYS_FILE SIGNING_KEY SIGNING_KEY_FILE AUDIT"
).split(" ").map((name) => `GATEWAY_${name}`);

/** Whether a variable differs from ours, but so little that one of ours is likely meant. */
export function isMisspelt(name: string): boolean {
  return !NAMES.includes(name) && NAMES.some((one) => isNear(name, one, 2));
}

/** Whether one text becomes the other by so many letters that are missing, too many, or others. */
function isNear(a: string, b: string, letters: number): boolean {
  if (a === "" || b === "") return a.length + b.length <= letters;
  if (a[0] === b[0]) return isNear(a.slice(1), b.slice(1), letters);
  return letters > 0 && [[1, 1], [1, 0], [0, 1]].some(([i, j]) => isNear(a.slice(i), b.slice(j), letters - 1));
}

/** An origin and nothing else; http for loopback only, since secrets go there. */
function readOrigin(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !isSafe(url) || text.replace(/\/$/, "") !== url.origin) {
    throw wrong(name, "it must be an origin such as https://tokens.example, with no path");
  }
  return url.origin;
}

function readNumber(env: Env, name: string, otherwise: number, min: number, max: number): number {
  const text = env.get(name) || String(otherwise);
  if (/^tcp:/.test(text)) {
    throw wrong(name, "Kubernetes set it for a service of this name; set enableServiceLinks: false");
  }
  if (!/^\d{1,7}$/.test(text) || Number(text) > max || Number(text) < min) {
    throw wrong(name, `it must be a whole number from ${min} to ${max}`);
  }
  return Number(text);
}

/** A key of random bytes has about 30 that differ; one with so few was typed. */
const MIN_DISTINCT = 16;

function readKey(name: string, text: string): Uint8Array {
  const key = Buffer.from(text, "base64url");
  if (!/^[\w-]{43}$/.test(text) || key.byteLength !== 32 || new Set(key).size < MIN_DISTINCT) {
    throw wrong(name, "it must be 32 random bytes as base64url; make one with deno task gateway:key");
  }
  return new Uint8Array(key);
}

function readStore(text: string | undefined): StorePlace | undefined {
  if (text === undefined || text === "memory") return undefined;
  const [kind, ...rest] = text.split(":");
  const place = rest.join(":");
  if (kind === "kv" && place === "") return { kind };
  if (kind === "kv" || (kind === "file" && place !== "")) return { kind, at: place };
  if ((kind === "postgres" || kind === "postgresql") && place !== "") {
    if (URL.canParse(text)) return { kind: "postgres", at: text };
    throw wrong("GATEWAY_STORE", "its address cannot be read; percent-encode what is special in a password");
  }
  throw wrong("GATEWAY_STORE", "it must be memory, kv, kv:PATH, file:DIRECTORY or postgres://…");
}
