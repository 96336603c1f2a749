/**
 * A server of HTTP/1.1 over bare TCP: it counts what really arrives, and does what no HTTP server would.
 *
 * @module
 */

/** One request as it arrived, its body read as Latin-1; connections are counted from 0. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
  readonly connection: number;
}

/** What to do: write this, if anything, and then do that; go on with the connection, unless told. */
export interface RawAnswer {
  readonly write?: string;
  /**
   * `drop` the connection; `leave`: drop it and listen no more; `stall`: do nothing until the client goes away; `reset` it
   * as soon as the client sends more.
   */
  readonly then?: "drop" | "leave" | "stall" | "reset";
}

/** A server that listens on a loopback port. */
export interface RawServer extends AsyncDisposable {
  readonly origin: string;
  /** What arrived so far. */
  readonly requests: readonly RawRequest[];
  /** How many connections there were. */
  readonly connections: number;
  /** How often this method and path arrived. */
  count(method: string, path: string): number;
  /** Resolves when no connection is left. */
  alone(): Promise<void>;
}

/** The bytes of an answer that keeps the connection alive. */
export function http(status: number, body = "", headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ "content-length": String(body.length), ...headers });
  return `HTTP/1.1 ${status} Any\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}

/**
 * Listens on a free loopback port.
 *
 * @param answer Says what to do about a request.
 * @param atOnce What to do instead as soon as a connection brings its first bytes, which are not read as a request.
 * @param tls The certificate of a server of https.
 */
export function rawServer(
  answer: (request: RawRequest) => RawAnswer,
  atOnce?: RawAnswer,
  tls?: Deno.TlsCertifiedKeyPem,
): RawServer {
  const at = { hostname: "127.0.0.1", port: 0 };
  const listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn> = tls
    ? Deno.listenTls({ ...at, ...tls })
    : Deno.listen(at);
  const requests: RawRequest[] = [];
  const open = new Set<Deno.Conn>();
  const served: Promise<void>[] = [];
  let listens = true;

  function leave(): void {
    if (listens) listener.close();
    listens = false;
  }

  async function serve(conn: Deno.Conn, connection: number): Promise<void> {
    if (atOnce !== undefined) {
      if (atOnce.then !== "reset") await conn.read(new Uint8Array(65_536));
      return void await react(conn, atOnce);
    }
    const reading = readRequests(conn, connection);
    for await (const request of reading) {
      requests.push(request);
      const what = answer(request);
      await react(conn, what);
      if (what.then === "stall") { while (!(await reading.next()).done); }
      if (what.then === "leave") leave();
      if (what.then !== undefined) return;
    }
  }

  function drop(conn: Deno.Conn): void {
    if (open.delete(conn)) conn.close();
  }

  const listening = (async () => {
    for await (const conn of listener) {
      open.add(conn);
      // A client that goes away in the middle is not a failure, because only what arrived counts.
      served.push(serve(conn, served.length).catch(() => {}).finally(() => drop(conn)));
    }
  })();
  return {
    origin: `http${tls ? "s" : ""}://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    requests,
    get connections() {
      return served.length;
    },
    count: (method, path) => requests.filter((one) => one.method === method && one.path === path).length,
    alone: async () => void await Promise.all(served),
    async [Symbol.asyncDispose]() {
      leave();
      await listening;
      open.forEach(drop);
      await Promise.all(served);
    },
  };
}

async function react(conn: Deno.Conn, { write, then }: RawAnswer): Promise<void> {
  if (write !== undefined) await new Blob([write]).stream().pipeTo(conn.writable, { preventClose: true });
  if (then === "reset") await conn.read(new Uint8Array(1)); // a connection that is closed with bytes unread is reset
}

/** The requests of a connection, one after the other, until the client goes away. */
async function* readRequests(conn: Deno.Conn, connection: number): AsyncGenerator<RawRequest> {
  const decoder = new TextDecoder("latin1"); // a character for each byte
  const buffer = new Uint8Array(65_536);
  let text = "";

  async function read(isEnough: () => boolean): Promise<boolean> {
    while (!isEnough()) {
      const size = await conn.read(buffer);
      if (size === null) return false;
      text += decoder.decode(buffer.subarray(0, size));
    }
    return true;
  }

  while (await read(() => text.includes("\r\n\r\n"))) {
    const start = text.indexOf("\r\n\r\n") + 4;
    const [first = "", ...lines] = text.slice(0, start - 4).split("\r\n");
    const headers = new Headers(lines.map((line) => [line.split(":")[0]!, line.slice(line.indexOf(":") + 1)]));
    const end = start + Number(headers.get("content-length") ?? 0);
    if (!(await read(() => text.length >= end))) return;
    const [method = "", path = ""] = first.split(" ");
    yield { method, path, headers, body: text.slice(start, end), connection };
    text = text.slice(end);
  }
}
