// What the login tells: its token, and what a renewal does.
import { type Asker, failed, Missed, type Questioner } from "./ask.ts";
import { NO_SSO } from "./questions.ts";
import { MAX_REQUESTS, RENEWAL_REQUESTS } from "./wire.ts";

const TOKEN = ["accessTokens", "tokenTimes", "accessTokenLifetime"];
const RENEWAL = ["rotation", "auth0Rotation", "refreshAuthorization"];

/** What a refresh token that changes may mean; only sending the old one again would tell. */
const CHANGED = { rotation: ["on", "family", "overlap"], auth0Rotation: ["family", "on", "overlap"] };

/** The longest time that a token is believed to work, in seconds: a year. */
const LONGEST = 31_622_400;

/** Clocks that differ by no more than this count as equal, in ms. */
const SAME_TIME = 2_000;

/** Logs in, unless a login is kept, and looks at the access token. */
export async function askToken({ token, notes }: Asker, { ask }: Questioner): Promise<void> {
  await ask(TOKEN, async () => {
    const { scheme, value } = await token();
    if (scheme.toLowerCase() !== "bearer") return notes.miss(TOKEN, "the login has no access token");
    const claims = claimsOf(value);
    notes.find("accessTokens", [claims ? "jwt" : "opaque"]);
    if (!claims) return notes.miss(TOKEN, "an opaque token tells nothing");
    const [iat, exp] = [claims.iat, claims.exp].map((one) => typeof one === "number" && one > 0 ? one : undefined);
    notes.find("tokenTimes", [exp ? (iat ? "both" : "no_iat") : (iat ? "no_exp" : "none")]);
    if (!exp || !iat) return notes.miss(TOKEN, "the token does not tell both of its times");
    const seconds = Math.round(exp - iat);
    if (seconds > 0 && seconds <= LONGEST) notes.tell("accessTokenLifetime", `${seconds} s`);
    else notes.miss(TOKEN, "the token's times make no sense");
  });
}

/**
 * Has the session renew its token, by an answer of 401 that the server did not give. The session stores the new tokens before
 * it uses them, as always.
 *
 * @param call The call that goes out with the new token.
 */
export async function askRenewal(
  asker: Asker,
  { ask }: Questioner,
  names: readonly string[],
  call: () => Promise<void>,
): Promise<void> {
  const { wire, notes } = asker;
  if (wire.refresh() === undefined) {
    if (wire.sent() + RENEWAL_REQUESTS <= MAX_REQUESTS) wire.refuseOnce();
    else notes.miss(RENEWAL, `${MAX_REQUESTS} requests were sent`);
  }
  await ask([...names, ...RENEWAL], async () => {
    try {
      await call();
    } catch (error) {
      if (!(error instanceof Missed && Object(error.failure).code === "login_required")) throw error;
      const why = "the login could not be renewed; it works until its access token expires, then run xsignals login";
      throw failed("http_error", why, {}, true);
    }
  });
}

/**
 * Notes what a refresh has shown; the session may have made one by itself.
 *
 * @param hasAsked Whether there must have been one, if the login can be renewed.
 */
export async function noteRenewal({ wire, notes }: Asker, { ask }: Questioner, hasAsked: boolean): Promise<void> {
  const refresh = await wire.refresh();
  if (!refresh) return hasAsked ? notes.miss(RENEWAL, "the login cannot be renewed") : undefined;
  const { status, hasToken, isChanged, isSso } = refresh;
  const [own, other] = isSso ? ["auth0Rotation", "rotation"] as const : ["rotation", "auth0Rotation"] as const;
  notes.miss(isSso ? [other, "refreshAuthorization"] : [other], isSso ? "the login is an SSO login" : NO_SSO);
  if (hasToken) {
    const values = isChanged ? CHANGED[own] : ["off"];
    notes.find(own, values, isChanged ? `yes (${values.join(", ")})` : "no (off)");
    if (!isSso) notes.find("refreshAuthorization", ["ignored", "checked", "refused"], "yes");
  } else if (status === 401 && !isSso && wire.hasLoggedIn()) {
    notes.find("refreshAuthorization", ["required"], "no (required)");
    notes.miss([own], "a renewal without a credential was refused");
  } else {
    await ask(RENEWAL, () => {
      if (status === 0) throw failed("unreachable", "the answer to the renewal was lost");
      if (status === 429 || status >= 500) {
        throw failed("unreachable", `the server did not renew the login (status ${status})`);
      }
      if (status < 300) throw failed("bad_response", "the answer to the renewal has no token");
      throw new Missed(`the server did not renew the login (status ${status})`);
    });
  }
}

/** Notes what the headers of answers say: of caches, and how far the server's clock is from this one. */
export async function noteHeaders({ wire, notes }: Asker): Promise<void> {
  const caching = await wire.caching();
  if (caching) notes.tell("tokenCaching", caching);
  else notes.miss(["tokenCaching"], "there was neither a login nor a renewal");
  const { low, high } = wire.skew() ?? {};
  if (low === undefined || high === undefined) return notes.miss(["clockSkew"], "no answer told the time");
  const ahead = Math.round((low + high) / 2000) * 1000;
  notes.find("clockSkew", [Math.abs(ahead) <= SAME_TIME ? 0 : ahead]);
}

/** The claims of a JWT; nothing is verified. */
function claimsOf(token: string): Record<string, unknown> | undefined {
  const parts = token.split(".");
  if (parts.length !== 3) return undefined;
  try {
    const [header, claims] = parts.slice(0, 2)
      .map((part) => JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/"))));
    return Object(header) === header && Object(claims) === claims ? claims : undefined;
  } catch {
    return undefined;
  }
}
