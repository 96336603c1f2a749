/** What `notSent()` makes of the errors of real sockets, in Deno and in Node. Its own tests have errors written down. */
import { assertEquals } from "@std/assert";
import { stripTypeScriptTypes } from "node:module";
import { http, type RawAnswer, type RawServer, rawServer } from "./raw_server.ts";

/** A request that fails, and whether it was not sent. */
interface Failure {
  readonly name: string;
  readonly url: string;
  readonly isNotSent: boolean;
  /** Where to ask first, so that a connection is left in the runtime's pool. */
  readonly prime?: string;
  readonly giveUpMs?: number;
}

/** Makes each request, with a `Blob` as a session does, and asks about its error. It runs as a program. */
async function verdicts(
  notSent: (error: unknown) => boolean,
  failures: readonly Failure[],
): Promise<[name: string, verdict: unknown][]> {
  const found: [name: string, verdict: unknown][] = [];
  for (const { name, url, prime, giveUpMs = 60_000 } of failures) {
    if (prime !== undefined) {
      await (await fetch(prime)).text();
      await new Promise((resolve) => setTimeout(resolve)); // Node puts the connection back a moment later
    }
    const signal = AbortSignal.timeout(giveUpMs);
    const sending = fetch(url, { method: "POST", body: new Blob(["{}"]), redirect: "manual", signal });
    found.push([name, await sending.then(() => "answered", notSent)]);
  }
  return found;
}

/** What a server does with a request that it has read. */
const AFTER_READING: Record<string, RawAnswer> = {
  "closed without an answer": { then: "drop" },
  "closed, and nobody listens any more": { then: "leave" },
  "closed in the middle of the answer": { write: "HTTP/1.1 200", then: "drop" },
  "an answer that is not HTTP": { write: "220 ready\r\n\r\n", then: "drop" },
  "no answer in time": { then: "stall" },
};

/** Starts servers that fail, and says how. Those that read requests are to be counted. */
async function start(stack: AsyncDisposableStack): Promise<{ failures: Failure[]; counting: RawServer[] }> {
  const { origin: gone, ...server } = rawServer(() => ({}));
  await server[Symbol.asyncDispose]();
  const plain = stack.use(rawServer(() => ({}), { write: http(400), then: "drop" }));
  const closing = stack.use(rawServer(() => ({}), { then: "drop" }));
  const resetting = stack.use(rawServer(() => ({}), { then: "reset" }));
  const resettingLater = stack.use(rawServer(() => ({ write: http(200), then: "reset" })));
  const tls = ({ origin }: RawServer) => origin.replace("http", "https");
  const failures: Failure[] = [
    { name: "refused", url: gone, isNotSent: true },
    { name: "refused at every address", url: gone.replace("127.0.0.1", "localhost"), isNotSent: true },
    // No resolver can ask for it, since the label is longer than 63 bytes: the name does not leave this machine.
    { name: "unknown name", url: `http://${"x".repeat(64)}.invalid/`, isNotSent: true },
    { name: "TLS to a port that speaks none", url: tls(plain), isNotSent: true },
    { name: "TLS to a port that closes", url: tls(closing), isNotSent: true },
    { name: "reset before it was read", url: resetting.origin, isNotSent: false },
    { name: "reused, reset", url: resettingLater.origin, prime: resettingLater.origin, isNotSent: false },
  ];
  const counting: RawServer[] = [];
  for (const isReused of [false, true]) {
    for (const [how, answer] of Object.entries(AFTER_READING)) {
      const raw = stack.use(rawServer(({ path }) => path === "/prime" ? { write: http(200) } : answer));
      const name = isReused ? `reused connection: ${how}` : how;
      const prime = isReused ? { prime: `${raw.origin}/prime` } : {};
      const giveUp = answer.then === "stall" ? { giveUpMs: 50 } : {};
      failures.push({ name, url: `${raw.origin}/x`, isNotSent: false, ...prime, ...giveUp });
      counting.push(raw);
    }
  }
  return { failures, counting };
}

/** The command's errors as `notSent()` sees them. The package does not export it; its part of the file stands alone. */
async function run(command: readonly string[], failures: readonly Failure[]): Promise<unknown> {
  const text = await Deno.readTextFile(new URL("../../packages/session/wire/network_failure.ts", import.meta.url));
  const notSent = stripTypeScriptTypes(text.slice(text.indexOf("/** Raised before")));
  const asked = `console.log(JSON.stringify(await verdicts(notSent, ${JSON.stringify(failures)})))`;
  const args = [...command.slice(1), [notSent, verdicts, asked].join("\n")];
  const { code, stdout, stderr } = await new Deno.Command(command[0]!, { args }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Measures with servers of its own, and anew where a busy machine refused a connection that was to be reused. */
async function measure(command: readonly string[], tries = 3): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { failures, counting } = await start(stack);
  const found = await run(command, failures).catch((error) => {
    if (tries === 1) throw error;
  });
  if (found === undefined) return await measure(command, tries - 1);
  assertEquals(found, failures.map(({ name, isNotSent }) => [name, isNotSent]));
  for (const { requests } of counting) {
    assertEquals(requests.filter(({ path }) => path === "/x").length, 1, "it was sent, and once");
    assertEquals(requests.at(-1)?.connection, 0, "on the connection that was there");
  }
}

for (const command of [[Deno.execPath(), "eval"], ["node", "--input-type=module", "--eval"]]) {
  const runtime = command[0] === "node" ? "Node" : "Deno";
  Deno.test(`notSent() is right about ${runtime}'s errors of real sockets`, () => measure(command));
}
