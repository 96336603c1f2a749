import type { Client, Clients } from "./clients.ts";
import type { Log } from "./log.ts";

/** The clients as they are configured now. */
export interface ClientBook {
  /** The client with this id, unless it was removed or has expired. */
  find(id: string): Promise<Client | undefined>;
}

/** What {@link openClientBook} takes. */
export interface ClientBookOptions {
  /** Reads the clients anew; rejects when they cannot be read. */
  read(): Promise<Clients>;
  /** The clients as they were read at the start. */
  readonly clients: Clients;
  /** The time, in ms since 1970. */
  readonly now: () => number;
  /** Where an alert goes. */
  readonly log: Log;
}

/** How old the clients may be, in ms: who is removed is out by then. */
const MAX_AGE = 30_000;

/**
 * Opens the book of clients: looks after changes of the configuration when somebody asks, half a minute apart.
 *
 * When it cannot be read any more, the clients stay as they were and one line of the log says so.
 */
export function openClientBook({ read, clients, now, log }: ClientBookOptions): ClientBook {
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
