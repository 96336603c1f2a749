// The content of a file: through the API, or by a presigned link that nobody gets to see.
import { getFile, searchFiles } from "@xsignals/client";
import { ask, type Asked } from "./ask.ts";
import { beginWork, type Calls, type Work } from "./calls.ts";
import { decodeBody } from "./decode_body.ts";
import { failed, statusFailure, wrongPath } from "./failure.ts";
import { isFile } from "./files.ts";
import { linkIn, linkRequest } from "./link.ts";
import { checkArgument, checkOptions, type Rule, SIGNAL, TEXT } from "./options.ts";
import { askPage } from "./pages.ts";
import { printable } from "./printable.ts";
import { get, send } from "./send.ts";
import type { Cancellable, FileEntry } from "./types.ts";

/** Options of `open`. */
export interface OpenOptions extends Cancellable {
  /** The first byte to get, from 0. A server that knows no ranges answers with all of it, and status 200. */
  readonly from?: number;
  /** The `etag` of what was got before `from`: if the content is another one now, all of it comes, and status 200. */
  readonly ifMatch?: string;
}

/** Content with nothing between the network and the reader. */
export interface Content {
  /** Status 200 or 206, headers of our own, the body as the platform gave it. */
  readonly response: Response;
  /** How many bytes the body must have, if anybody said. */
  readonly expected: number | undefined;
}

/** The largest file that comes through the API, in bytes: one request, and no link. */
const MOST_BY_API = 8 * 1024 * 1024;

const REDIRECTS = [301, 302, 303, 307, 308];

/** What the file host says of a link that has expired, in its own way; a removed file has a 404 there. */
const REFUSALS = [400, 401, 403, 404, ...REDIRECTS];

const FID: Rule = ["a non-empty string", (value) => TEXT[1](value) && value !== "." && value !== ".."];

