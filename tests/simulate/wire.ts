import type { FetchLike } from "@xsignals/session";
import type { Contexts } from "./context.ts";
import { type Exchange, type Facts, operationOf, passwordIn, refreshTokenIn } from "./facts.ts";
import type { Process } from "./process.ts";
import { EXCHANGE_ID, type Server } from "./server.ts";
import type { Stage } from "./stage.ts";

/** The network between the processes and the server. */
export type Wire = ReturnType<typeof createWire>;

/**
 * Lays the wire: each request and each answer waits for its turn.
 *
 * @param onSend Is told of each request.
 */
export function createWire(
  stage: Stage,
  contexts: Contexts,
  facts: Facts,
  server: Server,
  onSend: (exchange: Exchange) => void,
) {
  const unread = new Set<Exchange>();

  async function open(process: Process, address: string, { body, headers }: RequestInit): Promise<Exchange> {
    const text = body instanceof Blob ? await body.text() : "";
    const authorization = new Headers(headers).get("authorization") ?? "";
    const access = authorization.match(/^Bearer (.+)$/)?.[1];
    const operation = operationOf(address, text);
    const password = operation === "login" ? passwordIn(authorization, text) : undefined;
    const credential = operation === "refresh" ? refreshTokenIn(text) : password;
    const exchange: Exchange = {
      id: facts.exchanges.length,
      process,
      operation,
      sentAt: stage.clock.monotonic(),
      sentByClock: stage.clock.monotonic() + process.skew,
      credential,
      settles: process.changing && contexts.now()?.renewal === undefined,
      refresh: facts.refreshTokens.get(refreshTokenIn(text)),
      gaveUp: new AbortController(),
      received: false,
      open: true,
    };
    facts.exchanges.push(exchange);
    const secrets = [access, password].map((secret) => secret && facts.nameOf(secret));
    const carried = [...secrets, exchange.refresh?.name].filter(Boolean);
    stage.note([`${process.name} sends #${exchange.id} ${exchange.operation}`, ...carried].join(" "));
    onSend(exchange);
    return exchange;
  }

  /** The way to the server and back; goes on when the sender has given up. */
  async function carry(exchange: Exchange, address: string, init: RequestInit): Promise<Response> {
    const { id, operation, gaveUp: { signal: gaveUp } } = exchange;
    const headers = new Headers(init.headers);
    headers.set(EXCHANGE_ID, String(id));
    await stage.turn(`#${id} arrives`);
    if (gaveUp.aborted && operation === "changePassword") {
      throw new TypeError("the connection was closed"); // a change that comes later than its deadline nobody could expect
    }
    const line = new AbortController(); // not `gaveUp` itself: a request that was given up before still arrives
    const cut = () => line.abort(gaveUp.reason);
    const answer = server.emulator.fetch(address, { ...init, headers, signal: line.signal });
    if (gaveUp.aborted) cut();
    gaveUp.addEventListener("abort", cut);
    try {
      const response = await answer;
      stage.note(`#${id} ${outcome(exchange)}, answers ${response.status}`);
      await stage.turn(`#${id} is answered`);
      return response;
    } catch (error) {
      const isSent = !(error instanceof TypeError && String(error.cause).includes("(Connect)"));
      stage.note(`#${id} ${outcome(exchange)}, ${isSent ? "the answer is lost" : "nothing was sent"}`);
      await stage.turn(`#${id} fails`);
      if (!isSent) exchange.got ??= "not sent";
      throw error;
    } finally {
      gaveUp.removeEventListener("abort", cut);
    }
  }

  function outcome({ operation, handled, issued, refresh }: Exchange): string {
    if (operation === "api") return operation;
    const made = issued ? ` with ${[issued.access, issued.refresh?.name].filter(Boolean).join(" ")}` : "";
    return handled === undefined ? "not handled" : `handled: ${handled}${made}${refresh?.spent ? ", spent" : ""}`;
  }

  function end(exchange: Exchange, got: NonNullable<Exchange["got"]>): void {
    exchange.got ??= got;
    exchange.endedAt ??= stage.clock.monotonic();
    exchange.open = false;
    unread.delete(exchange);
  }

  /** The answer, whose body is watched: whether it is read to the end, and whether the new tokens are in it. */
  function deliver(exchange: Exchange, response: Response, signal?: AbortSignal | null): Response {
    const { status, headers } = response;
    exchange.rejected = status === 401;
    const after = headers.get("retry-after");
    if (after ?? headers.get("x-ratelimit-reset")) exchange.wish = Number(after ?? NaN) * 1000;
    if (!response.body) {
      end(exchange, status);
      return response;
    }
    unread.add(exchange);
    let text = "";
    const watching = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        text += new TextDecoder().decode(chunk);
        controller.enqueue(chunk);
      },
      flush() {
        const values = text.startsWith("{") ? Object.values(JSON.parse(text)) : [];
        const { issued } = exchange;
        exchange.rejected ||= status === 403 && text.startsWith("{");
        if (issued && values.some((one) => facts.nameOf(String(one)) === issued.access)) exchange.received = true;
        end(exchange, status);
      },
      cancel: () => end(exchange, signal?.aborted ? "lost" : status),
    });
    const body = response.body.pipeThrough(watching, signal ? { signal } : {});
    return new Response(body, { status, headers });
  }

  return {
    /** Closes the connections of a process that ends; what was sent before still arrives. */
    cut(process: Process): void {
      for (const one of facts.exchanges) if (one.process === process) one.gaveUp.abort(new Error("the process ended"));
    },
    /** Answers whose bodies nobody read to the end or cancelled. */
    unread: () => [...unread].filter(({ process }) => !process.dead),
    connect: (whose: () => Process): FetchLike => async (input, init = {}) => {
      const process = whose();
      const exchange = await open(process, String(input), init);
      const { signal } = init;
      return await new Promise((resolve, reject) => {
        const onAbort = () => {
          if (process.dead) return;
          signal?.removeEventListener("abort", onAbort);
          stage.note(`${process.name} gives up #${exchange.id}`);
          end(exchange, "lost");
          exchange.gaveUp.abort(signal?.reason);
          reject(signal?.reason);
        };
        if (signal?.aborted) return onAbort();
        signal?.addEventListener("abort", onAbort);
        carry(exchange, String(input), init).finally(() => {
          signal?.removeEventListener("abort", onAbort);
        }).then((response) => {
          if (exchange.open && !process.dead) return resolve(deliver(exchange, response, signal));
          response.body?.cancel().catch(() => {}); // The connection may be closed already.
        }, (error) => {
          if (!exchange.open || process.dead) return;
          end(exchange, "lost");
          reject(error);
        });
      });
    },
  };
}
