// Tries whether the account, the store and the clients work, for `/readyz` and the page.
import { setTimeout as pause } from "node:timers/promises";
import type { Session } from "@xsignals/session";
import type { ClientBook } from "./client_book.ts";
import type { Revocations } from "./revocations.ts";
import { type Upstream, UpstreamUnavailable } from "./upstream.ts";

/** Knows whether the gateway works. */
export type Health = ReturnType<typeof watchHealth>;

/** Whether all of it works. */
export function isReady(state: Readonly<Record<string, string>>): boolean {
  return Object.values(state).every((word) => word === WORKS);
}

const WORKS = "works";

/** How long whoever asks waits for a try, in ms; the try goes on. */
const PATIENCE = 3_000;

/**
 * Makes what knows whether the gateway works. It tries by itself: a balancer sends nothing to a gateway that is not ready,
 * so that no request would ever find out that all is well again.
 *
 * While the account's token is valid nothing is asked upstream, and after a failure the upstream is left alone as always.
 */
export function watchHealth(
  session: Pick<Session, "token" | "status">,
  upstream: Upstream,
  revocations: Revocations,
  clients: ClientBook,
) {
  let trying: Promise<string> | undefined;

  async function tryAccount(): Promise<string> {
    try {
      upstream.checkOpen(session.status());
      await session.token();
      return upstream.refusal() ?? WORKS;
    } catch (error) {
      if (error instanceof UpstreamUnavailable) return session.status().lastFailure ?? error.reason;
      return upstream.unavailable(error).reason;
    }
  }

  return {
    /** Tries what is not known to work, and says what does: `works`, or a word that says what does not. */
    async check() {
      trying ??= tryAccount().finally(() => trying = undefined);
      const [account, store, listed] = await Promise.all([
        within(trying, session.status().lastFailure ?? "unreachable"),
        within(revocations.refresh().then(() => WORKS, () => "store_failed"), "store_failed"),
        clients.isCurrent().then((isCurrent) => isCurrent ? WORKS : "unreadable"),
      ]);
      return { account, store, clients: listed };
    },
  };
}

/** What the promise resolves with, or something else when that takes too long. */
async function within(promise: Promise<string>, otherwise: string): Promise<string> {
  const done = new AbortController();
  const late = pause(PATIENCE, otherwise, { signal: done.signal });
  return await Promise.race([promise, late]).finally(() => done.abort());
}
