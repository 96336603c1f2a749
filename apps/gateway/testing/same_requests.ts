/**
 * What is asked of the API and of the gateway alike, and which differences between the two answers are meant.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import type { Fault } from "@xsignals/emulator";

/** A request, at a path of the API. */
export interface SameRequest {
  /** The method and the target. */
  readonly line: string;
  /** Its headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Its body. */
  readonly body?: string;
  /** What the API does instead of what it usually does. */
  readonly fault?: Fault;
  /** The members of the two answers that are different, each with the reason. */
  readonly meant?: Readonly<Record<string, string>>;
}

/** Headers that may be different in every answer, each with the reason. */
export const MAY_DIFFER: Readonly<Record<string, string>> = {
  "date": "each server has a clock",
  "connection": "is about one connection",
  "keep-alive": "is about one connection",
  "transfer-encoding": "is about one connection: how the body's end is told",
  "cache-control": "the gateway lets nobody store what an account sees",
  "pragma": "like cache-control",
  "x-content-type-options": "the gateway is an origin of its own",
  "x-request-id": "names the line of the gateway's log",
  "vary": "a page's origin matters to the gateway",
};

const OWN_WORDS = {
  "body": "trouble between gateway and API is told in the gateway's words",
  "content-type": "the gateway's words are JSON",
};
const AS_503 = { ...OWN_WORDS, "status": "the account's trouble is not the client's: 503, to be tried again" };
const HINT = "the client is always told when to come again";
const CLOSED = { "body": "a path with two meanings is refused in the gateway's words" };
const DROPPED = "only what a client of the API needs is handed on";

/** The content of `/file/prices/download`. */
export const CONTENT = "Instrument,Price\n" + "CCA-V24,41.2\n".repeat(40);

/** An answer of the API that stands for any. */
function answering(status: number, headers: HeadersInit = {}, body: BodyInit | null = null): Fault {
  return { respond: () => new Response(body, { status, headers }) };
}

/** The API says what it was asked; who says nothing of formats and languages takes all of them. */
const ECHO: Fault = {
  respond({ url, headers }) {
    const unsaid = { "accept": "*/*", "accept-language": "*", "cookie": "", "range": "", "x-forwarded-for": "" };
    return Response.json([url, ...Object.entries(unsaid).map(([name, value]) => headers.get(name) ?? value)]);
  },
};

const STORED = new Uint8Array(gzipSync(CONTENT));
const ENCODED = {
  "content-type": "text/csv",
  "content-encoding": "gzip",
  "etag": '"stored"',
  "accept-ranges": "bytes",
};
const PARTS = [0, 4].map((at) => `--x\r\ncontent-range: bytes ${at}-${at + 1}/9\r\n\r\nab\r\n`).join("") + "--x--\r\n";
const DOWNLOAD = "GET /file/prices/download";
const QUERY = { groupName: "CBL_Trades Compliance", startDate: "2024-03-05T00:00:00", endDate: "2024-03-05T23:59:59" };

function series(formatType: string, headers: Record<string, string> = {}): SameRequest {
  const body = JSON.stringify({ ...QUERY, formatType });
  return { line: "POST /ts", headers: jsonHeaders(body, headers), body };
}

function jsonHeaders(body: string, headers: Record<string, string> = {}): Record<string, string> {
  return { "content-type": "application/json", "content-length": String(body.length), ...headers };
}

function download(headers: Record<string, string>, more: Partial<SameRequest> = {}): SameRequest {
  return { line: DOWNLOAD, headers, ...more };
}

