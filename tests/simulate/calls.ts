import { SessionError } from "@xsignals/session";
import type { Call, CallKind } from "./call.ts";
import type { CallContext } from "./context.ts";
import type { Process } from "./process.ts";
import { count } from "./tally.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** A small endpoint of the API. */
export const GROUPS = "/file/group?size=1";
/** Where a body can be sent to; the API has nothing there, and says so to those who have a credential. */
export const NOWHERE = "/nowhere";

/** Tokens for at least so long are asked for by a caller that says so, in ms. */
const MIN_VALID = 10 * 60_000;

/** Asks the session for something; the answer is waited for in the background. */
export function startCall(world: World, process: Process, kind: CallKind, work?: () => Promise<void>): Call {
  const { stage, calls, tally, contexts } = world;
  const signal = new AbortController();
  const name = `call ${calls.length}`;
  const call: Call = { name, kind, process, signal, afterLogout: process.loggedOut };
  calls.push(call);
  stage.note(`${process.name} ${name}: ${kind}`);
  const context: CallContext = { name, exchanges: [], renewing: [], renewals: 0 };
  const hadToken = process.session.status().state === "active";
  const answer = contexts.run(
    context,
    () => work ? work().then(() => ({ done: true as const })) : ask(process, kind, signal.signal),
  );
  answer.then((ended) => {
    if (process.dead) return;
    call.ended = ended;
    stage.note(`${process.name} ${name} ends: ${"status" in ended ? ended.status : "done"}`);
    count(tally, `how calls ended: ${kind}: ${"status" in ended ? ended.status : "done"}`);
  }, (error) => {
    if (process.dead) return;
    call.ended = { error };
    const code = nameOf(error, signal.signal);
    stage.note(`${process.name} ${name} fails: ${code}${tried(error)}`);
    count(tally, `how calls ended: ${kind}: ${code}`);
    const hasToken = process.session.status().state === "active";
    const isRefused = context.exchanges.some(({ got }) => got === 401);
    if (!work && hadToken && hasToken && !isRefused && !process.loggedOut && error instanceof SessionError) {
      stage.fail(new Violation("a token that works is used, whatever fails", `not for ${name}: ${code}`));
    }
  });
  return call;
}

async function ask(process: Process, kind: CallKind, signal: AbortSignal): Promise<NonNullable<Call["ended"]>> {
  const { session } = process;
  switch (kind) {
    case "get":
      return await statusOf(session.fetch(GROUPS, { signal }));
    case "post":
      return await statusOf(session.fetch(NOWHERE, { method: "POST", body: "a body", signal }));
    case "stream": {
      const init: RequestInit & { duplex: "half" } = {
        method: "POST",
        body: new Blob(["a body"]).stream(),
        duplex: "half",
        signal,
      };
      return await statusOf(session.fetch(NOWHERE, init));
    }
    case "valid token":
      await session.token({ signal, minValid: MIN_VALID });
      return { done: true };
    default:
      await session.token({ signal });
      return { done: true };
  }
}

async function statusOf(answer: Promise<Response>): Promise<{ status: number }> {
  const response = await answer;
  await response.text();
  return { status: response.status };
}

/** Checks that a call ended as a call may end. */
export function checkCall({ name, kind, signal, afterLogout, ended }: Call): void {
  if (!ended) throw new Violation("every call ends", `${name} (${kind}) did not`);
  if (!("error" in ended)) {
    if (afterLogout && kind !== "close" && kind !== "logout") {
      throw new Violation("after its logout a session refuses every call", `${name} (${kind}) was answered`);
    }
    return;
  }
  const { error } = ended;
  if (error instanceof Violation) throw error;
  if (signal.signal.aborted && error === signal.signal.reason) return;
  if (afterLogout && !(error instanceof SessionError && error.code === "login_required")) {
    throw new Violation("after its logout a session refuses every call", `${name} (${kind}) failed otherwise`);
  }
  if (error instanceof SessionError) return;
  if (error instanceof TypeError && error.message === "fetch failed" && isFetch(kind)) return;
  throw new Violation("a failure is a SessionError", `${name} (${kind}) failed with ${Deno.inspect(error)}`);
}

function isFetch(kind: CallKind): boolean {
  return kind === "get" || kind === "post" || kind === "stream";
}

function nameOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted && error === signal.reason) return "aborted";
  if (error instanceof SessionError) return error.code;
  return error instanceof Error ? error.name : String(error);
}

function tried(error: unknown): string {
  return error instanceof SessionError ? ` (${error.message}${error.tried ? `; tried: ${error.tried}` : ""})` : "";
}
