// Asks for a table of time series.
import type { TimeSeriesQuery } from "@xsignals/client";
import { addressOf, type Calls, type Work } from "../calls.ts";
import { failed } from "../failure.ts";
import { openNcsv, type TableParts } from "../ncsv/open_ncsv.ts";
import { peekBody } from "../peek_body.ts";
import { send } from "../send.ts";
import { watchBody } from "../watch_body.ts";

/** How long a query may take until its answer begins, in ms: the server may have to look through much. */
const FIRST_BYTE = 120_000;

/** The header in which the server may say that there are more rows; not documented, so its spelling is not either. */
const TOKEN_HEADER = /^(x-)?next-?page-?token$/i;

/** A table, and what goes on where it ends. */
export interface AskedTable {
  readonly parts: TableParts;
  /** There are more rows. */
  readonly nextPageToken?: string;
}

/**
 * Sends a query of time series.
 *
 * @throws {DataError} As `send`; `bad_response` if the answer is not NCSV, `bad_ncsv` if its header is wrong.
 */
export async function askTable(calls: Calls, work: Work, query: TimeSeriesQuery, token?: string): Promise<AskedTable> {
  const address = addressOf(calls, "/ts") +
    (token === undefined ? "" : `?${new URLSearchParams({ nextPageToken: token })}`);
  const init = {
    method: "POST",
    headers: { "content-type": "application/json", "accept": "text/csv, application/json;q=0.9, */*;q=0.5" },
    body: JSON.stringify(query), // text, so that it can be sent again with another token
    redirect: "manual",
  } as const;
  const attempt = (signal: AbortSignal) => calls.connection.fetch(address, { ...init, signal });
  const response = await send(calls, work, attempt, { firstByteMs: FIRST_BYTE });
  const body = response.body ?? new Blob([]).stream();
  const watched = watchBody(calls, body, work);
  const stream = await onlyTable(work, response, watched);
  const parts = await openNcsv(stream, work.what);
  const [, nextPageToken] = [...response.headers].find(([name, value]) => TOKEN_HEADER.test(name) && value !== "") ??
    [];
  if (nextPageToken === undefined) return { parts };
  calls.emit({ type: "next_page_token", at: calls.clock.now() });
  return { parts, nextPageToken };
}

/** The same stream, unless it is HTML or JSON: by its type, or by how it begins. */
async function onlyTable(
  work: Work,
  { headers, status }: Response,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<ReadableStream<Uint8Array>> {
  const { first, whole } = await peekBody(body, 1);
  const beginning = new TextDecoder().decode(first.subarray(0, 100));
  const [, type] = /\b(html|json)\b/i.exec(headers.get("content-type") ?? "") ?? [];
  if (type === undefined && !/^\s*(<|\{|\[\s*[{\]])/.test(beginning)) return whole;
  await whole.cancel();
  const what = type?.toUpperCase() ?? (/^\s*</.test(beginning) ? "HTML" : "JSON");
  throw failed(work, "bad_response", `the server answered with ${what} instead of a table`, { status });
}
