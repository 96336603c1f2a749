import type { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, METHODS, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { ErrorAnswer } from "./error_answer.ts";
import { readHead, readRequest, type RequestHead, writeAnswer } from "./wire.ts";

/** A server that listens on 127.0.0.1. */
export interface Listener {
  readonly port: number;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/**
 * Makes the answer to a request. With `error`, the request is malformed: the answer is that error, and the request has
 * only what could be read; its method is `-` if nothing could.
 */
export type Answer = (request: Request, error?: ErrorAnswer) => Promise<Response>;

/** A request that is being answered. */
interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  /** Ends its body with an error. */
  readonly breakBody: (reason: ErrorAnswer) => void;
}

/** The error of `node:http` for bytes that it cannot parse. */
interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** The status for a parse error, if it is not 400. */
const STATUSES: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

const NOTHING: RequestHead = { method: "-", target: "/", version: "1.0", rawHeaders: [] };

/**
 * Listens on a port of 127.0.0.1, or on a free one for 0. If the answer rejects, the connection breaks without a byte;
 * `Deno.serve` cannot do that, but `node:http` can.
 */
export function listen(port: number, answer: Answer): Promise<Listener> {
  const sockets = new Set<Socket>();
  const failed = new WeakSet<Socket>();
  const exchanges = new WeakMap<Socket, Exchange>();
  const server = createServer({ requireHostHeader: false }, (message, response) => serve(message, response));

  async function serve(message: IncomingMessage, response: ServerResponse, error?: ErrorAnswer): Promise<void> {
    const { socket } = message;
    const caller = new AbortController();
    const broken = new AbortController();
    const exchange = { message, response, breakBody: (reason: ErrorAnswer) => broken.abort(reason) };
    exchanges.set(socket, exchange);
    response.on("close", () => {
      caller.abort();
      if (exchanges.get(socket) === exchange) exchanges.delete(socket);
    });
    try {
      const body = readBody(message, broken.signal);
      const received = readRequest(headOf(message), { port: portOf(socket), signal: caller.signal, body });
      const { status, headers, body: content } = await answer(received.request, error ?? received.error);
      const close = message.complete ? [] : ["connection", "close"];
      if (headers.get("connection") === "close") response.removeHeader("transfer-encoding"); // The end is the body's end.
      response.writeHead(status, [...headers, close].flat()).flushHeaders();
      for await (const chunk of content ?? []) {
        if (!response.write(chunk)) await drained(response);
        if (response.destroyed) return;
      }
      response.end();
    } catch {
      // What was written goes out first, so that a body that breaks after so many bytes comes that far.
      if (response.headersSent) socket.end(() => socket.destroy());
      else socket.destroy();
    }
  }

  /** Answers on a socket for which `node:http` has no message. */
  async function serveSocket(socket: Socket, head: RequestHead, error?: ErrorAnswer): Promise<void> {
    const caller = new AbortController();
    socket.on("error", () => {}).on("close", () => caller.abort()).resume();
    try {
      const received = readRequest(head, { port: portOf(socket), signal: caller.signal, body: null });
      await writeAnswer(socket, await answer(received.request, error ?? received.error));
    } catch {
      socket.destroy();
    }
  }

  function answerError({ code, rawPacket }: ParseError, socket: Socket): void {
    if (!socket.writable) return void socket.destroy();
    if (failed.has(socket)) return;
    failed.add(socket);
    const exchange = exchanges.get(socket);
    const error = new ErrorAnswer(STATUSES[code ?? ""] ?? 400, "The request is malformed");
    if (exchange?.message.complete) { // This request is right; the bytes after it are not.
      exchange.response.once("close", () => serveSocket(socket, NOTHING, error));
    } else if (exchange) {
      exchange.breakBody(error);
    } else {
      const head = readHead(rawPacket?.toString("latin1") ?? "") ?? NOTHING;
      const isOnlyTheMethod = head !== NOTHING && !METHODS.includes(head.method);
      serveSocket(socket, head, isOnlyTheMethod ? undefined : error);
    }
  }

  server.on("connection", (socket) => sockets.add(socket.once("close", () => sockets.delete(socket))));
  server.on("checkExpectation", (message, response) => {
    serve(message, response, new ErrorAnswer(417, "The expectation can't be met"));
  });
  server.on("connect", (message, socket: Socket) => serveSocket(socket, headOf(message)));
  server.on("clientError", answerError);

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

/** Resolves when more can be written, or nothing any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    function done(): void {
      response.off("drain", done).off("close", done);
      resolve();
    }
    response.on("drain", done).on("close", done);
    if (response.destroyed) done();
  });
}

function portOf(socket: Socket): number {
  return socket.localPort ?? 80;
}

/** The body, read only as far as somebody asks for it. */
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
