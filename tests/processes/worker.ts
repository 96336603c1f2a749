/**
 * One of many processes that share a session: is told what it is by its argument, and what to do by its standard input,
 * a line of JSON at a time; ends when that ends.
 */
import { createSession, type FetchLike, login, type Session, SessionError } from "@xsignals/session";
import { withLimits } from "@xsignals/session/testing";
import { openPlace } from "./open_place.ts";
import type { Order, Report, Task } from "./task.ts";

function say(report: Report): void {
  console.log(JSON.stringify(report));
}

async function call(session: Session): Promise<string> {
  try {
    const response = await session.fetch("/file/group?size=1");
    await response.body?.cancel();
    return String(response.status);
  } catch (error) {
    if (error instanceof SessionError) return `${error.code}: ${error.message}`;
    return error instanceof Error ? `${error}: ${error.cause}` : String(error);
  }
}

async function calls(session: Session, times: number, together: number): Promise<Report> {
  const failures: string[] = [];
  let left = times;
  async function caller(): Promise<void> {
    while (left-- > 0) {
      const ended = await call(session);
      if (ended !== "200") failures.push(ended);
    }
  }
  await Promise.all(Array.from({ length: together }, caller));
  return { said: "called", answered: times - failures.length, failures };
}

/** The platform's fetch, which stops for good where it is told to. */
function stoppingFetch(stopAt: Task["stopAt"]): FetchLike {
  const stop = () => {
    say({ said: "stopped" });
    return new Promise<never>(() => {});
  };
  return async (input, init) => {
    const isRefresh = String(input).endsWith("/auth/refresh");
    if (isRefresh && stopAt === "before sending") return await stop();
    const response = await fetch(input, init);
    if (isRefresh && stopAt === "after the answer") return await stop();
    return response;
  };
}

async function main(task: Task): Promise<void> {
  let ahead = 0;
  const { username = "", password = "", tokens, stopAt } = task;
  const session = createSession({
    strategy: withLimits(tokens ? login({ tokens }) : login({ username, password }), task.limits ?? {}),
    baseUrl: task.baseUrl,
    store: await openPlace(task.place),
    clock: {
      now: () => Date.now() + ahead,
      monotonic: () => performance.now() + ahead,
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, ms);
          signal?.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), { once: true });
        }),
    },
    ...(stopAt ? { tokenFetch: stoppingFetch(stopAt) } : {}),
  });
  say({ said: "ready" });
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
  let text = "";
  for await (const chunk of lines) {
    const whole = (text + chunk).split("\n");
    text = whole.pop() ?? "";
    for (const line of whole) {
      const order: Order = JSON.parse(line);
      if (order.do === "call") say(await calls(session, order.times, order.together ?? 1));
      else {
        ahead += order.ms;
        say({ said: "advanced" });
      }
    }
  }
  Deno.exit(); // a database's pool would hold it
}

if (import.meta.main) await main(JSON.parse(Deno.args[0] ?? ""));
