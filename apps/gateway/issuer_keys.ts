// The public keys of the platforms that clients trust, fetched when they are needed.
import { createLocalJWKSet, createRemoteJWKSet, customFetch, type FetchImplementation } from "jose";
import type { FetchLike } from "@xsignals/session";
import { readAtMost } from "./form.ts";
import { type Alerts, causeOf } from "./log.ts";
import { isSafe } from "./trust.ts";
import { UpstreamUnavailable } from "./upstream.ts";

/** The keys that an issuer publishes: fetched when they are needed, once for all who wait. */
export interface IssuerKeys {
  /** Finds the key of a signature; 503 while the issuer cannot be asked. */
  readonly find: ReturnType<typeof createRemoteJWKSet>;
  /** Becomes another one, which never comes back, when the keys change. */
  version(): number;
}

/** How issuers are asked: within a deadline for all of an answer, and not again for a while after one, both in ms. */
export interface IssuerKeysOptions {
  readonly fetch: FetchLike;
  readonly now: () => number;
  readonly alerts: Alerts;
  readonly deadlineMs?: number;
  readonly cooldownMs?: number;
}

const PAUSE = 10_000; // in ms: an issuer that failed is left alone for so long
const MAX_DOCUMENT = 262_144; // in bytes

/** What is wrong with an issuer, in words that go on after "it". */
class Fault extends Error {}

/** Makes what has the keys of each issuer. Only issuers of entries may be asked for. */
export function issuerKeys(options: IssuerKeysOptions): (issuer: string) => IssuerKeys {
  const known = new Map<string, IssuerKeys>();
  return (issuer) => known.get(issuer) ?? known.set(issuer, keysOf(issuer, options)).get(issuer)!;
}

function keysOf(issuer: string, options: IssuerKeysOptions): IssuerKeys {
  const { fetch, now, alerts, deadlineMs = 5_000, cooldownMs = 1_000 } = options;
  const incident = `issuer ${issuer.replace(/^https?:\/\//, "")}`;
  let [version, last] = [0, ""];
  let failure: { readonly at: number; readonly error: UpstreamUnavailable } | undefined;

  async function read(address: string, signal?: AbortSignal | null): Promise<string> {
    const answer = await fetch(address, { redirect: "manual", signal, headers: { accept: "application/json" } });
    const { status, body } = answer;
    const bytes = status === 200 ? await readAtMost(body, MAX_DOCUMENT) : await body?.cancel();
    if (bytes) return new TextDecoder().decode(bytes);
    throw new Fault(status === 200 ? "answered with a document that is too long" : `answered with status ${status}`);
  }

  /** The keys, by way of the discovery document (OpenID Connect Discovery 1.0, 4). */
  async function readKeys(signal?: AbortSignal | null): Promise<string> {
    const document = await read(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, signal);
    const { issuer: itself, jwks_uri } = Object(JSON.parse(document));
    if (itself !== issuer) throw new Fault("names another issuer in its discovery document");
    const url = URL.canParse(jwks_uri) ? new URL(jwks_uri) : undefined;
    if (!url || !isSafe(url) || (issuer.startsWith("https:") && url.protocol !== "https:")) {
      throw new Fault("names keys that are not at an https address");
    }
    const keys = await read(url.href, signal);
    createLocalJWKSet(JSON.parse(keys)); // throws unless it is a key set
    return keys;
  }

  const load: FetchImplementation = async (_, { signal }) => {
    if (failure && Math.abs(now() - failure.at) < PAUSE) throw failure.error;
    try {
      const keys = await readKeys(signal);
      if (keys !== last) version++;
      last = keys;
      failure = undefined;
      alerts.clear(incident);
      return new Response(keys);
    } catch (error) {
      const why = error instanceof Fault ? error.message : `cannot be asked (${causeOf(error)})`;
      alerts.raise(incident, `Cannot use the keys of ${issuer}: it ${why}. Its clients get 503 until it is mended`);
      failure = { at: now(), error: new UpstreamUnavailable(`${incident} ${why}`, PAUSE) };
      throw failure.error;
    }
  };
  const how = { timeoutDuration: deadlineMs, cooldownDuration: cooldownMs, [customFetch]: load };
  return { find: createRemoteJWKSet(new URL(issuer), how), version: () => version };
}
