import { ACCOUNT, CLIENT, CLIENT_BASIC } from "./program.ts";
import type { RawAnswer } from "./raw_http.ts";

/** What must not be in an answer or in a line of the log. */
export const SECRETS: readonly string[] = [ACCOUNT.username, ACCOUNT.password, CLIENT.secret, CLIENT_BASIC.slice(6)];

/** The documented refusals, while the upstream is well. */
const REFUSALS = [400, 401, 404, 405, 413, 429];

/** The characters that RFC 6749, 5.2 allows in a description. */
const DESCRIPTION = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/;

/** What is wrong with an answer of the gateway to a request with this method; `undefined` if it is right. */
export function fault(method: string, answer: RawAnswer): string | undefined {
  const { status, headers, body, text } = answer;
  const secret = SECRETS.find((one) => text.includes(one));
  if (secret !== undefined) return `the answer has a secret in it: ${secret}`;
  if (!isOwnToken(text, status)) return "the answer has a token in it that is not for clients";
  if (headers.get("cache-control") !== "no-store") return "it may be cached";
  if (status === 200 || (status === 204 && method === "OPTIONS")) return undefined; // 204: a browser asks first
  if (!REFUSALS.includes(status)) return `status ${status}`;
  if (status === 405 && !headers.get("allow")) return "405 without Allow";
  if (status === 429 && !headers.get("retry-after")) return "429 without Retry-After";
  return method === "HEAD" ? undefined : noError(headers, body);
}

/** Only a granted request has a token, and that is one of the gateway's own. */
function isOwnToken(text: string, status: number): boolean {
  return [...text.matchAll(/eyJ[\w-]+\.(eyJ[\w-]+)\./g)].every(([, payload = ""]) => {
    const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return status === 200 && claims.aud === "xsignals-gateway";
  });
}

function noError(headers: Headers, body: string): string | undefined {
  if (!headers.get("content-type")?.startsWith("application/json")) return "the refusal is not JSON";
  try {
    const { error, error_description: description } = JSON.parse(body);
    const isRight = /^[a-z_]+$/.test(error ?? "") && DESCRIPTION.test(description ?? "");
    return isRight ? undefined : "the refusal has no error and description";
  } catch {
    return "the refusal cannot be parsed";
  }
}
