// The clients as they are configured now, read again while the gateway runs.
import { isDeepStrictEqual } from "node:util";
import { type Client, type Clients, parseClientFile, parseClientLine } from "./clients.ts";
import type { Config } from "./config.ts";
import { type Alerts, causeOf } from "./log.ts";

/** The clients as they are configured now. */
export type ClientBook = ReturnType<typeof openClientBook>;

/** How old the clients may be, in ms: who is removed is out by then. */
const MAX_AGE = 30_000;

/** How long they may be unreadable, in ms: a removed one must not get tokens for ever. */
const MAX_UNREADABLE = 300_000;

/**
 * Opens the book of clients. When somebody asks, it reads the configuration again, half a minute apart. When it cannot be
 * read any more, the clients stay as they were and an alert says so.
 */
export function openClientBook(clients: Clients, read: () => Promise<Clients>, now: () => number, alerts: Alerts) {
  let current = clients;
  let list = [...clients.values()];
  let readAt = now();
  let unreadableSince: number | undefined;
  let reading: Promise<void> | undefined;

  async function readAgain(): Promise<void> {
    try {
      current = await read();
      const next = [...current.values()];
      if (!isDeepStrictEqual(next, list)) list = next;
      unreadableSince = undefined;
      alerts.clear("clients");
    } catch (error) {
      unreadableSince ??= now();
      const why = error instanceof TypeError ? error.message : "Cannot read the clients";
      const then = "They stay as they were, removed ones included; after 5 minutes nobody gets a new token";
      alerts.raise("clients", `${why}. ${then}`);
    } finally {
      readAt = now();
      reading = undefined;
    }
  }

  async function refresh(): Promise<void> {
    const age = now() - readAt;
    if (age >= MAX_AGE || age < 0) await (reading ??= readAgain());
  }

  return {
    /** Whether the clients are as they are configured now; `false` when that could not be read for five minutes. */
    async isCurrent(): Promise<boolean> {
      await refresh();
      return unreadableSince === undefined || now() - unreadableSince < MAX_UNREADABLE;
    },
    /** All clients, expired ones too; the same list as before, unless one of them has changed. */
    async list(): Promise<readonly Client[]> {
      await refresh();
      return list;
    },
    /** The client with this id, unless it was removed or has expired. */
    async find(id: string): Promise<Client | undefined> {
      await refresh();
      const client = current.get(id);
      return client?.expiresAt !== undefined && client.expiresAt <= now() ? undefined : client;
    },
  };
}

/**
 * Makes the reader of the configured clients. It rejects with a `TypeError` that names the variable when they cannot be
 * read, or there are none in a line: in a file, that removes the last one.
 *
 * @param issuer The gateway's origin: assertions must be for it.
 */
export function clientReader(
  clients: Config["clients"],
  readFile: (path: string) => Promise<string>,
  issuer?: string,
): () => Promise<Clients> {
  const isLine = "line" in clients;
  return async () => {
    try {
      const listed = isLine ? parseClientLine(clients.line) : parseClientFile(await readFile(clients.file));
      if (isLine && listed.size === 0) throw new TypeError("Cannot use the clients: there are none");
      if (issuer === undefined && listed.values().some(({ trust }) => trust)) {
        throw new TypeError("Cannot use the clients: GATEWAY_ISSUER is not set, and assertions must be for it");
      }
      return listed;
    } catch (error) {
      const why = error instanceof TypeError ? error.message : `Cannot read ${Object(clients).file}: ${causeOf(error)}`;
      throw new TypeError(`${why} (from ${isLine ? "GATEWAY_CLIENTS" : "GATEWAY_CLIENTS_FILE"})`);
    }
  };
}
