import { randomBytes } from "node:crypto";
import type { Context, Hono } from "hono";
import {
  type Clock,
  createSession,
  type FetchLike,
  memoryStore,
  type Session,
  type SessionOptions,
  type Store,
} from "@xsignals/session";
import { type Env, optionsFromEnv } from "@xsignals/session/env";
import { createApp } from "./app.ts";
import { clientReader, openClientBook } from "./client_book.ts";
import type { Config } from "./config.ts";
import type { AppEnv, Log } from "./log.ts";
import { quotas } from "./quota.ts";
import { callerAddress, rateLimits } from "./rate_limits.ts";
import { keepRevocations } from "./revocations.ts";
import { gatewayTokens } from "./tokens.ts";
import { watchUpstream } from "./upstream.ts";

/** What processes share, an entry each: the account's record, revoked tokens, counts by client and by address. */
export type SharedEntry = "session" | "revocations" | "successes" | "failures";

/** The entries of one place. */
export interface SharedStores {
  /** The store of an entry. */
  open(entry: SharedEntry): Store;
}

/** The outside world of the gateway. */
export interface World {
  /** The variables of the session. */
  readonly env: Env;
  /** The time; the platform's when absent. */
  readonly clock?: Clock;
  /** Writes one line of the log. */
  readonly log: Log;
  /** Reads the file of clients. */
  readFile(path: string): Promise<string>;
  /** The address at the other end of a request's connection, if it is known. */
  socketAddress(c: Context<AppEnv>): string | undefined;
  /** What processes share; absent: nothing, there is one. */
  readonly shared?: SharedStores;
  /** Sends what goes upstream; the platform's when absent. */
  readonly fetch?: FetchLike;
}

/**
 * Makes the gateway from its configuration.
 *
 * @throws {TypeError} When a variable is missing or wrong.
 */
export async function assemble(config: Config, world: World): Promise<Hono<AppEnv>> {
  const { env, clock, log, shared, fetch } = world;
  const { lifetimeMs, rate, proxies, signingKey = randomBytes(32) } = config;
  const now = clock ? () => clock.now() : Date.now;
  const read = clientReader(config.clients, world.readFile);
  const clients = openClientBook(await read(), read, now, log);
  const upstream = watchUpstream(now, log);
  const session = accountSession(env, {
    onEvent: upstream.onEvent,
    waitUntil: (work) => void work.catch(() => {}), // this process lives on: nobody has to wait for a renewal
    ...(shared ? { store: shared.open("session") } : {}),
    ...(fetch ? { fetch } : {}),
    ...(clock ? { clock } : {}),
  });
  const limits = rateLimits({
    successes: quotas(now, shared?.open("successes")),
    failures: quotas(now, shared?.open("failures")),
    rate,
    addressOf: (c) => callerAddress(world.socketAddress(c), c.req.header("x-forwarded-for") ?? null, proxies),
  });
  const revocations = keepRevocations(shared?.open("revocations") ?? memoryStore(), now);
  const tokens = gatewayTokens({ key: signingKey, lifetimeMs, clients, revocations, now });
  return createApp({
    config,
    tokens,
    session,
    upstream,
    clients,
    limits,
    now,
    log,
  });
}

/** How long a client's request waits for an upstream that answers 429 or 503, in ms. */
const WAIT = 3_000;

/** The variables that hold an address. */
const ADDRESSES = ["XSIGNALS_BASE_URL", "XSIGNALS_TOKEN_URL", "XSIGNALS_AUTH_DOMAIN"];

/**
 * Makes the session of the account from `XSIGNALS_*`.
 *
 * @param env Where the variables are read.
 * @param world What else the session gets: a store, a `fetch` and a clock.
 * @throws {TypeError} When a variable is missing or wrong. The message names the variable.
 */
export function accountSession(env: Env, world: Partial<SessionOptions> = {}): Session {
  const options = optionsFromEnv(env);
  try {
    return createSession({ waitBudgetMs: WAIT, ...world, ...options });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`${error.message} (from ${ADDRESSES.filter((name) => env.get(name)).join(", ")})`);
  }
}
