import type { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, METHODS, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Refusal } from "./refusal.ts";
import { sendAnswer } from "./socket_answer.ts";
import { readHead, readRequest, type RequestHead } from "./wire_request.ts";

/** A server that listens on 127.0.0.1. */
export interface Listener {
  readonly port: number;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/**
 * Makes the answer to a request. With a refusal, `node:http` could not read it: the answer is that refusal, and the
 * request what is known of it; its method is `-` when nothing is.
 */
export type Answer = (request: Request, refusal?: Refusal) => Promise<Response>;

/** A request that is being answered. */
interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  /** Ends its body with an error. */
  readonly breakBody: (reason: Refusal) => void;
}

/** What `node:http` says of bytes that it can't parse. */
interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** The status for a parse error, where it is not 400. */
const STATUSES: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

const NOTHING: RequestHead = { method: "-", target: "/", version: "1.0", rawHeaders: [] };

/**
 * Listens on a port of 127.0.0.1, or on a free one for 0. An answer that rejects is a connection that breaks without a
 * byte: `Deno.serve` can't do that, hence `node:http`.
 */
export function listen(port: number, answer: Answer): Promise<Listener> {
  const sockets = new Set<Socket>();
  const refused = new WeakSet<Socket>();
  const exchanges = new WeakMap<Socket, Exchange>();
  const server = createServer({ requireHostHeader: false }, (message, response) => serve(message, response));

  async function serve(message: IncomingMessage, response: ServerResponse, refusal?: Refusal): Promise<void> {
    const { socket } = message;
    const caller = new AbortController();
    const broken = new AbortController();
    const exchange = { message, response, breakBody: (reason: Refusal) => broken.abort(reason) };
    exchanges.set(socket, exchange);
    response.on("close", () => {
      caller.abort();
      if (exchanges.get(socket) === exchange) exchanges.delete(socket);
    });
    try {
      const body = readBody(message, broken.signal);
      const received = readRequest(headOf(message), { port: portOf(socket), signal: caller.signal, body });
      const { status, headers, body: content } = await answer(received.request, refusal ?? received.refusal);
      const close = message.complete ? [] : ["connection", "close"];
      response.writeHead(status, [...headers, close].flat()).flushHeaders();
      for await (const chunk of content ?? []) response.write(chunk);
      response.end();
    } catch {
      socket.destroy();
    }
  }

  /** Answers what has a socket and no message. */
  async function serveSocket(socket: Socket, head: RequestHead, refusal?: Refusal): Promise<void> {
    const caller = new AbortController();
    socket.on("error", () => {}).on("close", () => caller.abort()).resume();
    try {
      const received = readRequest(head, { port: portOf(socket), signal: caller.signal, body: null });
      await sendAnswer(socket, await answer(received.request, refusal ?? received.refusal));
    } catch {
      socket.destroy();
    }
  }

  function refuse(error: ParseError, socket: Socket): void {
    if (!socket.writable) return void socket.destroy();
    if (refused.has(socket)) return;
    refused.add(socket);
    const exchange = exchanges.get(socket);
    const refusal = new Refusal(STATUSES[error.code ?? ""] ?? 400, "The request is malformed");
    if (exchange?.message.complete) { // It is right; what comes after it is not.
      exchange.response.once("close", () => serveSocket(socket, NOTHING, refusal));
    } else if (exchange) {
      exchange.breakBody(refusal);
    } else {
      const head = readHead(error.rawPacket?.toString("latin1") ?? "") ?? NOTHING;
      const isOnlyTheMethod = head !== NOTHING && !METHODS.includes(head.method);
      serveSocket(socket, head, isOnlyTheMethod ? undefined : refusal);
    }
  }

  server.on("connection", (socket) => sockets.add(socket.once("close", () => sockets.delete(socket))));
  server.on("checkExpectation", (message, response) => {
    serve(message, response, new Refusal(417, "The expectation can't be met"));
  });
  server.on("connect", (message, socket: Socket) => serveSocket(socket, headOf(message)));
  server.on("clientError", refuse);

  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve({
        port: typeof address === "object" ? address?.port ?? port : port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}

function headOf({ method = "GET", url = "/", httpVersion, rawHeaders }: IncomingMessage): RequestHead {
  return { method, target: url, version: httpVersion, rawHeaders };
}

function portOf(socket: Socket): number {
  return socket.localPort ?? 80;
}

/** The body as it is asked for; what nobody asks for stays unread. */
function readBody(message: IncomingMessage, broken: AbortSignal): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = message.iterator({ destroyOnReturn: false });
  return new ReadableStream({
    start(controller) {
      broken.addEventListener("abort", () => controller.error(broken.reason));
    },
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (broken.aborted) return;
      if (done) controller.close();
      else controller.enqueue(value);
    },
  }, { highWaterMark: 0 });
}
