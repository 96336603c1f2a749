import { loggedOut } from "../errors.ts";
import { singleFlight } from "../single_flight.ts";
import type { Io, Token, TokenSource } from "../types.ts";

/** A credential that is the same on every request. */
export interface StaticCredential {
  /** The credential, where it is known from the start. */
  readonly fixed?: Token;
  /** Gets the credential; asked again when the API refused it or when it expired, unless it is fixed. */
  load(): Promise<Token>;
  /** Changes the account's password, given the credential in force, and resolves with the one to go on with. */
  readonly changePassword?: (current: Token, next: string) => Promise<Token>;
}

/** The API decides about a token that is expired when it comes: this clock may be fast, and asking again brings the same. */
function withoutExpiry({ expiresAt: _, ...token }: Token): Token {
  return token;
}

/** Makes a source of a credential that needs no renewal: Basic, a ready bearer token, an API key. */
export function staticSource(io: Io, credential: StaticCredential): TokenSource {
  let held = credential.fixed;
  let ended = false;
  /** Until when it is no use to ask for another: asking just brought one that was refused as well. */
  let askAgainAt = -Infinity;
  const loading = singleFlight(async () => {
    const loaded = await credential.load();
    if (ended) throw loggedOut();
    return held = isExpired(loaded) ? withoutExpiry(loaded) : loaded;
  });

  function token({ signal }: { signal?: AbortSignal } = {}): Token | Promise<Token> {
    if (ended) return Promise.reject(loggedOut());
    if (held && (credential.fixed || !isExpired(held))) return held;
    return loading.join(signal);
  }

  function stopAsking(): void {
    askAgainAt = io.clock.now() + io.limits.cooldownMs;
  }

  function isExpired({ expiresAt }: Token): boolean {
    return expiresAt !== undefined && io.clock.now() >= expiresAt;
  }

  const source: TokenSource = {
    token,
    async replace(refused, signal) {
      if (ended) throw loggedOut();
      if (held && held.value !== refused.value) return held;
      if (credential.fixed || io.clock.now() < askAgainAt) return refused;
      const next = await loading.join(signal);
      if (next.value === refused.value) stopAsking();
      return next;
    },
    notAccepted({ value }) {
      if (held?.value === value) stopAsking();
    },
    logout() {
      if (!ended) io.emit({ type: "logged_out", at: io.clock.now() });
      ended = true;
      held = undefined;
      return Promise.resolve();
    },
    status() {
      if (ended) return { state: "logged_out" };
      if (!held) return { state: "new" };
      const { scheme, expiresAt } = held;
      return {
        state: isExpired(held) ? "expired" : "active",
        scheme,
        ...(expiresAt === undefined ? {} : { expiresAt }),
      };
    },
  };
  const { changePassword } = credential;
  if (!changePassword) return source;
  return {
    ...source,
    async changePassword(next) {
      held = await changePassword(await token(), next);
      io.emit({ type: "password_changed", at: io.clock.now() });
    },
  };
}
