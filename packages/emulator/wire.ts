import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { ErrorAnswer } from "./error_answer.ts";

/** The head of a request as it stood on the wire. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** Such as `1.1`. */
  readonly version: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
}

/** What a head does not contain. */
export interface Surroundings {
  /** The port that received it, for a request that names no host. */
  readonly port: number;
  readonly signal: AbortSignal;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** A request, and the answer to it if it is malformed. */
export interface Received {
  readonly request: Request;
  readonly error?: ErrorAnswer;
}

/** `new Request` throws for these methods. */
const FORBIDDEN_METHODS = /^(CONNECT|TRACE|TRACK)$/i;

/** Makes the request of a head, at the host that it names (RFC 9112, 3.2 and 3.3). */
export function readRequest(head: RequestHead, { port, signal, body }: Surroundings): Received {
  const { method } = head;
  const headers = readHeaders(head);
  const url = headers && readUrl(head, port);
  const fetchable = FORBIDDEN_METHODS.test(method) ? "GET" : method;
  const request = new Request(url ?? `http://127.0.0.1:${port}${pathOf(head.target)}`, {
    method: fetchable,
    headers: headers ?? {},
    signal,
    ...(!/^(GET|HEAD)$/i.test(fetchable) && { body, duplex: "half" }), // Node needs `duplex` for a stream.
  });
  // `Request` also changes some methods to upper case, so that they would be served.
  if (request.method !== method) Object.defineProperty(request, "method", { value: method });
  return url
    ? { request }
    : { request, error: new ErrorAnswer(400, "The request's host or one of its headers is wrong") };
}

/**
 * Reads the head at the start of a packet that `node:http` could not parse.
 *
 * @param packet Its bytes as Latin-1.
 * @returns The head, maybe without its last headers; `undefined` if the packet does not begin with a request line.
 */
export function readHead(packet: string): RequestHead | undefined {
  const [head = ""] = packet.split("\r\n\r\n", 1);
  const [line = "", ...fields] = head.split("\r\n");
  const [, method, target, version] = /^([\w!#$%&'*+.^`|~-]+) (\S+) HTTP\/(1\.[01])$/.exec(line) ?? [];
  if (method === undefined || target === undefined || version === undefined) return undefined;
  const rawHeaders = fields.flatMap((field) => {
    const [name = ""] = field.split(":", 1);
    return [name, field.slice(name.length + 1).trim()];
  });
  return { method, target, version, rawHeaders };
}

/** Writes an answer to a socket for which `node:http` has no response object, then ends the connection. */
export async function writeAnswer(socket: Duplex, { status, headers, body }: Response): Promise<void> {
  const fields = [...headers, ["connection", "close"]].map(([name, value]) => `${name}: ${value}`);
  socket.write([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...fields, "", ""].join("\r\n"), "latin1");
  for await (const chunk of body ?? []) socket.write(chunk);
  socket.end();
}

function readHeaders({ rawHeaders }: RequestHead): Headers | undefined {
  const headers = new Headers();
  try {
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
    return headers;
  } catch {
    return undefined;
  }
}

/** The address. The host of an absolute target wins over `Host`, which must be right nevertheless. */
function readUrl({ target, version, rawHeaders }: RequestHead, port: number): string | undefined {
  const hosts = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === "host");
  if (hosts.length > 1 || (hosts.length === 0 && version !== "1.0")) return undefined;
  const [host = ""] = hosts;
  if (host !== "" && !isHost(host)) return undefined;
  const [, scheme = "http", authority = host || `127.0.0.1:${port}`] = /^(https?):\/\/([^/?#]*)/i.exec(target) ?? [];
  return isHost(authority) ? `${scheme}://${authority}${pathOf(target)}` : undefined;
}

/** The part of an absolute target after its host; `/` for `*` and for a target that is only a host. */
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "");
  return /^[/?]/.test(path) ? path : "/";
}

function isHost(text: string): boolean {
  return /^[^\s/?#@\\]+$/.test(text) && URL.canParse(`http://${text}`);
}