/** Lists and entries, in every spelling. */
const READS: readonly SameRequest[] = [
  { line: "GET /file/group" },
  { line: "GET /file/group/" },
  { line: "GET /file/group?from=1&size=1" },
  { line: "GET /file/group/Market%20Notes" },
  { line: "GET /file/group/%4darket%20%4Eotes", fault: ECHO },
  { line: "GET /file/group/CO%E2%82%82%20%F0%9F%8C%B1;v=1,a+b!~*'()", fault: ECHO },
  { line: "GET /file/group?a=%2F..%2F&b=+&&c&d=%E2%82%82&e=%ff&f='\"<>|{}", fault: ECHO },
  {
    line: "GET /file/group",
    headers: { "accept": "text/csv;q=0.5, */*;q=0.1", "accept-language": "pl, en;q=0.5", "range": "bytes=-1" },
    fault: ECHO,
  },
  { line: "GET /file/search?query=groupName%3DPrices&sortBy=fileName&size=2" },
  { line: "GET /file/search?size=no" },
  { line: "GET /file/search?from=9999&size=100" },
  { line: "GET /file/prices" },
  { line: "GET /file/unknown" },
  { line: "GET /file/removed/download" },
  { line: "HEAD /file/prices/download" }, // the emulator answers 405
  { line: "GET /ts/symbol/search?query=symbol.Side%3DASK&size=1" },
  { line: "GET /file/a%2Fb", meant: CLOSED },
  { line: "GET /file/a%252e", meant: CLOSED },
  { line: "GET /file/%ff", meant: CLOSED },
  { line: "GET /file//prices", meant: CLOSED },
];

/** Downloads, whole and in parts. */
const DOWNLOADS: readonly SameRequest[] = [
  download({}),
  download({ "accept-encoding": "gzip, br" }),
  ...["bytes=0-9", "bytes=5-", "bytes=-7", "bytes=0-1,4-5", "bytes=100000-", "lines=1-2"].map((range) =>
    download({ range })
  ),
  ...["$ETAG", '"another"', "$MODIFIED"].map((version) => download({ "range": "bytes=0-9", "if-range": version })),
  ...["$ETAG", 'W/"a", $ETAG', '"another"'].map((versions) => download({ "if-none-match": versions })),
  ...['"another"', "*"].map((versions) => download({ "if-match": versions })),
  download({ "if-modified-since": "$MODIFIED" }),
  download({ "if-unmodified-since": "Tue, 05 Mar 2019 19:00:00 GMT" }),
  download({ "range": "bytes=0-1,4-5" }, {
    fault: answering(206, {
      "content-type": "multipart/byteranges; boundary=x",
      "content-length": String(PARTS.length),
    }, PARTS),
  }),
  download({}, { fault: answering(200, { ...ENCODED, "content-length": String(STORED.length) }, STORED) }),
  download({ "accept-encoding": "gzip" }, { fault: answering(200, ENCODED, STORED) }),
  download({ "accept-encoding": "gzip" }, {
    fault: {
      respond: ({ headers }) =>
        headers.get("accept-encoding") === "gzip" ? new Response(STORED, { headers: ENCODED }) : new Response(CONTENT),
    },
    meant: Object.fromEntries(
      [...Object.keys(ENCODED), "body"].map((name) => [name, "asked for what is not encoded, so that ranges hold"]),
    ),
  }),
  download({ "range": "bytes=9-", "if-range": '"stored"' }, {
    fault: answering(
      206,
      { ...ENCODED, "content-range": `bytes 9-${STORED.length - 1}/${STORED.length}` },
      STORED.slice(9),
    ),
  }),
];

/** Bodies with a length and without, whole and broken. */
const BODIES: readonly SameRequest[] = [
  download({}, { fault: { framing: "chunked" } }),
  download({}, { fault: { framing: "close" } }),
  download({}, { fault: { cutAfter: 100 } }),
  download({}, { fault: { cutAfter: 100, framing: "chunked" } }),
  download({}, { fault: { cutAfter: 0 } }),
  download({}, { fault: { contentLength: 100 } }),
  download({}, { fault: { contentLength: 10_000 } }),
  { line: "HEAD /file/prices/download", fault: answering(200, { "content-type": "text/csv", "etag": '"1"' }) },
  { line: "HEAD /file/prices/download", fault: answering(404) },
  {
    line: "HEAD /file/prices/download",
    headers: { "range": "bytes=0-9" },
    fault: answering(206, { "content-length": "10", "content-range": "bytes 0-9/99" }),
  },
  { line: "HEAD /file/prices/download", fault: answering(200, { "content-length": "12345678901" }) },
  { line: "GET /file/prices", fault: answering(200, { "content-length": "0" }) },
  { line: "GET /file/prices", fault: answering(204) },
  { line: "GET /file/prices", fault: answering(203, { "content-type": "" }, "x") },
];

