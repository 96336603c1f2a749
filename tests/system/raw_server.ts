/**
 * A server of HTTP/1.1 over bare TCP: it counts what really arrives, and does what no HTTP server would.
 *
 * @module
 */

/** One request as it arrived. */
export interface RawRequest {
  /** The method. */
  readonly method: string;
  /** The path, with its query. */
  readonly path: string;
  /** The headers, by their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The body. */
  readonly body: string;
  /** The number of the connection that it came on, from 0. */
  readonly connection: number;
}

/** What to do about a request: write this, if anything, and then do that; go on with the connection, unless told. */
export interface RawAnswer {
  /** The bytes to write. */
  readonly write?: string;
  /**
   * `drop` the connection; `leave`: drop it and listen no more; `stall`: do nothing until the client goes away; `reset`: as
   * soon as the client sends more.
   */
  readonly then?: "drop" | "leave" | "stall" | "reset";
}

/** A server that listens. */
export interface BareServer extends AsyncDisposable {
  /** Where, as an http origin. */
  readonly origin: string;
  /** Listens no more, and keeps the connections that are there. */
  leave(): void;
  /** Resolves when no connection is left. */
  alone(): Promise<void>;
}

/** A server that reads requests, too. */
export interface RawServer extends BareServer {
  /** What arrived so far. */
  readonly requests: readonly RawRequest[];
  /** How often this method and path arrived. */
  count(method: string, path: string): number;
}

/** The bytes of an answer that keeps the connection alive. */
export function http(status: number, body = "", headers: Readonly<Record<string, string>> = {}): string {
  const length = new TextEncoder().encode(body).byteLength;
  const lines = Object.entries({ "content-length": String(length), ...headers });
  return `HTTP/1.1 ${status} Any\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}

/**
 * Listens on a free loopback port.
 *
 * @param serve Does as it likes with a connection, which is closed when it is done; gets the connection's number, from 0.
 */
export function bareServer(serve: (conn: Deno.TcpConn, connection: number) => Promise<void>): BareServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served: Promise<void>[] = [];
  const open = new Set<Deno.TcpConn>();
  let listens = true;

  function leave(): void {
    if (listens) listener.close();
    listens = false;
  }

  function drop(conn: Deno.TcpConn): void {
    if (open.delete(conn)) conn.close();
  }

  const listening = (async () => {
    for await (const conn of listener) {
      open.add(conn);
      // A client that goes away in the middle is no failure: what arrived is what counts.
      served.push(serve(conn, served.length).catch(() => {}).finally(() => drop(conn)));
    }
  })();
  return {
    origin: `http://127.0.0.1:${listener.addr.port}`,
    leave,
    async alone() {
      await Promise.all(served);
    },
    async [Symbol.asyncDispose]() {
      leave();
      await listening;
      open.forEach(drop);
      await Promise.all(served);
    },
  };
}

/**
 * Listens on a free loopback port and reads requests.
 *
 * @param answer Says what to do about each.
 */
export function rawServer(answer: (request: RawRequest) => RawAnswer): RawServer {
  const requests: RawRequest[] = [];
  const server = bareServer(async (conn, connection) => {
    const next = requestReader(conn, connection);
    for (let request = await next(); request; request = await next()) {
      requests.push(request);
      const { write, then } = answer(request);
      if (write !== undefined) await writeAll(conn, write);
      if (then === "stall") { while (await next()); }
      if (then === "reset") await conn.read(new Uint8Array(1)); // to close it with bytes unread resets it
      if (then === "leave") server.leave();
      if (then !== undefined) return;
    }
  });
  return {
    ...server,
    requests,
    count: (method, path) => requests.filter((one) => one.method === method && one.path === path).length,
  };
}

/** Reads one request after the other; `undefined` when the client went away. */
function requestReader(conn: Deno.TcpConn, connection: number): () => Promise<RawRequest | undefined> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let text = "";

  async function more(): Promise<boolean> {
    const size = await conn.read(buffer);
    if (size === null) return false;
    text += decoder.decode(buffer.subarray(0, size), { stream: true });
    return true;
  }

  return async () => {
    while (!text.includes("\r\n\r\n")) if (!(await more())) return undefined;
    const [head = "", ...rest] = text.split("\r\n\r\n");
    const [first = "", ...lines] = head.split("\r\n");
    const headers = new Map(lines.map((line) => {
      const [name = "", ...value] = line.split(":");
      return [name.toLowerCase(), value.join(":").trim()];
    }));
    text = rest.join("\r\n\r\n");
    const length = Number(headers.get("content-length") ?? 0);
    while (text.length < length) if (!(await more())) return undefined;
    const body = text.slice(0, length);
    text = text.slice(length);
    const [method = "", path = ""] = first.split(" ");
    return { method, path, headers, body, connection };
  };
}

/** Writes the text. */
export async function writeAll(conn: Deno.TcpConn, text: string): Promise<void> {
  const writer = conn.writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
  writer.releaseLock();
}
