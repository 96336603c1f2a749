import type { Order, Report, Task } from "./task.ts";

/** One process. */
export interface Member extends AsyncDisposable {
  /** Resolves with the next thing that it says; rejects when it ended instead. */
  next(): Promise<Report>;
  /** Tells it what to do, and resolves with what it says then. */
  order(order: Order): Promise<Report>;
  /** Kills it, as `kill -9` does. */
  kill(): Promise<void>;
}

/** Starts a process, and waits until it is ready. */
export async function startMember(task: Task): Promise<Member> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "-A", new URL("worker.ts", import.meta.url).pathname, JSON.stringify(task)],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  async function next(): Promise<Report> {
    while (!text.includes("\n")) {
      const { done, value } = await reader.read();
      if (done) throw new Error("A process of the crew ended");
      text += value;
    }
    const end = text.indexOf("\n");
    const line = text.slice(0, end);
    text = text.slice(end + 1);
    return JSON.parse(line);
  }
  async function end(): Promise<void> {
    await writer.close().catch(() => {});
    while (!(await reader.read()).done);
    await child.status;
  }
  const member: Member = {
    next,
    async order(order) {
      await writer.write(new TextEncoder().encode(`${JSON.stringify(order)}\n`));
      return await next();
    },
    async kill() {
      child.kill("SIGKILL");
      await end();
    },
    [Symbol.asyncDispose]: end,
  };
  await next();
  return member;
}

/** Processes that do the same. */
export interface Crew extends AsyncDisposable {
  readonly members: readonly Member[];
  /** Tells all of them what to do; resolves with what each says. */
  order(order: Order): Promise<Report[]>;
}

/** Starts so many processes with the same task. */
export async function startCrew(size: number, task: Task): Promise<Crew> {
  const members = await Promise.all(Array.from({ length: size }, () => startMember(task)));
  return {
    members,
    order: (order) => Promise.all(members.map((member) => member.order(order))),
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
    },
  };
}

/** The calls of all reports, added up. */
export function sumCalls(reports: readonly Report[]): { answered: number; failures: string[] } {
  const called = reports.filter((report) => report.said === "called");
  return {
    answered: called.reduce((sum, { answered }) => sum + answered, 0),
    failures: called.flatMap(({ failures }) => failures),
  };
}