/** Redirects, refusals, hints to wait, and headers. */
const ANSWERS: readonly SameRequest[] = [
  ...[301, 302, 303, 307, 308].map((status) => ({
    line: DOWNLOAD,
    fault: answering(status, { "location": "https://files.example/a%2Fb?X-Amz-Signature=c%2Bd&e=%20", "etag": '"1"' }),
  })),
  {
    line: DOWNLOAD,
    fault: answering(302, { "location": "../../file/group/?a=%2F" }),
    meant: { location: "leads to the gateway's own path" },
  },
  ...[400, 404, 405, 406, 409, 410, 413, 416, 418, 422, 451].map((status) => ({
    line: DOWNLOAD,
    fault: answering(
      status,
      { "content-type": "application/problem+json", "content-range": "bytes */9" },
      '{"a":"\u00e9"}',
    ),
  })),
  { line: DOWNLOAD, fault: answering(403, { "content-type": "text/plain" }, "no right to this file") },
  {
    line: DOWNLOAD,
    fault: { respond: ({ headers }) => new Response(headers.get("authorization"), { status: 403 }) },
    meant: OWN_WORDS,
  },
  {
    line: DOWNLOAD,
    fault: answering(401, { "www-authenticate": "Bearer" }),
    meant: {
      ...OWN_WORDS,
      "status": "the account's login is not the client's: 403",
      "www-authenticate": "as the status",
    },
  },
  { line: DOWNLOAD, fault: answering(429, { "retry-after": "7" }, "slowly"), meant: AS_503 },
  {
    line: DOWNLOAD,
    fault: answering(429, { "retry-after": "Tue, 01 Jan 2030 00:02:00 GMT" }),
    meant: { ...AS_503, "retry-after": "as seconds" },
  },
  { line: DOWNLOAD, fault: answering(503, { "retry-after": "86400" }), meant: OWN_WORDS },
  { line: DOWNLOAD, fault: answering(500, {}, "oops"), meant: { ...AS_503, "retry-after": HINT } },
  {
    line: "GET /file/prices",
    fault: answering(200, {
      "content-disposition": "attachment; filename=\"\u00e9 b.csv\"; filename*=UTF-8''%C3%A9%20b.csv",
      "content-language": "en, fr",
      "content-type": "text/csv; charset=ISO-8859-1; header=present",
      "etag": 'W/"a,b"',
      "last-modified": "Tue, 05 Mar 2024 19:00:00 GMT",
      "nextpagetoken": "cm93IDI=",
    }, "x"),
  },
  {
    line: "GET /file/prices",
    fault: answering(200, {
      "access-control-allow-origin": "*",
      "server": "upstream",
      "set-cookie": "a=b",
      "strict-transport-security": "max-age=1",
      "x-amzn-requestid": "1",
    }, "x"),
    meant: {
      "access-control-allow-origin": DROPPED,
      "server": DROPPED,
      "set-cookie": DROPPED,
      "strict-transport-security": DROPPED,
      "x-amzn-requestid": DROPPED,
    },
  },
];

/** Queries for time series. */
const BAD_QUERY = JSON.stringify({ ...QUERY, timeZone: 7, formatType: "no" });
const SERIES: readonly SameRequest[] = [
  series("NCSV"),
  series("NCSV", { accept: "text/csv" }),
  series("PANDAS"),
  series("STANDARD"),
  series("STANDARD", { "content-type": "application/json; charset=utf-8" }),
  { line: "POST /ts", headers: jsonHeaders(BAD_QUERY), body: BAD_QUERY },
  { ...series("NCSV"), line: "POST /ts?nextPageToken=cm93IDE%3D" },
  { ...series("NCSV"), fault: { stage: "after", cutAfter: 50 } },
  {
    line: "POST /ts",
    headers: jsonHeaders("[]"),
    body: "[]",
    meant: { "body": "what is not a query is refused in the gateway's words" },
  },
];

/** All of them. */
export const SAME_REQUESTS: readonly SameRequest[] = [...READS, ...DOWNLOADS, ...BODIES, ...ANSWERS, ...SERIES];
