import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";

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
      await writeResponse(response, await answer(request));
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
    const hasBody = method !== "GET" && method !== "HEAD";
    const body = hasBody ? Readable.toWeb(message) as ReadableStream<Uint8Array> : null;
    return new Request(`http://${headers.get("host")}${url}`, { method, headers, body, signal });
  } catch {
    return undefined;
  }
}

async function writeResponse(response: ServerResponse, { status, headers, body }: Response): Promise<void> {
  response.writeHead(status, [...headers].flat());
  response.flushHeaders();
  for await (const chunk of body ?? []) response.write(Buffer.from(chunk));
  response.end();
}
