import { createServer, type IncomingMessage } from "node:http";

/** A server that listens on 127.0.0.1. */
export interface Listener {
  readonly port: number;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/**
 * Listens on a port of 127.0.0.1, or on a free one for 0. An answer that rejects is a connection that breaks without a
 * byte: `Deno.serve` can't do that, hence `node:http`.
 */
export function listen(port: number, answer: (request: Request) => Promise<Response>): Promise<Listener> {
  const server = createServer(async (message, response) => {
    const caller = new AbortController();
    response.on("close", () => caller.abort());
    try {
      const request = readRequest(message, caller.signal);
      if (!request) {
        response.writeHead(400).end();
        return;
      }
      const { status, headers, body } = await answer(request);
      if (!message.complete) headers.set("connection", "close");
      response.writeHead(status, [...headers].flat()).flushHeaders();
      for await (const chunk of body ?? []) response.write(chunk);
      response.end();
    } catch {
      message.socket.destroy();
    }
  });

  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve({
        port: typeof address === "object" ? address?.port ?? port : port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

/** The request with the host that it names; `undefined` when it can't be read. */
function readRequest(message: IncomingMessage, signal: AbortSignal): Request | undefined {
  const { method = "GET", url = "/", rawHeaders } = message;
  try {
    const headers = new Headers();
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
    const body = method === "GET" || method === "HEAD" ? null : readBody(message);
    const host = headers.get("host") || `127.0.0.1:${message.socket.localPort}`;
    return new Request(`http://${host}${url}`, { method, headers, body, signal });
  } catch {
    return undefined;
  }
}

/** The body as it is asked for; what nobody asks for stays unread. */
function readBody(message: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = message.iterator({ destroyOnReturn: false });
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  }, { highWaterMark: 0 });
}
