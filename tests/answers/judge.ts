import { type Answer, ELSEWHERE } from "./answer.ts";
import { CHECKS } from "./gen/checks.js";

/** A check as the validator writes it: what is wrong stays in `errors` until the next call. */
interface Check {
  (data: unknown): boolean;
  errors?: null | readonly Wrong[];
}

interface Wrong {
  readonly instancePath: string;
  readonly message?: string;
  readonly params: { readonly additionalProperty?: string };
}

/** What is documented of one answer; without `content`, any body. */
interface AnswerChecks {
  readonly content?: Readonly<Record<string, Check>>;
  readonly headers: Readonly<Record<string, { readonly required: boolean; readonly check: Check }>>;
}

const ALL: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, AnswerChecks>>>>>> = CHECKS;

/**
 * Compares an answer of the emulator with what is documented of it: status, content type, body and headers.
 *
 * @param answer The answer; its body is read.
 * @returns What is wrong, one line each, without any value; none when all is right.
 */
export async function judge({ host, operation = ELSEWHERE, response }: Answer): Promise<string[]> {
  const bytes = await response.bytes();
  const checks = ALL[host]?.[operation]?.[response.status];
  const wrongs = checks
    ? [...wrongsOfBody(checks, response, bytes), ...wrongsOfHeaders(checks, response.headers)]
    : ["the status is not documented"];
  return wrongs.map((wrong) => `${host} ${operation} ${response.status}: ${wrong}`);
}

function wrongsOfBody(
  { content }: AnswerChecks,
  { status, headers }: Response,
  bytes: Uint8Array<ArrayBuffer>,
): string[] {
  const type = headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (!content || (type === undefined && bytes.length === 0 && status >= 400)) return []; // an error's may be missing
  const check = type === undefined ? undefined : content[type] ?? content["*/*"];
  if (!check) return [`the content type ${type ?? "(none)"} is not documented`];
  const text = new TextDecoder().decode(bytes);
  if (type !== "application/json") return wrongsOf(check, text, "the body");
  try {
    return wrongsOf(check, JSON.parse(text), "the body");
  } catch {
    return ["the body is no JSON"];
  }
}

function wrongsOfHeaders({ headers }: AnswerChecks, given: Headers): string[] {
  return Object.entries(headers).flatMap(([name, { required, check }]) => {
    const value = given.get(name);
    if (value !== null) return wrongsOf(check, value, name);
    return required ? [`${name} is missing`] : [];
  });
}

function wrongsOf(check: Check, data: unknown, what: string): string[] {
  if (check(data)) return [];
  return (check.errors ?? []).map(({ instancePath, message, params: { additionalProperty } }) =>
    `${what}${instancePath} ${message}${additionalProperty === undefined ? "" : `: ${additionalProperty}`}`
  );
}
