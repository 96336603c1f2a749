import { credentialOf, parseAddress, refuseApiHost } from "../options.ts";
import { renewing } from "../renewal/renewing.ts";
import type { Strategy } from "../types.ts";
import { requestToken } from "../wire/oauth.ts";

/** Options of {@link assertion}. */
export interface AssertionOptions {
  /** The token endpoint's address. Put no secret into its query: runtimes show addresses in their traces. */
  readonly tokenUrl: string | URL;
  /** Gets a new assertion of the platform, a JWT whose audience is the server. It is called before each token call. */
  readonly assertion: () => string | Promise<string>;
}

/**
 * The assertion grant: the platform that runs the program says who it is, and no secret is needed.
 *
 * Use it on Deno Deploy, GitHub Actions, Kubernetes or with SPIFFE, for a gateway that trusts the platform. Not for a
 * server that wants a client's secret: that is `clientCredentials`.
 *
 * @param options The endpoint, and the function that gets an assertion.
 * @returns The strategy for `createSession`. It cannot change a password; `logout` only forgets the token.
 * @throws {TypeError} If an option is missing or malformed; from the session's calls, if the function's text is not a JWT.
 * @throws {SessionError} From the session's calls; `credentials_rejected` if the server refuses the assertion.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7523#section-2.1 | RFC 7523, 2.1}
 *
 * @example
 * ```ts
 * import { assertion, createSession } from "@xsignals/session";
 * import { assertEquals } from "@std/assert";
 *
 * const strategy = assertion({ tokenUrl: "https://gateway.example/token", assertion: () => Promise.resolve("a.b.c") });
 * const tokenFetch = () => Promise.resolve(Response.json({ access_token: "abc", token_type: "Bearer" }));
 *
 * assertEquals((await createSession({ strategy, tokenFetch }).token()).value, "abc");
 * ```
 */
export function assertion({ tokenUrl, assertion: given }: AssertionOptions): Strategy {
  const url = parseAddress("tokenUrl", tokenUrl, true);
  refuseApiHost("tokenUrl", url);
  if (typeof given !== "function") throw new TypeError("Cannot use the assertion: it must be a function");
  const textOf = credentialOf("assertion", given, [/^[\w-]+\.[\w-]+\.[\w-]+$/, "what a signed JWT does not have"]);
  const strategy = renewing({
    identity: async () => ["assertion", url.href, lasting(await textOf())],
    async login(context) {
      const text = await textOf();
      const members = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: text };
      const hint = "; its audience, subject or claims may not be what the server expects";
      const send = () => requestToken(context, { purpose: "get a token", url: url.href, members });
      return { secret: lasting(text), hint, send };
    },
  });
  return (context) => {
    context.checkSecure(url);
    return strategy(context);
  };
}

/** What stays the same from one assertion to the next: who says it, of whom and for whom; all of it, if that cannot be read. */
function lasting(text: string): string {
  try {
    const { iss, sub, aud } = JSON.parse(atob(text.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")));
    return JSON.stringify([iss, sub, aud]);
  } catch {
    return text;
  }
}
