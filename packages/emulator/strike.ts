import type { Fault } from "./faults.ts";
import { connectionLost, connectionRefused } from "./network_errors.ts";

/** What a fault strikes. */
export interface Target {
  readonly request: Request;
  /** Handles the request as without the fault. */
  readonly handle: () => Promise<Response>;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Lets a fault strike a request; rejects with a `TypeError` for a connection that is lost or refused. */
export async function strike(fault: Fault, { request, handle, sleep }: Target): Promise<Response> {
  const { delay, drop, refuse, stage = "before", bodyDelay } = fault;
  if (refuse) throw connectionRefused(request.url);
  const answer = stage === "after" ? await handle() : undefined;
  if (delay !== undefined) await sleep(delay, request.signal);
  if (drop) throw connectionLost(request.url);
  const response = await replacement(fault, request, answer) ?? answer ?? await handle();
  if (bodyDelay === undefined) return response;
  return delayBody(response, request.signal, (signal) => sleep(bodyDelay, signal));
}

function replacement(fault: Fault, request: Request, answer?: Response): Response | Promise<Response> | undefined {
  const { status, headers, body, respond } = fault;
  if (respond) return respond(request, answer);
  if (status === undefined) return undefined;
  return new Response(body === undefined ? null : new TextEncoder().encode(body), { status, headers });
}

/** The same answer with a body that waits before it comes, and fails when the caller gives up before. */
function delayBody(response: Response, caller: AbortSignal, wait: (signal: AbortSignal) => Promise<void>): Response {
  const { status, headers } = response;
  const reader = response.body?.getReader();
  const cancelled = new AbortController();
  let waited = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!waited) await wait(AbortSignal.any([caller, cancelled.signal]));
      waited = true;
      const next = await reader?.read();
      if (next?.value) controller.enqueue(next.value);
      else controller.close();
    },
    async cancel(reason) {
      cancelled.abort(reason);
      await reader?.cancel(reason);
    },
  }, { highWaterMark: 0 });
  return new Response([204, 205, 304].includes(status) ? null : body, { status, headers });
}
