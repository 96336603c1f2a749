import { defined, loggedOut } from "../errors.ts";
import type { Context, Token, TokenSource } from "../types.ts";
import { singleFlight } from "./single_flight.ts";

/** A credential that is the same on every request. */
export interface StaticCredential {
  /** The credential, if it is known from the start. */
  readonly fixed?: Token;
  /** Gets the credential. It is asked again if the API refuses it or if it expires, unless it is fixed. */
  load(): Promise<Token>;
}

/** Makes a source of a credential that needs no renewal: Basic, a ready bearer token, an API key. `use` changes it. */
export function staticSource(
  { clock, limits, emit }: Context,
  credential: StaticCredential,
): TokenSource & { use(next: Token): void } {
  let held = credential.fixed && unexpired(credential.fixed);
  let ended = false;
  /** Until when it does not help to ask for another one, because the last one was refused as well. Monotonic. */
  let askAgainAt = -Infinity;
  const loading = singleFlight(async () => {
    const loaded = await credential.load();
    if (ended) throw loggedOut();
    return held = unexpired(loaded);
  });

  function isExpired({ expiresAt = Infinity }: Token): boolean {
    return clock.now() >= expiresAt;
  }

  /** One that comes expired is used until the API refuses it: this clock may be fast, and asking again brings the same. */
  function unexpired(token: Token): Token {
    return isExpired(token) ? defined({ ...token, expiresAt: undefined }) : token;
  }

  function token({ signal }: { signal?: AbortSignal } = {}): Token | Promise<Token> {
    if (ended) return Promise.reject(loggedOut());
    if (held && (credential.fixed || !isExpired(held))) return held;
    return loading.join(signal);
  }

  const postpone = () => askAgainAt = clock.monotonic() + limits.cooldownMs;
  return {
    token,
    use: (next) => void (held = next),
    async replace(refused, signal) {
      if (held && held.value !== refused.value) return held;
      if (ended) throw loggedOut();
      if (credential.fixed || clock.monotonic() < askAgainAt) return refused;
      const next = await loading.join(signal);
      if (next.value === refused.value) postpone();
      return next;
    },
    notAccepted({ value }) {
      if (held?.value === value) postpone();
      return false;
    },
    logout() {
      if (!ended) emit({ type: "logged_out", at: clock.now() });
      ended = true;
      held = undefined;
      return Promise.resolve();
    },
    status() {
      if (!held) return { state: ended ? "logged_out" : "new" };
      return defined({ state: isExpired(held) ? "expired" : "active", scheme: held.scheme, expiresAt: held.expiresAt });
    },
  };
}
