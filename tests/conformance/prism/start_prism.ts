import { nodeTool } from "../node_tool.ts";

/** Exact, as all versions; here, since `deno install` takes a minute for Prism's dependencies, which nothing else needs. */
const VERSION = "5.16.0";
const FOLDER = `.cache/prism-cli-${VERSION}`;

/** How long it may take to start, or to write what it saw, in ms. */
const PATIENCE = 60_000;

/** A Prism that listens on loopback. */
export type Prism = Awaited<ReturnType<typeof startPrism>>;

/**
 * Starts Prism for one of the two specs, as a proxy before the server `upstream`.
 *
 * The proxy runs without `--errors`: it lets a violation pass and logs what it is, where with `--errors` it puts a 500 in
 * the answer's place and logs only that something was wrong.
 *
 * @throws {Error} With what it printed, when it does not start.
 */
export async function startPrism(spec: "xsignals" | "auth0", upstream: string) {
  await install();
  const file = new URL(`../../../spec/${spec}.yaml`, import.meta.url).pathname;
  const child = nodeTool(`${FOLDER}/node_modules/@stoplight/prism-cli/dist/index.js`, [
    ...["proxy", file, upstream, "--port", "0"],
  ]).spawn();
  addEventListener("unload", kill); // A program that ends otherwise leaves it behind.
  const errors = new Response(child.stderr).text();
  const printed = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = ""; // what was printed and is not read yet
  let markers = 0;

  function kill(): void {
    try {
      child.kill();
    } catch {
      // It has ended by itself.
    }
  }

  /** What it prints, up to a line that fits. */
  async function printedUntil(line: RegExp): Promise<string> {
    const timer = setTimeout(kill, PATIENCE);
    for (let found = line.exec(text);; found = line.exec(text)) {
      if (found) {
        clearTimeout(timer);
        const read = text.slice(0, found.index + found[0].length);
        text = text.slice(read.length);
        return read;
      }
      const { done, value } = await printed.read();
      if (done) throw new Error(`Prism ended: ${text}${await errors}`);
      text += value;
    }
  }

  const started = await printedUntil(/Prism is listening on .*\n/);
  const [origin = ""] = /http:\S+/.exec(started.slice(started.lastIndexOf("listening"))) ?? [];
  return {
    origin,
    /** What it got since it was asked the last time. */
    async seen() {
      // Lines come late. Those of this request come after those of all that was answered before it.
      const marker = `/marker-${++markers}`;
      await (await fetch(origin + marker)).body?.cancel();
      const before = await printedUntil(new RegExp(`^.*\\[HTTP SERVER\\] get ${marker} `, "m"));
      await printedUntil(/(Selected route not found|NO_PATH_MATCHED).*\n/);
      return readLog(before);
    },
    async stop() {
      removeEventListener("unload", kill);
      kill();
      while (!(await printed.read()).done);
      await Promise.all([errors, child.status]);
    },
  };
}

/**
 * What Prism's log tells: the requests, such as `GET /file/group`, and what breaks the spec, by the request that it came
 * with; whatever its severity, and what Prism itself could not do.
 */
function readLog(text: string): { readonly requests: readonly string[]; readonly violations: readonly string[] } {
  const requests: string[] = [];
  const violations: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, method, path] = /\[HTTP SERVER\] (\w+) ([^\s?]+)\S* .*Request received$/.exec(line) ?? [];
    if (method && path) requests.push(`${method.toUpperCase()} ${path}`);
    const [, told] = /(?:Violation:|Request terminated with error:) (.*)$/.exec(line) ?? [];
    if (told) violations.push(`${requests.at(-1) ?? "no request"}: ${told}`);
  }
  return { requests, violations };
}

/** Installs Prism by npm, unless it is there. */
async function install(): Promise<void> {
  const cwd = new URL(`../../../node_modules/${FOLDER}`, import.meta.url);
  const installed = `${cwd.pathname}/installed`;
  if (await Deno.stat(installed).catch(() => undefined)) return;
  await Deno.mkdir(cwd, { recursive: true });
  await Deno.writeTextFile(`${cwd.pathname}/package.json`, "{}");
  const flags = ["--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"];
  const args = ["install", ...flags, `@stoplight/prism-cli@${VERSION}`];
  const { success, stderr } = await new Deno.Command("npm", { args, cwd, stdin: "null" }).output();
  if (!success) throw new Error(`Cannot install Prism: ${new TextDecoder().decode(stderr)}`);
  await Deno.writeTextFile(installed, "");
}
