import { randomBytes } from "node:crypto";
import type { Context, Hono } from "hono";
import { type Clock, type FetchLike, memoryStore, type Session, type Store } from "@xsignals/session";
import type { Env } from "@xsignals/session/env";
import { accountSession } from "./account_session.ts";
import { createApp } from "./app.ts";
import type { AppEnv } from "./app_env.ts";
import { callerAddress } from "./caller_address.ts";
import { openClientBook } from "./client_book.ts";
import { type Clients, parseClientFile, parseClientLine } from "./clients.ts";
import type { Config } from "./config.ts";
import { gatewayTokens } from "./gateway_token.ts";
import type { Log } from "./log.ts";
import { quotas } from "./quota.ts";
import { rateLimits } from "./rate_limits.ts";
import { keepRevocations } from "./revocations.ts";
import type { SharedStores } from "./shared_stores.ts";
import { upstreamGate } from "./upstream_gate.ts";

/** The outside world of the app. */
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
  /** What processes share; absent: nothing. */
  readonly shared?: SharedStores;
  /** Keeps the account's record, encrypted if need be; absent: this process's memory. */
  readonly record?: Store;
  /** Sends what goes upstream; the platform's when absent. */
  readonly fetch?: FetchLike;
}

/** The app, and the account's session that feeds it. */
export interface Assembled {
  readonly app: Hono<AppEnv>;
  readonly session: Session;
}

/**
 * Makes the app from its configuration.
 *
 * @throws {TypeError} When a variable is missing or wrong.
 */
export async function assemble(config: Config, world: World): Promise<Assembled> {
  const { env, clock, log, shared, record, fetch } = world;
  const now = clock ? () => clock.now() : Date.now;
  const read = readerOf(config.clients, world);
  const clients = openClientBook({ read, clients: await read(), now, log });
  const gate = upstreamGate(now);
  const session = accountSession(env, {
    onEvent: gate.onEvent,
    waitUntil: (work) => void work.catch(() => {}), // this process lives on: nobody need wait for a renewal
    ...(record ? { store: record } : {}),
    ...(fetch ? { fetch } : {}),
    ...(clock ? { clock } : {}),
  });
  const limits = rateLimits({
    successes: quotas(now, shared?.open("successes")),
    failures: quotas(now, shared?.open("failures")),
    rate: config.rate,
    addressOf: (c) => callerAddress(world.socketAddress(c), c.req.header("x-forwarded-for") ?? null, config.proxies),
  });
  const { mode, lifetimeMs, minValidMs, issuer, corsOrigins } = config;
  const key = config.signingKey ?? randomBytes(32);
  const revocations = keepRevocations(shared?.open("revocations") ?? memoryStore(), now);
  const app = createApp({
    ...(mode === "gateway" ? { tokens: gatewayTokens({ key, lifetimeMs, clients, revocations, now }) } : {}),
    ...(issuer === undefined ? {} : { issuer }),
    session,
    gate,
    clients,
    limits,
    minValidMs,
    corsOrigins,
    now,
    log,
  });
  return { app, session };
}

/** Reads the clients; a file each time anew. */
function readerOf(clients: Config["clients"], { readFile }: World): () => Promise<Clients> {
  if ("line" in clients) {
    const parsed = named("TOKEN_CLIENTS", () => parseClientLine(clients.line));
    return () => Promise.resolve(parsed);
  }
  return async () => {
    const text = await readFile(clients.file).catch((error) => {
      throw new TypeError(
        `Cannot read the clients: ${error instanceof Error ? error.name : "it failed"} (from TOKEN_CLIENTS_FILE)`,
      );
    });
    return named("TOKEN_CLIENTS_FILE", () => parseClientFile(text));
  };
}

function named(variable: string, parse: () => Clients): Clients {
  try {
    const clients = parse();
    if (clients.size === 0) throw new TypeError("Cannot use the clients: there is none");
    return clients;
  } catch (error) {
    throw error instanceof TypeError ? new TypeError(`${error.message} (from ${variable})`) : error;
  }
}
