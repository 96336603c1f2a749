// Puts the gateway together from its configuration and the outside world.
import { randomBytes } from "node:crypto";
import type { Context } from "hono";
import type { Clock, FetchLike, Session, SessionOptions, Store } from "@xsignals/session";
import { createSession, memoryStore } from "@xsignals/session";
import { type Env, optionsFromEnv } from "@xsignals/session/env";
import { guardApi } from "./api_guard.ts";
import { createApp } from "./app.ts";
import { makeCalls } from "./calls.ts";
import { assertionChecker } from "./assertions.ts";
import { clientReader, openClientBook } from "./client_book.ts";
import type { Config } from "./config.ts";
import { watchHealth } from "./health.ts";
import { issuerKeys } from "./issuer_keys.ts";
import { type AppEnv, type Log, makeAlerts } from "./log.ts";
import { quotas } from "./quota.ts";
import { callerAddress, rateLimits } from "./rate_limits.ts";
import { keepRevocations } from "./revocations.ts";
import { gatewayTokens } from "./tokens.ts";
import { watchUpstream } from "./upstream.ts";

/** What processes share, an entry each: the account's record, revoked tokens, counts by client and by address. */
export type SharedEntry = "session" | "revocations" | "successes" | "failures";

/** The entries of one place. */
export interface SharedStores {
  open(entry: SharedEntry): Store;
}

/** The outside world of the gateway. */
export interface World {
  /** The variables of the session. */
  readonly env: Env;
  /** The time; the platform's when absent. */
  readonly clock?: Clock;
  readonly log: Log;
  readFile(path: string): Promise<string>;
  /** The address at the other end of a request's connection, if it is known. */
  socketAddress(c: Context<AppEnv>): string | undefined;
  /** What processes share; absent: nothing, there is one. */
  readonly shared?: SharedStores | undefined;
  /** Sends what goes upstream; the platform's when absent. */
  readonly fetch?: FetchLike;
}

/** The gateway, and what its program looks after. */
export type Gateway = Awaited<ReturnType<typeof assemble>>;

/** Makes the gateway from its configuration. Throws a `TypeError` when a variable is missing or wrong. */
export async function assemble(config: Config, world: World) {
  const { env, clock, log, shared, fetch = globalThis.fetch } = world;
  const { issuer, lifetimeMs, rate, proxies, signingKeys: [first = randomBytes(32), ...others] } = config;
  const now = clock ? () => clock.now() : Date.now;
  const read = clientReader(config.clients, world.readFile, issuer);
  const alerts = makeAlerts(log, now);
  const clients = openClientBook(await read(), read, now, alerts);
  const upstream = watchUpstream(now, alerts);
  const session: Session = accountSession(env, {
    onEvent: upstream.onEvent,
    waitUntil: (work) => void work.catch(() => {}), // this process lives on: nobody has to wait for a renewal
    store: shared?.open("session"),
    fetch: guardApi(fetch, () => session.baseUrl, upstream),
    clock,
  });
  const addressOf = (c: Context<AppEnv>) => {
    const forwarded = c.req.header("x-forwarded-for") ?? null;
    if (forwarded !== null && proxies === 0) {
      alerts.raise("proxies", "Cannot tell callers apart: X-Forwarded-For comes, and GATEWAY_PROXIES is 0");
    }
    return callerAddress(world.socketAddress(c), forwarded, proxies);
  };
  const successes = quotas(now, shared?.open("successes"));
  const limits = rateLimits(successes, quotas(now, shared?.open("failures")), rate, addressOf);
  const revocations = keepRevocations(shared?.open("revocations") ?? memoryStore(), now, alerts);
  const tokens = gatewayTokens({ keys: [first, ...others], lifetimeMs, clients, revocations, now });
  const keysOf = issuerKeys({ fetch, now, alerts });
  const checkAssertion = issuer === undefined ? undefined : assertionChecker(issuer, clients, keysOf, now);
  const health = watchHealth(session, upstream, revocations, clients);
  const calls = makeCalls(tokens.isGood, now, "file" in config.clients || shared !== undefined);
  const audit = config.audit ? addressOf : undefined;
  const parts = { config, clients, limits, tokens, checkAssertion, session, upstream };
  const app = createApp({ ...parts, health, calls, now, log, audit });
  return { app, health, alerts };
}

/** How long a client's request waits for an upstream that answers 429 or 503, in ms. */
const WAIT = 3_000;

/** How long a login may take, in ms: after a silence clients are served within ten seconds. */
const TOKEN_DEADLINE = 8_000;

/** The variables that hold an address. */
const ADDRESSES = ["XSIGNALS_BASE_URL", "XSIGNALS_TOKEN_URL", "XSIGNALS_AUTH_DOMAIN"];

/** Makes the session of the account from `XSIGNALS_*`. Throws a `TypeError` that names a variable that is missing or wrong. */
export function accountSession(env: Env, world: Partial<SessionOptions> = {}): Session {
  const options = optionsFromEnv(env);
  try {
    return createSession({ waitBudgetMs: WAIT, tokenDeadlineMs: TOKEN_DEADLINE, ...world, ...options });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`${error.message} (from ${ADDRESSES.filter((name) => env.get(name)).join(", ")})`);
  }
}
