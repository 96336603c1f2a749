// Finds the client that sent a form: by its secret, or by an assertion.
import { Buffer, isUtf8 } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import type { CheckAssertion, Way } from "./assertions.ts";
import type { ClientBook } from "./client_book.ts";
import { type Authenticated, hashSecret } from "./clients.ts";
import { type Form, formDecode } from "./form.ts";
import { AssertionRefused, invalidClient, invalidRequest } from "./oauth_error.ts";

/** The grant that a platform's assertion is. */
export const ASSERTION_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Stands for a missing client or a missing second hash: no secret has this hash. */
const NOBODY = new Uint8Array(32);

/**
 * Authenticates the client by the `Authorization` header or by the form, whichever it used (RFC 6749, 2.3.1; RFC 7523, 2).
 *
 * @param checkAssertion Checks assertions; without it nobody has one.
 * @param mayVerify Rejects if a signature is too much work for this caller.
 * @throws {OAuthError} `invalid_request` when both were used or the header cannot be read, `invalid_client` when neither
 *   was, or the id or the secret is wrong: which of them is not said.
 */
export async function authenticate(
  authorization: string | null,
  form: Form,
  clients: ClientBook,
  checkAssertion?: CheckAssertion,
  mayVerify?: () => void,
): Promise<Authenticated> {
  const way = form.get("grant_type") === ASSERTION_GRANT ? "assertion" : "client_assertion";
  if (checkAssertion && (way === "assertion" || form.has(way))) {
    return await byAssertion(way, authorization, form, (text) => checkAssertion(text, way, mayVerify));
  }
  const { id, secret } = authorization === null ? fromForm(form) : fromHeader(authorization, form);
  const client = await clients.find(id);
  const shown = hashSecret(secret);
  // Always two comparisons: an unknown id costs what a wrong secret costs.
  const [first = NOBODY, second = NOBODY] = client?.hashes ?? [];
  const [isFirst, isSecond] = [timingSafeEqual(shown, first), timingSafeEqual(shown, second)];
  if (!client || !(isFirst || isSecond)) {
    throw invalidClient("Cannot authenticate the client: the id or the secret is wrong");
  }
  return { client, hash: isFirst ? first : second };
}

/** The client of an assertion. A bare client_id is only a name, which may be left out. */
async function byAssertion(
  way: Way,
  authorization: string | null,
  form: Form,
  check: (text: string) => Promise<Authenticated>,
): Promise<Authenticated> {
  const wrong = (why: string) => invalidRequest(`Cannot authenticate the client: ${why}`);
  const isOwn = way === "client_assertion";
  const text = form.get(way);
  if (authorization !== null || form.has("client_secret") || (form.has("client_assertion") && !isOwn)) {
    throw wrong("it says who it is in two ways");
  }
  if (text === undefined) throw wrong("assertion is missing");
  if (isOwn && form.get("client_assertion_type") !== ASSERTION_TYPE) {
    throw wrong(`client_assertion_type must be ${ASSERTION_TYPE}`);
  }
  const proved = await check(text).catch((error) => {
    throw isOwn && error instanceof AssertionRefused ? new AssertionRefused(error.reason, "invalid_client") : error;
  });
  if ((form.get("client_id") ?? proved.client.id) === proved.client.id) return proved;
  throw wrong("client_id is another client's");
}

/** The id and the secret that a client shows to prove who it is. */
function fromForm(form: Form) {
  const id = form.get("client_id");
  const secret = form.get("client_secret");
  if (id === undefined || secret === undefined) {
    throw invalidClient("Cannot authenticate the client: send its id and secret as Basic, or both in the body");
  }
  return { id, secret };
}

function fromHeader(authorization: string, form: Form) {
  const [, credentials] = /^basic +(.*)$/i.exec(authorization) ?? [];
  if (credentials === undefined) throw invalidClient("Cannot authenticate the client: the scheme must be Basic");
  const presented = parseBasic(credentials);
  // A bare client_id is only a name, not a second way to authenticate (3.2.1).
  if (form.has("client_secret") || (form.has("client_id") && form.get("client_id") !== presented.id)) {
    throw invalidRequest("Cannot authenticate the client: its credentials are in the header and in the body");
  }
  return presented;
}

/** Id and secret are each form-encoded before they are joined, so the first colon is the one between them. */
function parseBasic(credentials: string) {
  const pair = decodeBase64(credentials) ?? "";
  const colon = pair.indexOf(":");
  const id = formDecode(pair.slice(0, colon));
  const secret = formDecode(pair.slice(colon + 1));
  if (colon < 0 || id === undefined || secret === undefined) {
    throw invalidRequest("Cannot read the Basic credentials: they are not base64 of id:secret, both form-encoded");
  }
  return { id, secret };
}

function decodeBase64(text: string): string | undefined {
  const bytes = Buffer.from(text, "base64"); // skips characters that are not base64
  const isBase64 = bytes.toString("base64") === text.padEnd(4 * Math.ceil(text.length / 4), "=");
  return isBase64 && isUtf8(bytes) ? bytes.toString() : undefined;
}
