import { SessionError } from "@xsignals/session";
import type { Call, Process } from "./process.ts";
import { longestPark } from "./refusals.ts";
import { Violation } from "./stage.ts";
import { count, type World } from "./world.ts";

/** Tokens for at least so long are asked for by a caller that says so, in ms. */
const MIN_VALID = 10 * 60_000;

/** The kinds of calls that are requests to the API. Nothing is at `/nowhere`; the API says so if the credential is right. */
const REQUESTS: Readonly<Record<string, () => [path: string, init?: RequestInit & { duplex?: "half" }]>> = {
  get: () => ["/file/group?size=1"],
  post: () => ["/nowhere", { method: "POST", body: "a body" }],
  stream: () => ["/nowhere", { method: "POST", body: new Blob(["a body"]).stream(), duplex: "half" }],
};

/** Asks the session for something; the answer is waited for in the background. */
export function startCall(world: World, process: Process, kind: Call["kind"], work?: () => Promise<void>): Call {
  const { stage, calls, tally, contexts } = world;
  const name = `call ${calls.length}`;
  const call: Call = { name, kind, process, signal: new AbortController(), afterLogout: process.loggedOut };
  const { signal } = call.signal;
  calls.push(call);
  stage.note(`${process.name} ${name}: ${kind}`);
  const hasToken = () => process.session.status().state === "active";
  const hadToken = hasToken();
  contexts.run(name, ({ exchanges }) => {
    const answer = work ? work().then(() => "done" as const) : ask(process, kind, signal);
    answer.then((as) => {
      if (process.dead) return;
      call.ended = { as };
      stage.note(`${process.name} ${name} ends: ${as}`);
      count(tally, `how calls ended: ${kind}: ${as}`);
    }, (error) => {
      if (process.dead) return;
      call.ended = { error };
      const code = nameOf(error, signal);
      const about = error instanceof SessionError ? ` (${[error.message, ...error.tried ?? []].join("; ")})` : "";
      stage.note(`${process.name} ${name} fails: ${code}${about}`);
      count(tally, `how calls ended: ${kind}: ${code}`);
      const isRefused = exchanges.some(({ got }) => got === 401);
      const left = error.retryAt - stage.clock.now() - process.skew;
      if (left > longestPark(error.status) && process.skews.size === 1) {
        stage.fail(new Violation("nobody is told to wait for longer than a day", `${name}: ${left / 1000} s`));
      }
      if (!work && hadToken && hasToken() && !isRefused && !process.loggedOut && error instanceof SessionError) {
        stage.fail(new Violation("a token that works is used, whatever fails", `not for ${name}: ${code}`));
      }
    });
  });
  return call;
}

async function ask({ session }: Process, kind: Call["kind"], signal: AbortSignal): Promise<number | "done"> {
  const request = REQUESTS[kind]?.();
  if (!request) {
    await session.token({ signal, ...(kind === "valid token" ? { minValid: MIN_VALID } : {}) });
    return "done";
  }
  const [path, init] = request;
  const response = await session.fetch(path, { ...init, signal });
  await response.text();
  return response.status;
}

export async function callAlone(world: World, process: Process): Promise<Call> {
  const call = startCall(world, process, "get");
  await world.stage.rest();
  return call;
}

/** Checks that a call ended as a call may end. */
export function checkCall({ name, kind, signal, afterLogout, ended }: Call): void {
  const what = `${name} (${kind})`;
  if (!ended) throw new Violation("every call ends", `${what} did not`);
  const { error } = ended;
  if (error === undefined) {
    if (afterLogout && kind !== "close" && kind !== "logout") {
      throw new Violation("after its logout a session refuses every call", `${what} was answered`);
    }
    return;
  }
  if (error instanceof Violation) throw error;
  if (signal.signal.aborted && error === signal.signal.reason) return;
  if (afterLogout && !(error instanceof SessionError && error.code === "login_required")) {
    throw new Violation("after its logout a session refuses every call", `${what} failed otherwise`);
  }
  if (error instanceof SessionError) return;
  if (error instanceof TypeError && error.message === "fetch failed" && kind in REQUESTS) return;
  throw new Violation("a failure is a SessionError", `${what} failed with ${Deno.inspect(error)}`);
}

function nameOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted && error === signal.reason) return "aborted";
  if (error instanceof SessionError) return error.code;
  return error instanceof Error ? error.name : String(error);
}
