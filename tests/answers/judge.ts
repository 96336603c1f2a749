/** A response that an emulator made, before a fault replaced, delayed or lost it. */
export interface Answer {
  /** The server that it played. */
  readonly host: string;
  /** The operation; absent where there is none. */
  readonly operation?: string;
  readonly response: Response;
}

/** The name of an answer that belongs to no operation: another path, another method, or bytes that are not a request. */
export const ELSEWHERE = "elsewhere";

/** In the place of a content type where there is none. */
export const NO_TYPE = "none";

/** A check as the validator writes it: what is wrong stays in `errors` until the next call. */
interface Check {
  (answer: { readonly body: unknown; readonly headers: Readonly<Record<string, string>> }): boolean;
  readonly errors?:
    | null
    | readonly {
      readonly instancePath: string;
      readonly message?: string;
      readonly params: { readonly additionalProperty?: string };
    }[];
}

/** The one listener of this process. It is module state because the preloaded module and the emulators share no other. */
let listener: (answer: Answer) => void = () => {};

/** Hands an answer of a judged emulator to whoever listens. */
export function tell(answer: Answer): void {
  listener(answer);
}

/**
 * Judges every answer that a judged emulator of this process gives from now on, in place of who listened before.
 *
 * @param take Gets each verdict: what is wrong, one line each.
 */
export function listen(take: (verdict: Promise<string[]>) => void): void {
  listener = ({ response, ...answer }) => {
    // Headers from the original: a clone of Deno 2.9 loses a content type of application/json that was given in full.
    // The body of a file is not read: whatever it says is right, and a clone would hold all of it.
    const body = isFile(response) ? null : response.clone().body;
    take(judge({ ...answer, response: new Response(body, response) }));
  };
}

function isFile({ ok, headers }: Response): boolean {
  return ok && /^(text\/csv|(application|binary)\/octet-stream)(;|$)/.test(headers.get("content-type") ?? "");
}

/** What is said of answers that are not as they are documented. */
export function complaint(wrongs: readonly string[]): string {
  return ["The emulator gave answers that are not documented:", ...new Set(wrongs)].join("\n  ");
}

/**
 * Compares an answer of the emulator with what is documented of it: status, content type, body and headers.
 *
 * The checks are loaded with the first answer, so that a program without an emulator pays nothing.
 *
 * @param answer The answer; its body is read.
 * @returns What is wrong, one line each, without any value; none when all is right.
 */
export async function judge({ host, operation = ELSEWHERE, response }: Answer): Promise<string[]> {
  const text = await response.text();
  // @ts-ignore: not checked in; `deno task answers` makes it
  const { CHECKS }: { CHECKS: Readonly<Record<string, Check>> } = await import("./gen/checks.js");
  const headers = Object.fromEntries(response.headers);
  const type = headers["content-type"]?.replace(/;.*/, "").trim().toLowerCase() ?? NO_TYPE;
  const at = `${host} ${operation} ${response.status} ${type}`;
  const check = CHECKS[at] ?? (type === NO_TYPE ? undefined : CHECKS[`${host} ${operation} ${response.status} */*`]);
  if (!check) return [`${at}: not documented`];
  try {
    if (check({ body: type === "application/json" ? JSON.parse(text) : text, headers })) return [];
  } catch {
    return [`${at}: the body is not JSON`];
  }
  return (check.errors ?? []).map(({ instancePath, message, params: { additionalProperty } }) =>
    `${at}: ${instancePath.slice(1)} ${message}${additionalProperty === undefined ? "" : `: ${additionalProperty}`}`
  );
}
