/** An answer as curl prints it with its header. */
export interface Answer {
  readonly status: number;
  /** The media type without parameters; empty when there is none. */
  readonly type: string;
  readonly body: string;
}

/** What an answer has to be. */
export interface Expected {
  readonly status: number;
  /** The members of its JSON object, all of them, by name and `typeof`. Absent where the vendor tells of no body. */
  readonly members?: Readonly<Record<string, "string" | "number">>;
}

/**
 * Takes apart what `curl --include` prints.
 *
 * @throws {Error} When it is no answer over HTTP.
 */
export function parseAnswer(printed: string): Answer {
  const end = printed.indexOf("\r\n\r\n");
  const [first = "", ...headers] = printed.slice(0, end).split("\r\n");
  const [, status] = /^HTTP\/[\d.]+ (\d{3})\b/.exec(first) ?? [];
  if (end < 0 || status === undefined) throw new Error("curl printed no answer");
  const [, type = ""] = headers.map((line) => /^content-type: *([^;]*)/i.exec(line)).find((found) => found) ?? [];
  return { status: Number(status), type: type.trim().toLowerCase(), body: printed.slice(end + 4) };
}

/**
 * The members of an answer's object, held to what is expected of them.
 *
 * @throws {Error} With every difference.
 */
export function expectAnswer({ status, type, body }: Answer, expected: Expected): Readonly<Record<string, unknown>> {
  const differences: string[] = [];
  let members: Record<string, unknown> = {};
  if (status !== expected.status) differences.push(`status ${status}, not ${expected.status}`);
  if (expected.members) {
    if (type !== "application/json") differences.push(`content type "${type}", not "application/json"`);
    members = objectOf(body);
    for (const name of new Set([...Object.keys(expected.members), ...Object.keys(members)])) {
      const [is, should] = [typeof members[name], expected.members[name] ?? "undefined"];
      if (is !== should) differences.push(`${name} is ${said(is)}, not ${said(should)}`);
    }
  }
  if (differences.length > 0) throw new Error(differences.join("; "));
  return members;
}

function objectOf(body: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(body) };
  } catch {
    return {};
  }
}

function said(type: string): string {
  return type === "undefined" ? "absent" : `a ${type}`;
}
