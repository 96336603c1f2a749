import { nodeTool } from "../node_tool.ts";
import { installPrism } from "./install_prism.ts";
import { readLog, type Seen } from "./log.ts";

/** A Prism that listens on loopback; it ends when it is disposed of. */
export interface Prism extends AsyncDisposable {
  readonly origin: string;
  /** What it got since it was asked the last time. */
  seen(): Promise<Seen>;
}

/** How long it may take to start, or to write what it saw, in ms. */
const PATIENCE = 60_000;

/**
 * Starts Prism for one of the two specs: as a mock that answers by it, or as a proxy before the server `upstream`.
 *
 * The proxy runs without `--errors`: it lets a violation pass and logs what it is, where with `--errors` it puts a 500 in
 * the answer's place and logs only that something was wrong.
 *
 * @throws {Error} With what it printed, when it does not start.
 */
export async function startPrism(spec: "xsignals" | "auth0", upstream?: string): Promise<Prism> {
  const file = new URL(`../../../spec/${spec}.yaml`, import.meta.url).pathname;
  const child = nodeTool(await installPrism(), [
    ...(upstream === undefined ? ["mock", file] : ["proxy", file, upstream]),
    ...["--port", "0"],
  ]).spawn();
  addEventListener("unload", kill); // A program that ends otherwise leaves it behind.
  const errors = new Response(child.stderr).text();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(linesOfText()).getReader();
  let markers = 0;

  function kill(): void {
    try {
      child.kill();
    } catch {
      // It has ended by itself.
    }
  }

  /** The lines up to one that fits. */
  async function linesUntil(pattern: RegExp): Promise<string[]> {
    const read: string[] = [];
    const timer = setTimeout(kill, PATIENCE);
    try {
      for (;;) {
        const { done, value } = await lines.read();
        if (done) throw new Error(`Prism ended: ${[...read, await errors].join("\n")}`);
        read.push(value);
        if (pattern.test(value)) return read;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async function end(): Promise<void> {
    removeEventListener("unload", kill);
    kill();
    while (!(await lines.read()).done);
    await Promise.all([errors, child.status]);
  }

  try {
    const started = await linesUntil(/Prism is listening on/);
    const [origin = ""] = /http:\S+$/.exec(started.at(-1) ?? "") ?? [];
    return {
      origin,
      async seen() {
        // Lines come late. Those of this request come after those of all that was answered before it.
        const marker = `/marker-${++markers}`;
        await (await fetch(origin + marker)).body?.cancel();
        const before = await linesUntil(new RegExp(`\\[HTTP SERVER\\] get ${marker} `));
        await linesUntil(/Selected route not found|NO_PATH_MATCHED/);
        return readLog(before.slice(0, -1));
      },
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function linesOfText(): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) controller.enqueue(line);
    },
  });
}
