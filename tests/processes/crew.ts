import type { AllLimits, InitialTokens } from "@xsignals/session";
import type { Place } from "./place.ts";

/** The session of an account that a process should have, in a place that it shares with others. */
export interface Task {
  readonly place: Place;
  readonly baseUrl: string;
  readonly limits?: Partial<AllLimits>;
  /** Logs in with these. */
  readonly username?: string;
  readonly password?: string;
  /** Begins with these instead. */
  readonly tokens?: InitialTokens;
  /** Where to stop for good in the next refresh: before it is sent, or after its answer and before that is written. */
  readonly stopAt?: "before sending" | "after the answer";
}

/** Call the API so many times, `together` of them at once; or move the clock by so many ms. */
export type Order =
  | { readonly do: "call"; readonly times: number; readonly together?: number }
  | { readonly do: "advance"; readonly ms: number };

/** What a process says; of calls, how many were answered with 200, and what the others came to. */
export type Report =
  | { readonly said: "ready" | "advanced" | "stopped" }
  | { readonly said: "called"; readonly answered: number; readonly failures: readonly string[] };

/** One process. */
export type Member = Awaited<ReturnType<typeof startMember>>;

/** Starts a process, and waits until it is ready. */
export async function startMember(task: Task) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-A", new URL("worker.ts", import.meta.url).pathname, JSON.stringify(task)],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  const lines = linesOf(child.stdout);
  async function next(): Promise<Report> {
    const { done, value } = await lines.next();
    if (done) throw new Error("A process of the crew ended");
    return JSON.parse(value);
  }
  async function end(): Promise<void> {
    await writer.close().catch(() => {});
    while (!(await lines.next()).done);
    await child.status;
  }
  await next();
  return {
    /** Tells it what to do, and resolves with what it says then; rejects if it ended instead. */
    async order(order: Order): Promise<Report> {
      await writer.write(new TextEncoder().encode(`${JSON.stringify(order)}\n`));
      return await next();
    },
    /** Kills it, as `kill -9` does. */
    async kill(): Promise<void> {
      child.kill("SIGKILL");
      await end();
    },
    [Symbol.asyncDispose]: end,
  };
}

/** Starts so many processes with the same task. */
export async function startCrew(size: number, task: Task) {
  const members = await Promise.all(Array.from({ length: size }, () => startMember(task)));
  return {
    order: (order: Order) => Promise.all(members.map((member) => member.order(order))),
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
    },
  };
}

/** The lines of a stream, each as soon as it is whole. */
export async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string, void> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}

/** The calls of all reports, added up. */
export function sumCalls(...reports: readonly Report[]): { answered: number; failures: string[] } {
  const called = reports.filter((report) => report.said === "called");
  return {
    answered: called.reduce((sum, { answered }) => sum + answered, 0),
    failures: called.flatMap(({ failures }) => failures),
  };
}
