import { bodyLost } from "./network.ts";

/** How the body of an answer goes wrong, over a real connection and through {@link Emulator.fetch} alike. */
export interface BodyFault {
  /** How many milliseconds pass between the answer's headers and its body; with `Infinity` the body never comes. */
  readonly bodyDelay?: number;
  /** After how many bytes of the body the connection closes. The client notices, unless it has all or `framing` is `close`. */
  readonly cutAfter?: number;
  /** After how many bytes of the body nothing more comes, until the caller gives up. */
  readonly stallAfter?: number;
  /** How many bytes of the body come in a second. */
  readonly rate?: number;
  /**
   * The `Content-Length` that the answer says, in bytes. If it is less than there is, a client sees no more than that; if it is more,
   * the connection closes before all came.
   */
  readonly contentLength?: number;
  /** How the end of the body is told instead of by its length: `chunked`, or that the connection closes (`close`). */
  readonly framing?: "chunked" | "close";
  /** Whether the body comes compressed, although nobody asked for it, and without a length. */
  readonly gzip?: boolean;
}

/** The members of a {@link BodyFault}. */
export const BODY_FAULTS: readonly (keyof BodyFault)[] = [
  "bodyDelay",
  "cutAfter",
  "stallAfter",
  "rate",
  "contentLength",
  "framing",
  "gzip",
];

/** What is wrong with a fault's members; `undefined` if nothing is. */
export function wrongBodyFault(fault: BodyFault): string | undefined {
  const { bodyDelay = 0, rate = 1, framing = "close" } = fault;
  if (!(bodyDelay >= 0)) return "bodyDelay must be milliseconds";
  for (const name of ["cutAfter", "stallAfter", "contentLength"] as const) {
    const count = fault[name] ?? 0;
    if (!Number.isSafeInteger(count) || count < 0) return `${name} must be a whole number of bytes from 0`;
  }
  if (!(rate > 0 && rate < Infinity)) return "rate must be bytes a second, more than 0";
  if (!["chunked", "close"].includes(framing)) return "framing must be chunked or close";
  if (fault.contentLength !== undefined && fault.framing !== undefined) {
    return "contentLength and framing exclude each other";
  }
  if (![true, false, undefined].includes(fault.gzip)) return "gzip must be true or false";
}

/**
 * The same answer with a body that goes wrong. It fails if the caller gives up while it waits.
 *
 * @param answer The answer; its body is read as far as it is sent.
 * @param caller Aborts when the caller gives up.
 * @param sleep Waits.
 */
export function breakBody(
  answer: Response,
  fault: BodyFault,
  caller: AbortSignal,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
): Response {
  const { status } = answer;
  const { bodyDelay = 0, cutAfter, stallAfter, rate, contentLength, framing } = fault;
  if (!answer.body && (bodyDelay === 0 || [204, 205, 304].includes(status))) return answer;
  const headers = new Headers(answer.headers);
  if (fault.gzip) headers.set("content-encoding", "gzip");
  if (fault.gzip || framing) headers.delete("content-length");
  if (contentLength !== undefined) headers.set("content-length", String(contentLength));
  if (framing === "close") headers.set("connection", "close"); // With it, the listener marks no end.
  const said = Number(headers.get("content-length") ?? Infinity);

  const source = fault.gzip ? answer.body?.pipeThrough(new CompressionStream("gzip")) : answer.body;
  const reader = source?.getReader();
  const cancelled = new AbortController();
  const gone = AbortSignal.any([caller, cancelled.signal]);
  let waited = false;
  let sent = 0;
  let rest: Uint8Array = new Uint8Array();

  /** The next bytes; none at the end of the body. */
  async function next(): Promise<Uint8Array> {
    while (rest.length === 0) {
      const { done, value } = await reader?.read() ?? { done: true };
      if (done) return rest;
      rest = value!;
    }
    const stops = [said, cutAfter, stallAfter].map((stop) =>
      stop === undefined || stop <= sent ? Infinity : stop - sent
    );
    const length = Math.min(rest.length, ...stops, rate === undefined ? Infinity : Math.max(1, Math.floor(rate / 10)));
    const piece = rest.subarray(0, length);
    rest = rest.subarray(piece.length);
    return piece;
  }

  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!waited && bodyDelay > 0) await sleep(bodyDelay, gone);
      waited = true;
      if (sent === stallAfter) await sleep(Infinity, gone);
      if (sent === cutAfter && framing !== "close" && sent < said) throw bodyLost();
      const piece = sent === cutAfter || sent === said ? new Uint8Array() : await next();
      if (piece.length > 0) {
        if (rate !== undefined) await sleep(piece.length / rate * 1000, gone);
        sent += piece.length;
        return controller.enqueue(piece);
      }
      if (sent < said && said < Infinity) throw bodyLost();
      controller.close();
      await reader?.cancel();
    },
    async cancel(reason) {
      cancelled.abort(reason);
      await reader?.cancel(reason);
    },
  }, { highWaterMark: 0 });
  return new Response(body, { status, headers });
}
