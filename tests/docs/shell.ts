/**
 * Runs the shell blocks of a page from top to bottom, each as in a terminal of its own, in a checkout of its own.
 *
 * @module
 */
import type { Block, Page } from "./markdown.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The ports that pages name: of the emulator, which takes the next two as well, of the gateway, of another app. */
const PORTS = ["8787", "8080", "8000"];

/** What a program prints when it listens. */
const LISTENS = /^(emulator: api|Listening on|deno serve: Listening on) http:\S+.*\n/m;

/**
 * Runs a page. A block has to succeed, or to listen; what listens runs until the page's end. A text after a block is what
 * the block prints, but for `…`, which is any text. Each port is replaced by one that is free.
 *
 * @param page The page.
 * @param files Files that the page has its reader write first: texts by name.
 * @returns The names of what the page leaves in the checkout.
 * @throws {Error} When a block fails, or prints something else.
 */
export async function runPage({ blocks }: Page, files: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const folder = await makeCheckout();
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text);
  const started: ReturnType<typeof start>[] = [];
  const first = freePorts(3 * PORTS.length);
  const moved = (text: string) =>
    text.replaceAll(/(?<=[: =])\d{4}\b/g, (port) => PORTS.includes(port) ? `${first + 3 * PORTS.indexOf(port)}` : port);
  const fail = ({ line }: Block, why: string, { printed: { stdout, stderr } }: ReturnType<typeof start>) => {
    throw new Error(`line ${line}: ${why}\n${stdout}\n${stderr}`);
  };
  try {
    for (const [index, block] of blocks.entries()) {
      if (block.info !== "sh") continue;
      const terminal = start(moved(block.text), folder);
      started.push(terminal);
      const code = await Promise.race([terminal.ended, terminal.listens]);
      if (code !== undefined && code !== 0) fail(block, `it ended with ${code}`, terminal);
      const next = blocks[index + 1];
      if (next?.info === "text" && !prints(moved(next.text), terminal.printed.stdout)) {
        fail(next, "the command prints something else", terminal);
      }
    }
    const before = new Set([...namesIn(ROOT), ".deno", ".home"]);
    return namesIn(folder).filter((name) => !before.has(name));
  } finally {
    for (const { child } of started) stop(child);
    await Promise.all(started.map(({ ended }) => ended));
    await Deno.remove(folder, { recursive: true });
  }
}

/** Whether an output is the one that a page shows. */
export function prints(shown: string, printed: string): boolean {
  return new RegExp(`^${shown.trim().split("…").map(RegExp.escape).join("[^]*")}$`).test(printed.trim());
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

/** A folder that has what a fresh checkout has, by links, and a cache of its own, so that no database is found in it. */
async function makeCheckout(): Promise<string> {
  const folder = await Deno.makeTempDir();
  for (const { name } of Deno.readDirSync(ROOT)) {
    if (!name.startsWith(".") && name !== "node_modules") await Deno.symlink(`${ROOT}${name}`, `${folder}/${name}`);
  }
  const info = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], cwd: ROOT }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(info.stdout));
  for (const name of [".deno", ".home"]) await Deno.mkdir(`${folder}/${name}`);
  await Deno.symlink(npmCache, `${folder}/.deno/npm`); // what is installed is not to be loaded again
  return folder;
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

/** Starts a block. `ended` is its exit code once all was read; `listens` resolves when it says that it listens. */
function start(script: string, cwd: string) {
  const bin = Deno.execPath().replace(/\/[^/]+$/, "");
  const child = new Deno.Command("/bin/sh", {
    args: ["-e", "-c", script],
    cwd,
    clearEnv: true,
    env: { PATH: `${bin}:${Deno.env.get("PATH")}`, HOME: `${cwd}/.home`, DENO_DIR: `${cwd}/.deno`, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true, // a group of its own, by which what it started is ended too
  }).spawn();
  const printed = { stdout: "", stderr: "" };
  const listening = Promise.withResolvers<void>();
  async function read(name: "stdout" | "stderr"): Promise<void> {
    for await (const part of child[name].pipeThrough(new TextDecoderStream())) {
      printed[name] += part;
      if (LISTENS.test(printed[name])) listening.resolve();
    }
  }
  const ended = Promise.all([child.status, read("stdout"), read("stderr")]).then(([{ code }]) => code);
  return { child, ended, listens: listening.promise, printed };
}

function stop({ pid }: Deno.ChildProcess): void {
  try {
    Deno.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // it has ended
  }
}
