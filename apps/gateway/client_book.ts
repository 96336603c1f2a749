import { type Client, type Clients, parseClientFile, parseClientLine } from "./clients.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";

/** The clients as they are configured now. */
export interface ClientBook {
  /** The client with this id, unless it was removed or has expired. */
  find(id: string): Promise<Client | undefined>;
}

/** How old the clients may be, in ms: who is removed is out by then. */
const MAX_AGE = 30_000;

/**
 * Opens the book of clients. When somebody asks, it reads the configuration again, half a minute apart.
 *
 * When it cannot be read any more, the clients stay as they were and one line of the log says so.
 *
 * @param clients The clients as they were read at the start.
 * @param read Reads the clients anew; rejects when they cannot be read.
 * @param now The time, in ms since 1970.
 * @param log Where an alert goes.
 */
export function openClientBook(
  clients: Clients,
  read: () => Promise<Clients>,
  now: () => number,
  log: Log,
): ClientBook {
  let current = clients;
  let readAt = now();
  let isAlerted = false;
  let reading: Promise<void> | undefined;

  async function readAgain(): Promise<void> {
    try {
      current = await read();
      isAlerted = false;
    } catch {
      if (!isAlerted) {
        const message = "Cannot read the clients any more: they stay as they were, removed ones included";
        log({ at: new Date(now()).toISOString(), event: "alert", reason: "clients", message });
      }
      isAlerted = true;
    } finally {
      readAt = now();
      reading = undefined;
    }
  }

  return {
    async find(id) {
      const age = now() - readAt;
      if (age >= MAX_AGE || age < 0) await (reading ??= readAgain());
      const client = current.get(id);
      return client?.expiresAt !== undefined && client.expiresAt <= now() ? undefined : client;
    },
  };
}

/**
 * Makes the reader of the configured clients, which reads a file each time anew.
 *
 * The reader rejects with a `TypeError` that names the variable when there are no clients, or they cannot be read.
 */
export function clientReader(
  clients: Config["clients"],
  readFile: (path: string) => Promise<string>,
): () => Promise<Clients> {
  if ("line" in clients) {
    const parsed = named("GATEWAY_CLIENTS", () => parseClientLine(clients.line));
    return () => Promise.resolve(parsed);
  }
  return async () => {
    const text = await readFile(clients.file).catch((error) => {
      throw new TypeError(
        `Cannot read the clients: ${error instanceof Error ? error.name : "it failed"} (from GATEWAY_CLIENTS_FILE)`,
      );
    });
    return named("GATEWAY_CLIENTS_FILE", () => parseClientFile(text));
  };
}

function named(variable: string, parse: () => Clients): Clients {
  try {
    const clients = parse();
    if (clients.size === 0) throw new TypeError("Cannot use the clients: the list is empty");
    return clients;
  } catch (error) {
    throw error instanceof TypeError ? new TypeError(`${error.message} (from ${variable})`) : error;
  }
}
