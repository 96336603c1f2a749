import { type Content, streamContent } from "./content.ts";
import { ErrorAnswer } from "./error_answer.ts";

/** What an answer with content depends on besides the content. */
export interface Delivery {
  /** The version of the content, as in a header; none if the server tells none. */
  readonly etag?: string;
  /** When the content came, in milliseconds since 1970. */
  readonly modifiedAt: number;
  /** Whether the server follows `Range` and the conditional headers. */
  readonly ranges: boolean;
  /** More headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Answers a GET with content, or with the one range that it asks for (RFC 9110, 13 and 14). Several ranges and a range that
 * is malformed are answered with everything, as S3 does.
 *
 * @throws {ErrorAnswer} 412 if a condition does not hold, 416 for a range beyond the end.
 */
export function deliver({ headers: asked }: Request, content: Content, delivery: Delivery): Response {
  const { etag, modifiedAt, ranges } = delivery;
  const version = {
    "last-modified": new Date(modifiedAt).toUTCString(),
    ...(etag === undefined ? {} : { etag }),
    ...(ranges ? { "accept-ranges": "bytes" } : {}),
  };
  if (ranges && !isWanted(asked, version)) return new Response(null, { status: 304, headers: version });
  const { size } = content;
  const range = ranges && isStillTheSame(asked.get("if-range"), version)
    ? readRange(asked.get("range"), size)
    : undefined;
  const { start, end } = range ?? { start: 0, end: size };
  return new Response(streamContent(content, start, end), {
    status: range ? 206 : 200,
    headers: {
      ...delivery.headers,
      ...version,
      ...(range ? { "content-range": `bytes ${start}-${end - 1}/${size}` } : {}),
      "content-length": String(end - start),
    },
  });
}

/** The headers that tell the version of the content. */
interface Version {
  readonly etag?: string;
  readonly "last-modified": string;
}

/**
 * Whether the content is wanted; if not, the client has it already.
 *
 * @throws {ErrorAnswer} 412 if a condition does not hold.
 */
function isWanted(asked: Headers, { etag, "last-modified": lastModified }: Version): boolean {
  const time = Date.parse(lastModified);
  const match = asked.get("if-match");
  const holds = match === null
    ? !(time > Date.parse(asked.get("if-unmodified-since") ?? ""))
    : match.trim() === "*" || (isStrong(etag) && tags(match).includes(etag));
  if (!holds) {
    throw new ErrorAnswer(412, "At least one of the pre-conditions you specified did not hold", {
      code: "PreconditionFailed",
    });
  }
  const noneMatch = asked.get("if-none-match");
  if (noneMatch === null) return !(time <= Date.parse(asked.get("if-modified-since") ?? ""));
  const bare = (tag: string | undefined) => tag?.replace(/^W\//, "");
  return noneMatch.trim() !== "*" && !tags(noneMatch).some((tag) => bare(tag) === bare(etag));
}

/** Whether `If-Range` lets the range be sent: there is none, or it has the strong tag or the exact time of the content. */
function isStillTheSame(ifRange: string | null, { etag, "last-modified": lastModified }: Version): boolean {
  return ifRange === null || (isStrong(etag) && ifRange === etag) || ifRange === lastModified;
}

function isStrong(etag: string | undefined): etag is string {
  return etag !== undefined && !etag.startsWith("W/");
}

function tags(list: string): string[] {
  return list.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

/**
 * The range that is asked for; `undefined` for everything.
 *
 * @throws {ErrorAnswer} 416 if it has no byte of the content.
 */
function readRange(range: string | null, size: number): { start: number; end: number } | undefined {
  const [, first, last, suffix] = /^\s*bytes\s*=\s*(?:(\d+)\s*-\s*(\d*)|-\s*(\d+))\s*$/i.exec(range ?? "") ?? [];
  if (first === undefined && suffix === undefined) return undefined;
  if (last && Number(last) < Number(first)) return undefined;
  const start = suffix === undefined ? Number(first) : Math.max(0, size - Number(suffix));
  const end = last ? Math.min(size, Number(last) + 1) : size;
  if (start < end) return { start, end };
  throw new ErrorAnswer(416, "The requested range is not satisfiable", {
    code: "InvalidRange",
    headers: { "content-range": `bytes */${size}` },
  });
}
