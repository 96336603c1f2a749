/**
 * Runs the shell blocks of a page from top to bottom, each as in a terminal of its own, in a checkout of its own.
 *
 * @module
 */
import type { Block, Page } from "./markdown.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What of the checkout the commands of a page can use. */
const PARTS = ["apps", "deno.json", "deno.lock", "node_modules", "package.json", "packages", "scripts", "tests"];

/** What a program prints when it listens. */
const LISTENS = /^(emulator: api|Listening on|deno serve: Listening on) http:\S+.*\n/m;

/** A block that was started, and what it printed so far. */
interface Terminal {
  readonly child: Deno.ChildProcess;
  /** Resolves with its exit code, once all that it printed was read. */
  readonly ended: Promise<number>;
  /** Resolves when it says that it listens; never, if it does not. */
  readonly listens: Promise<void>;
  stdout(): string;
  stderr(): string;
}

/**
 * Runs a page. A block has to succeed, or to listen; what listens runs until the page's end. A text after a block is what
 * the block prints, but for `…`, which is any text.
 *
 * @param page The page.
 * @param ports The ports that it names, each of which is replaced by one that is free.
 * @throws {Error} When a block fails, or prints something else.
 */
export async function runPage({ blocks }: Page, ports: readonly number[]): Promise<void> {
  const folder = await makeCheckout();
  const started: Terminal[] = [];
  const moved = movePorts(ports);
  try {
    for (const [index, block] of blocks.entries()) {
      if (block.info !== "sh") continue;
      const terminal = start(moved(block.text), folder);
      started.push(terminal);
      const code = await Promise.race([terminal.ended, terminal.listens]);
      if (code !== undefined && code !== 0) throw failure(block, `it ended with ${code}`, terminal);
      const next = blocks[index + 1];
      if (next?.info === "text" && !prints(moved(next.text), terminal.stdout())) {
        throw failure(next, "the command prints something else", terminal);
      }
    }
  } finally {
    for (const { child } of started) stop(child);
    await Promise.all(started.map(({ ended }) => ended));
    await Deno.remove(folder, { recursive: true });
  }
}

/** Whether an output is the one that a page shows. */
export function prints(shown: string, printed: string): boolean {
  const pattern = shown.trim().split("…").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("[^]*");
  return new RegExp(`^${pattern}$`).test(printed.trim());
}

/** A folder that has what a checkout has, by links, and a cache of its own, so that no database is found in it. */
async function makeCheckout(): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const part of PARTS) await Deno.symlink(`${ROOT}${part}`, `${folder}/${part}`);
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], cwd: ROOT }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(info.stdout));
  await Deno.mkdir(`${folder}/.deno`);
  await Deno.symlink(npmCache, `${folder}/.deno/npm`); // what is installed is not to be loaded again
  return folder;
}

/** Replaces the ports, all by the same distance, so that those next to them are free as well. */
function movePorts(ports: readonly number[]): (text: string) => string {
  const first = freePorts(ports.length * 3);
  const to = new Map(ports.map((port, index) => [String(port), String(first + 3 * index)]));
  return (text) => text.replaceAll(/(?<=[: =])\d{4}\b/g, (port) => to.get(port) ?? port);
}

/** The first of so many free ports in a row, from below those that a system gives to clients. */
function freePorts(count: number): number {
  for (;;) {
    const first = 12_000 + Math.floor(Math.random() * 20_000);
    const held: Deno.Listener[] = [];
    try {
      for (let port = first; port < first + count; port++) held.push(Deno.listen({ hostname: "127.0.0.1", port }));
      return first;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    } finally {
      for (const listener of held) listener.close();
    }
  }
}

function start(script: string, cwd: string): Terminal {
  const bin = Deno.execPath().replace(/\/[^/]+$/, "");
  const child = new Deno.Command("/bin/sh", {
    args: ["-e", "-c", script],
    cwd,
    clearEnv: true,
    env: { PATH: `${bin}:${Deno.env.get("PATH")}`, HOME: cwd, DENO_DIR: `${cwd}/.deno`, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true, // a group of its own, by which what it started is ended too
  }).spawn();
  const text = { stdout: "", stderr: "" };
  const listening = Promise.withResolvers<void>();
  async function read(name: "stdout" | "stderr"): Promise<void> {
    for await (const part of child[name].pipeThrough(new TextDecoderStream())) {
      text[name] += part;
      if (LISTENS.test(text[name])) listening.resolve();
    }
  }
  return {
    child,
    ended: Promise.all([child.status, read("stdout"), read("stderr")]).then(([{ code }]) => code),
    listens: listening.promise,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
  };
}

function stop({ pid }: Deno.ChildProcess): void {
  try {
    Deno.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // it has ended
  }
}

function failure({ line }: Block, why: string, { stdout, stderr }: Terminal): Error {
  return new Error(`line ${line}: ${why}\n${stdout()}\n${stderr()}`);
}