const OPEN_RULES = {
  ...SIGNAL,
  from: ["a whole number from 0", (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0],
  ifMatch: TEXT,
} as const;

/** Gets what the API tells of a file. */
export async function getFileEntry(calls: Calls, fid: string, options: Cancellable): Promise<FileEntry> {
  checkArgument("get the file", "fid", fid, FID);
  checkOptions("get the file", options, SIGNAL);
  const work = beginWork(calls, `get the file ${printable(fid)}`, { ...options, fid });
  const answer = await askFile(calls, work, fid);
  const { data, error, response } = answer;
  const isRedirect = REDIRECTS.includes(response.status);
  if (isRedirect && !linkIn(calls, fid, response)) throw await wrongPath(calls, work, response);
  const entry = { fid, ...Object(data ?? error) };
  if (isFile(entry) && entry.fid === fid) return entry;
  if (isRedirect && /^[\w-]+$/.test(fid)) { // a redirect may come without the metadata
    const page = { from: 0, size: 1 };
    const query = { query: `uuid=${fid}`, ...page };
    const { entries } = await askPage(calls, work, (o) => searchFiles({ ...o, query }), isFile, page);
    const found = entries.find((one) => one.fid === fid);
    if (found) return found;
  }
  throw failed(work, "bad_response", "the server's answer is not that file", { status: response.status });
}

/** Checks the arguments of `open`, and begins its work. */
export function beginOpening(calls: Calls, file: FileEntry | string, options: OpenOptions): Work {
  const fid = typeof file === "string" ? file : Object(file).fid;
  checkArgument("open the file", "file", fid, ["a file of files(), or its fid", FID[1]]);
  checkOptions("open the file", options, OPEN_RULES);
  return beginWork(calls, `open the file ${printable(fid)}`, { ...options, fid });
}

/**
 * Opens a file, and leaves the watching of its body to the caller.
 *
 * @throws {DataError} Those of `send`, `link_refused`, and `http_error` with status 416 if there is nothing from `from` on.
 */
export async function openContent(
  calls: Calls,
  work: Work,
  file: FileEntry | string,
  { from = 0, ifMatch }: OpenOptions,
): Promise<Content> {
  const { fid, size: told } = typeof file === "string" ? { fid: file } : file;
  const size = Number.isSafeInteger(told) ? Number(told) : 0; // 0 in the vendor's sample stands for "not known"
  const path = `/file/${encodeURIComponent(fid)}`;
  const headers = {
    "accept-encoding": "identity", // so that sizes and positions are those of the file
    ...(from > 0 && { range: `bytes=${from}-` }),
    ...(from > 0 && ifMatch !== undefined && { "if-range": ifMatch }),
  };
  const accept = from > 0 ? [416] : [];

  const askApi = () =>
    send(calls, work, get(calls, `${path}/download`, headers), { accept: [...accept, ...REDIRECTS] });
  const askMembers = async () => (await askFile(calls, work, fid)).response;

  /** Fetches the content from where an answer leads; `undefined` if this program may not connect there, or it leads nowhere. */
  async function fetchBy(askWhere: () => Promise<Response>): Promise<Response | undefined> {
    for (let links = 1;; links++) {
      const answer = await askWhere();
      const isRedirect = REDIRECTS.includes(answer.status);
      if (askWhere === askApi && !isRedirect) return answer;
      const link = linkIn(calls, fid, answer);
      if (link === undefined && isRedirect) throw await wrongPath(calls, work, answer);
      if (!answer.bodyUsed) await answer.body?.cancel();
      if (link === undefined) return undefined;
      const attempt = (signal: AbortSignal) => calls.linkFetch(link, linkRequest(headers, signal));
      const response = await send(calls, work, attempt, { accept: [...accept, ...REFUSALS], server: "the file host" })
        .catch(
          (error): undefined => {
            if (error.code !== "unreachable" || error.retryable) throw error;
            calls.emit({ type: "link_not_permitted", at: calls.clock.now(), host: new URL(link).host });
          },
        );
      if (!response || !REFUSALS.includes(response.status)) return response;
      await response.body?.cancel();
      if (links > 1) {
        const why = `the file host refused two links, one after the other (it answered ${response.status})`;
        throw failed(work, "link_refused", why, { status: response.status, retryable: true });
      }
    }
  }

  const isSmall = from === 0 && size > 0 && size <= MOST_BY_API;
  const response = (isSmall ? undefined : await fetchBy(askMembers)) ?? await fetchBy(askApi);
  if (!response) throw failed(work, "unreachable", "the program may not connect to the file host");
  return await readHead(calls, work, response, from, size);
}

/** Asks for a file's metadata; a redirect is an answer, since it may be where the link is. */
function askFile(calls: Calls, work: Work, fileId: string): Promise<Asked<unknown>> {
  return ask(calls, work, (options) => getFile({ ...options, path: { fileId } }), { accept: REDIRECTS });
}

/** Checks the head of an answer with content, and makes one that tells no more than is needed. */
async function readHead(calls: Calls, work: Work, given: Response, from: number, size: number): Promise<Content> {
  const { status, headers, body } = given;
  const [, start, end, total] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
  if (status === 416) throw await statusFailure(calls, work, given, { expected: wholeNumber(total) });
  const encoding = headers.get("content-encoding") ?? "";
  const isEncoded = !/^\s*(identity)?\s*$/i.test(encoding);
  const isPart = status === 206 && from > 0 && Number(start) === from && !isEncoded;
  const content = isEncoded && body ? decodeBody(body, encoding) : body;
  if (content === undefined || (!isPart && status !== 200)) {
    await body?.cancel();
    const why = content === undefined ? "in an encoding that nobody asked for" : "as another part than was asked for";
    throw failed(work, "bad_response", `the content came ${why} (status ${status})`, { status });
  }
  const own = new Headers();
  // Length and version of what is encoded are those of other bytes.
  const names = ["content-type", isPart && "content-range", ...(isEncoded ? [] : ["content-length", "etag"])];
  for (const name of names) if (name && headers.has(name)) own.set(name, headers.get(name)!);
  const expected = wholeNumber(own.get("content-length")) ?? (isPart ? Number(end) - from + 1 : size || undefined);
  return { response: new Response(content, { status, headers: own }), expected };
}

function wholeNumber(text: string | null | undefined): number | undefined {
  return /^\d+$/.test(text ?? "") ? Number(text) : undefined;
}
