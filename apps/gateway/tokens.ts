// The gateway's own tokens: how they are made, verified and revoked.
import { Buffer } from "node:buffer";
import { createHmac, hash, randomBytes } from "node:crypto";
import { createVerifier } from "fast-jwt";
import type { ClientBook } from "./client_book.ts";
import { type Authenticated, type Client, marksOf, type Scope, scopesOf } from "./clients.ts";
import { invalidToken } from "./oauth_error.ts";
import type { Revocations } from "./revocations.ts";
import { UpstreamUnavailable } from "./upstream.ts";

/** The gateway's own tokens. */
export type GatewayTokens = ReturnType<typeof gatewayTokens>;

/** What {@link gatewayTokens} works with. */
export interface GatewayTokenOptions {
  /** 32 bytes each, the same in every process: the first one signs the tokens, all of them verify. */
  readonly keys: readonly [Uint8Array, ...Uint8Array[]];
  readonly lifetimeMs: number;
  readonly clients: Pick<ClientBook, "find">;
  readonly revocations: Revocations;
  readonly now: () => number;
}

/** What a token says. */
interface Claims {
  readonly aud: string;
  readonly sub: string;
  /** Which of the client's secrets it was asked for with: a secret that is taken away takes its tokens along. */
  readonly by: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  /** What it is good for; without it, for files. */
  readonly scope?: string;
}

/** How long to wait when the shared store failed, in ms. */
const STORE_WAIT = 5_000;

const FILES: Scope = "files:read";
const AUDIENCE = "xsignals-gateway";

/** Makes and reads the gateway's own tokens: JWTs, signed by HMAC with SHA-256, since nobody else has to read them. */
export function gatewayTokens({ keys, lifetimeMs, clients, revocations, now }: GatewayTokenOptions) {
  const sign = hs256Signer(keys[0]);
  // The times are checked below, by the clock that the app was given.
  const readers = keys.map((key) =>
    createVerifier({ key: Buffer.from(key), algorithms: ["HS256"], allowedAud: AUDIENCE, ignoreExpiration: true })
  );

  function claimsIn(token: string): Claims | undefined {
    for (const read of readers) {
      try {
        return read(token);
      } catch {
        // another key's, or nobody's
      }
    }
    return undefined;
  }

  /** The client of a token that is good, but for its age. */
  async function clientOf(claims: Claims): Promise<Client> {
    const client = await clients.find(claims.sub);
    if (!client || !marksOf(client).some((mark) => nameOf(mark) === claims.by)) throw invalidToken();
    if (await reached(revocations.has(claims))) throw invalidToken();
    return client;
  }

  return {
    /** Answers a client that gets a token (RFC 6749, 5.1): for all of its scopes, or some. */
    issue({ client, hash }: Authenticated, scopes: readonly Scope[] = scopesOf(client)) {
      const scope = scopes.join(" ");
      const iat = Math.floor(now() / 1000);
      const seconds = Math.floor(lifetimeMs / 1000);
      const claims: Claims = {
        aud: AUDIENCE,
        sub: client.id,
        by: nameOf(hash),
        iat,
        exp: iat + seconds,
        jti: randomBytes(9).toString("base64url"),
        ...(scope === FILES ? {} : { scope }),
      };
      return { access_token: sign(claims), token_type: "Bearer", expires_in: seconds, scope };
    },
    /**
     * The client that a token was made for, with those of its scopes that the token has.
     *
     * @throws {OAuthError} `invalid_token` when it is not ours, has expired, was revoked, or its client or that client's
     *   secret is there no more; 503 when nobody can say whether it was revoked.
     */
    async verify(token: string): Promise<Client> {
      const claims = claimsIn(token);
      if (!claims || claims.exp * 1000 <= now()) throw invalidToken();
      const client = await clientOf(claims);
      const granted = (claims.scope ?? FILES).split(" ");
      return { ...client, scopes: scopesOf(client).filter((one) => granted.includes(one)) };
    },
    /** Whether the token is good but for its age, as far as can be said now. */
    async isGood(token: string): Promise<boolean> {
      const claims = claimsIn(token);
      if (!claims) return false;
      return await clientOf(claims).then(() => true, (error) => error instanceof UpstreamUnavailable);
    },
    /** Revokes a token of the client; of one that is not good any more there is nothing to do. `false`: another client's. */
    async revoke(token: string, client: Client): Promise<boolean> {
      const claims = claimsIn(token);
      if (!claims) return true;
      if (claims.sub !== client.id) return false;
      if (claims.exp * 1000 > now()) await reached(revocations.add(claims.jti, claims.exp * 1000));
      return true;
    },
  };
}

/** Names a secret's hash without telling it. */
function nameOf(secretHash: Uint8Array): string {
  return hash("sha256", secretHash, "base64url").slice(0, 16);
}

/** What the shared store answers; 503 while it cannot be reached (RFC 7009, 2.2.1). */
async function reached<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch {
    throw new UpstreamUnavailable("store_failed", STORE_WAIT);
  }
}

/**
 * Signs JWTs by HMAC with SHA-256 (RFC 7515, 3.1; RFC 7518, 3.2).
 *
 * By hand, because a library's signer took a quarter of a token request. Reading a token is left to a library, because
 * there is more to do wrong.
 */
export function hs256Signer(key: Uint8Array): (claims: object) => string {
  const secret = Buffer.from(key);
  const header = encode({ alg: "HS256", typ: "JWT" });
  return (claims) => {
    const input = `${header}.${encode(claims)}`;
    return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
