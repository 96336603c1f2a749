/**
 * One of many processes that share a session. Its argument says which session; its standard input says what to do, a line
 * of JSON at a time. It ends when its input ends.
 */
import { createSession, type FetchLike, login, type Session, SessionError } from "@xsignals/session";
import { withLimits } from "@xsignals/session/testing";
import { linesOf, type Order, type Report, type Task } from "./crew.ts";
import { openPlace } from "./place.ts";

function say(report: Report): void {
  console.log(JSON.stringify(report));
}

async function call(session: Session): Promise<string> {
  try {
    const response = await session.fetch("/file/group?size=1");
    await response.body?.cancel();
    return String(response.status);
  } catch (error) {
    return error instanceof SessionError ? `${error.code}: ${error.message}` : `${error}: ${Object(error).cause}`;
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
    return isRefresh ? await stop() : response;
  };
}

/** Moves the clocks of this process, which its session uses. */
function advance(ms: number): void {
  const [now, monotonic] = [Date.now, performance.now.bind(performance)];
  Date.now = () => now() + ms;
  performance.now = () => monotonic() + ms;
}

async function main({ place, baseUrl, limits, username = "", password = "", tokens, stopAt }: Task): Promise<void> {
  const session = createSession({
    strategy: withLimits(tokens ? login({ tokens }) : login({ username, password }), limits ?? {}),
    baseUrl,
    store: await openPlace(place),
    ...(stopAt && { tokenFetch: stoppingFetch(stopAt) }),
  });
  say({ said: "ready" });
  for await (const line of linesOf(Deno.stdin.readable)) {
    const order: Order = JSON.parse(line);
    if (order.do === "advance") advance(order.ms);
    say(order.do === "advance" ? { said: "advanced" } : await calls(session, order.times, order.together ?? 1));
  }
  Deno.exit(); // a database's pool keeps it alive
}

if (import.meta.main) await main(JSON.parse(Deno.args[0] ?? ""));
