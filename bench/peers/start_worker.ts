import { peerProgram } from "./peer_program.ts";
import type { Order, Report, WorkerTask } from "./worker_task.ts";

/** A process of one subject. */
export interface Worker extends AsyncDisposable {
  /** Tells it what to do, and resolves when that is done. */
  order(order: Order): Promise<Report>;
}

/** How long an order may take, in ms. */
const LONGEST = 60_000;

/** Starts a process, and waits until its session is there. */
export async function startWorker(task: WorkerTask): Promise<Worker> {
  const child = new Deno.Command(Deno.execPath(), {
    ...peerProgram("worker.ts", task),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();

  async function nextReport(): Promise<Report> {
    const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST);
    let text = "";
    while (!text.endsWith("\n")) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`Cannot measure ${task.file}: its process ended, or took ${LONGEST / 1000} s`);
      text += value;
    }
    clearTimeout(timer);
    return JSON.parse(text.slice(text.lastIndexOf("\n", text.length - 2) + 1)); // a library may print too
  }

  await nextReport();
  return {
    async order(order) {
      await writer.write(new TextEncoder().encode(`${JSON.stringify(order)}\n`));
      return await nextReport();
    },
    async [Symbol.asyncDispose]() {
      await writer.close().catch(() => {});
      await reader.cancel();
      await child.status;
    },
  };
}
