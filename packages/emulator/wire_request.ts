import { Refusal } from "./refusal.ts";

/** The head of a request as it stood on the wire. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** Such as `1.1`. */
  readonly version: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
}

/** What a head does not say. */
export interface Surroundings {
  /** The port where it came, for a request that names no host. */
  readonly port: number;
  readonly signal: AbortSignal;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** A request, and why it is refused when it can't be served as it is. */
export interface Received {
  readonly request: Request;
  readonly refusal?: Refusal;
}

/** The methods that `new Request` throws for. */
const NO_METHODS_OF_FETCH = /^(CONNECT|TRACE|TRACK)$/i;

/** The request of a head, at the host that it names (RFC 9112, 3.2 and 3.3). */
export function readRequest(head: RequestHead, { port, signal, body }: Surroundings): Received {
  const { method } = head;
  const headers = readHeaders(head);
  const url = headers && readUrl(head, port);
  const fetchable = NO_METHODS_OF_FETCH.test(method) ? "GET" : method;
  const request = new Request(url ?? `http://127.0.0.1:${port}${pathOf(head.target)}`, {
    method: fetchable,
    headers: headers ?? {},
    signal,
    ...(!/^(GET|HEAD)$/i.test(fetchable) && { body, duplex: "half" }), // which Node wants to be told of a stream
  });
  // `Request` also makes upper case of some, which then would be methods that are served.
  if (request.method !== method) Object.defineProperty(request, "method", { value: method });
  return url
    ? { request }
    : { request, refusal: new Refusal(400, "The request's host or one of its headers is wrong") };
}

/**
 * The head at the start of a packet, for what `node:http` can't parse.
 *
 * @param packet Its bytes as Latin-1.
 * @returns The head, maybe without its last headers; `undefined` when the packet does not begin with a request line.
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

function readHeaders({ rawHeaders }: RequestHead): Headers | undefined {
  const headers = new Headers();
  try {
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
    return headers;
  } catch {
    return undefined;
  }
}

/** The address that is asked; the host of an absolute target goes before `Host`, which must be right all the same. */
function readUrl({ target, version, rawHeaders }: RequestHead, port: number): string | undefined {
  const hosts = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === "host");
  if (hosts.length > 1 || (hosts.length === 0 && version !== "1.0")) return undefined;
  const [host = ""] = hosts;
  if (host !== "" && !isHost(host)) return undefined;
  const [, scheme = "http", authority = host || `127.0.0.1:${port}`] = /^(https?):\/\/([^/?#]*)/i.exec(target) ?? [];
  return isHost(authority) ? `${scheme}://${authority}${pathOf(target)}` : undefined;
}

/** What follows the host in an absolute target; `/` for `*` and for a target that is a host. */
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "");
  return /^[/?]/.test(path) ? path : "/";
}

function isHost(text: string): boolean {
  return /^[^\s/?#@\\]+$/.test(text) && URL.canParse(`http://${text}`);
}
