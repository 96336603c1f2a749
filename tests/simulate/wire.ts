import type { FetchLike } from "@xsignals/session";
import type { Contexts } from "./context.ts";
import type { Exchange, Facts } from "./facts.ts";
import { operationOf, refreshTokenIn } from "./operation.ts";
import type { Process } from "./process.ts";
import { EXCHANGE_ID, type Server } from "./server.ts";
import type { Stage } from "./stage.ts";

/** The network between the processes and the server. */
export interface Wire {
  /** A process's `fetch`. */
  connect(process: () => Process): FetchLike;
  /** Closes the connections of a process that ends; what was sent before still arrives. */
  cut(process: Process): void;
  /** How many answers came when nobody waited for them any more. */
  dropped(): number;
  /** Bodies of answers that nobody read to the end or cancelled. */
  openBodies(): readonly Exchange[];
}

/** What is to be checked when a request is sent. */
export type OnSend = (exchange: Exchange) => void;

/** Lays the wire: each request and each answer waits for its turn. */
export function createWire(
  stage: Stage,
  contexts: Contexts,
  facts: Facts,
  server: Server,
  onSend: OnSend,
): Wire {
  const bodies = new Set<Exchange>();
  let dropped = 0;
  const lines = new Set<{ readonly process: Process; readonly gaveUp: AbortController }>();

  async function open(process: Process, address: string, init: RequestInit): Promise<Exchange> {
    const body = init.body instanceof Blob ? await init.body.text() : "";
    const headers = new Headers(init.headers);
    const access = headers.get("authorization")?.match(/^Bearer (.+)$/)?.[1];
    const refresh = facts.refreshOf(refreshTokenIn(body));
    const exchange = facts.send({
      process,
      operation: operationOf(address, body),
      sentAt: stage.clock.elapsed(),
      sentByClock: stage.clock.elapsed() + process.skew,
      settles: process.changing && contexts.now()?.renewal === undefined,
      ...(access === undefined ? {} : { access: facts.nameOf(access) }),
      ...(refresh === undefined ? {} : { refresh }),
    });
    const { id, operation } = exchange;
    const carried = [exchange.access, refresh?.name].filter((name) => name !== undefined).join(" ");
    stage.note(`${process.name} sends #${id} ${operation} ${carried}`.trimEnd());
    onSend(exchange);
    return exchange;
  }

  /** The way to the server and back; goes on when the sender has given up. */
  async function carry(exchange: Exchange, address: string, init: RequestInit, gaveUp: AbortSignal): Promise<Response> {
    const { id } = exchange;
    const headers = new Headers(init.headers);
    headers.set(EXCHANGE_ID, String(id));
    await stage.turn(`#${id} arrives`);
    if (gaveUp.aborted && exchange.operation === "changePassword") {
      throw new TypeError("the connection was closed"); // a change that comes later than its deadline nobody could expect
    }
    const line = new AbortController();
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
    exchange.open = false;
  }

  function deliver(exchange: Exchange, response: Response, signal: AbortSignal | null | undefined): Response {
    const reader = response.body?.getReader();
    if (!reader) {
      end(exchange, response.status);
      return response;
    }
    bodies.add(exchange);
    let text = "";
    const closed = (got: NonNullable<Exchange["got"]> = response.status) => {
      signal?.removeEventListener("abort", onAbort);
      bodies.delete(exchange);
      end(exchange, got);
    };
    let control: ReadableStreamDefaultController<Uint8Array>;
    const onAbort = () => {
      closed("lost");
      reader.cancel().catch(() => {});
      control.error(signal?.reason);
    };
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        control = controller;
        signal?.addEventListener("abort", onAbort);
      },
      async pull(controller) {
        const { done, value } = await reader.read();
        if (!bodies.has(exchange)) return;
        if (!done) {
          text += new TextDecoder().decode(value);
          return controller.enqueue(value);
        }
        const { issued } = exchange;
        if (issued && namesIn(text).includes(issued.access)) exchange.received = true;
        closed();
        controller.close();
      },
      cancel(reason) {
        closed();
        return reader.cancel(reason);
      },
    }, { highWaterMark: 0 });
    return new Response(body, { status: response.status, headers: response.headers });
  }

  function namesIn(text: string): string[] {
    const values = text.startsWith("{") ? Object.values(JSON.parse(text)) : [];
    return values.map((value) => typeof value === "string" ? facts.nameOf(value) : "");
  }

  return {
    cut(process) {
      for (const line of lines) if (line.process === process) line.gaveUp.abort(new Error("the process ended"));
    },
    dropped: () => dropped,
    openBodies: () => [...bodies].filter(({ process }) => !process.dead),
    connect: (whose) => async (input, init = {}) => {
      const process = whose();
      const exchange = await open(process, String(input), init);
      const gaveUp = new AbortController();
      const line = { process, gaveUp };
      lines.add(line);
      const { signal } = init;
      return await new Promise((resolve, reject) => {
        let over = false;
        const onAbort = () => {
          if (over || process.dead) return;
          over = true;
          stage.note(`${process.name} gives up #${exchange.id}`);
          end(exchange, "lost");
          gaveUp.abort(signal?.reason);
          reject(signal?.reason);
        };
        if (signal?.aborted) return onAbort();
        signal?.addEventListener("abort", onAbort, { once: true });
        carry(exchange, String(input), init, gaveUp.signal).finally(() => lines.delete(line)).then((response) => {
          if (over || process.dead) {
            dropped++;
            return void response.body?.cancel();
          }
          over = true;
          signal?.removeEventListener("abort", onAbort);
          resolve(deliver(exchange, response, signal));
        }, (error) => {
          if (over || process.dead) return;
          over = true;
          signal?.removeEventListener("abort", onAbort);
          end(exchange, "lost");
          reject(error);
        });
      });
    },
  };
}
