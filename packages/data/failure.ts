// The errors that answers with a bad status become.
import type { Calls, Work } from "./calls.ts";
import { DataError, type DataErrorCode, type DataErrorDetails } from "./data_error.ts";
import { peekBody } from "./peek_body.ts";
import { printable, printableWords } from "./printable.ts";
import { watchBody } from "./watch_body.ts";

/** What the vendor's table of errors says, in our words, where the status has a meaning of its own. */
const MEANINGS: Readonly<Record<number, readonly [DataErrorCode, (thing: string) => string]>> = {
  401: ["http_error", () => "the server refused the credential"],
  403: ["forbidden", (thing) => `the account may not see the ${thing}`],
  404: ["not_found", (thing) => `there is no such ${thing}`],
  410: ["gone", (thing) => `the ${thing} was removed`],
  429: ["rate_limited", () => "the server asks to come back later"],
};

/** Statuses after which the same call may succeed later. */
const PASSING = [429, 500, 502, 503, 504];

/** How much of an error's body is read, in bytes. */
const MOST_READ = 4_096;

/** The error of a piece of work. */
export function failed(
  { what, fid }: Pick<Work, "what" | "fid">,
  code: DataErrorCode,
  why: string,
  { tries = 1, ...details }: DataErrorDetails & { readonly tries?: number } = {},
): DataError {
  const { retryAt } = details;
  const often = tries > 1 ? ` (${tries} tries)` : "";
  const until = retryAt === undefined ? "" : `; try again after ${new Date(retryAt).toISOString()}`;
  return new DataError(code, `Cannot ${what}: ${why}${often}${until}`, { fid, ...details });
}

/** The error of an answer that is not a success. Reads the beginning of its body, and drops the rest. */
export async function statusFailure(
  calls: Calls,
  work: Work,
  response: Response,
  details: DataErrorDetails & { readonly tries?: number } = {},
): Promise<DataError> {
  const { status } = response;
  if (status >= 300 && status < 400) return await wrongPath(calls, work, response);
  const [code, meaning] = MEANINGS[status] ??
    ["http_error", () => status < 500 ? "the server refused the request" : "the server failed"];
  const words = printableWords(messageIn(await beginningOf(calls, work, response)));
  work.signal?.throwIfAborted();
  const why = `${meaning(work.thing)} (status ${status}${words && `; ${words}`})`;
  return failed(work, code, why, { status, retryable: PASSING.includes(status), ...details });
}

/** The error of a redirect that does not lead to a file. */
export async function wrongPath(calls: Calls, work: Work, response: Response): Promise<DataError> {
  if (!response.bodyUsed) await response.body?.cancel();
  const { baseUrl } = calls.connection;
  const location = response.headers.get("location") ?? "";
  const to = URL.canParse(location, baseUrl) ? printable(new URL(location, baseUrl).host) : "nowhere";
  const why = `the server redirects to ${to}; is ${printable(new URL(baseUrl).origin)} the address of the API?`;
  return failed(work, "unknown_path", why, { status: response.status });
}

async function beginningOf(calls: Calls, { signal }: Work, { body }: Response): Promise<string> {
  try {
    const { first, whole } = await peekBody(watchBody(calls, body!, { signal }), MOST_READ);
    whole.cancel().catch(() => {});
    return new TextDecoder().decode(first.subarray(0, MOST_READ));
  } catch { // there is none, or it broke off: the status says enough
    return "";
  }
}

/** The text that the API's errors have as `message`; the code of an XML error, as the file host sends it. */
function messageIn(body: string): string {
  try {
    const { message } = JSON.parse(body);
    return typeof message === "string" ? message : "";
  } catch {
    return /<Code>(\w{1,40})<\/Code>/.exec(body)?.[1] ?? "";
  }
}
