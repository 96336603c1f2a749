import { assertEquals } from "@std/assert";
import { stripTypeScriptTypes } from "node:module";
import { bareServer, http, type RawAnswer, type RawServer, rawServer, writeAll } from "./raw_server.ts";
import { type Failure, type Verdict, verdicts } from "./verdicts.ts";

/** A label that no resolver can ask for, since it is longer than 63 bytes: the name does not leave this machine. */
const NO_NAME = `${"x".repeat(64)}.invalid`;

/** What a server does with a request that it has read. */
const AFTER_READING: Record<string, RawAnswer> = {
  "closed without an answer": { then: "drop" },
  "closed, and nobody listens any more": { then: "leave" },
  "closed in the middle of the answer": { write: "HTTP/1.1 200", then: "drop" },
  "an answer that is no HTTP": { write: "220 ready\r\n\r\n", then: "drop" },
  "no answer in time": { then: "stall" },
};

/** Servers, requests to them that fail, and whether each was not sent. */
interface Setting {
  readonly failures: readonly Failure[];
  readonly expected: Readonly<Record<string, boolean>>;
  /** The servers that count. */
  readonly counting: readonly RawServer[];
}

async function set(stack: AsyncDisposableStack): Promise<Setting> {
  const failures: Failure[] = [];
  const expected: Record<string, boolean> = {};
  const counting: RawServer[] = [];
  function add(isNotSent: boolean, failure: Failure): void {
    failures.push(failure);
    expected[failure.name] = isNotSent;
  }

  const { origin: gone, ...server } = rawServer(() => ({}));
  await server[Symbol.asyncDispose]();
  add(true, { name: "refused", url: gone });
  add(true, { name: "refused at every address", url: gone.replace("127.0.0.1", "localhost") });
  add(true, { name: "unknown name", url: `http://${NO_NAME}/` });

  const plain = stack.use(bareServer(async (conn) => {
    await conn.read(new Uint8Array(9_999));
    await writeAll(conn, "HTTP/1.1 400 Bad Request\r\n\r\n");
  }));
  add(true, { name: "TLS to a port that speaks none", url: plain.origin.replace("http", "https") });
  const closing = stack.use(bareServer(async (conn) => void await conn.read(new Uint8Array(9_999))));
  add(true, { name: "TLS to a port that closes", url: closing.origin.replace("http", "https") });

  for (const isReused of [false, true]) {
    const how = isReused ? "reused connection: " : "";
    const prime = (origin: string) => isReused ? { prime: `${origin}/prime` } : {};
    for (const [name, answer] of Object.entries(AFTER_READING)) {
      const raw = stack.use(rawServer(({ path }) => path === "/prime" ? { write: http(200) } : answer));
      const giveUp = answer.then === "stall" ? { giveUp: 50 } : {};
      add(false, { name: `${how}${name}`, url: `${raw.origin}/x`, ...prime(raw.origin), ...giveUp });
      counting.push(raw);
    }
    const resetting = stack.use(bareServer(async (conn) => {
      if (isReused) {
        await conn.read(new Uint8Array(9_999));
        await writeAll(conn, http(200));
      }
      await conn.read(new Uint8Array(1)); // the rest is left unread: the system resets the connection
    }));
    add(false, { name: `${how}reset before it was read`, url: `${resetting.origin}/x`, ...prime(resetting.origin) });
  }
  return { failures, expected, counting };
}

const SOURCE = "../../packages/session/wire/token_call.ts";

/** A file as JavaScript, from some text on. The package does not export `notSent`, the last part of its file. */
async function source(path: string, from = ""): Promise<string> {
  const text = await Deno.readTextFile(new URL(path, import.meta.url));
  return stripTypeScriptTypes(text.slice(text.indexOf(from)));
}

async function underDeno(failures: readonly Failure[]): Promise<Verdict[]> {
  const code = encodeURIComponent(await source(SOURCE, "export function notSent"));
  const { notSent } = await import(`data:text/javascript,${code}`);
  return await verdicts(notSent, failures);
}

async function underNode(failures: readonly Failure[]): Promise<Verdict[]> {
  const program = [
    await source(SOURCE, "export function notSent"),
    await source("./verdicts.ts"),
    "console.log(JSON.stringify(await verdicts(notSent, JSON.parse(process.argv[1]))));",
  ].join("\n");
  const { code, stdout, stderr } = await new Deno.Command("node", {
    args: ["--input-type=module", "--eval", program, JSON.stringify(failures)],
  }).output();
  if (code !== 0) throw new NotPrimed(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** A request that only opens a connection found none, as happens on a busy machine: nothing was measured. */
class NotPrimed extends Error {}

/** Measures with servers of its own, anew where nothing was measured. */
async function measure(run: (failures: readonly Failure[]) => Promise<Verdict[]>, tries = 3): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { failures, expected, counting } = await set(stack);
  let found: Verdict[];
  try {
    found = await run(failures);
  } catch (error) {
    if (!(error instanceof NotPrimed) || tries === 1) throw error;
    return await measure(run, tries - 1);
  }
  const errors = found.map(({ name, error }) => `${name}: ${error}`).join("\n");
  assertEquals(Object.fromEntries(found.map(({ name, notSent }) => [name, notSent])), expected, errors);
  for (const { requests } of counting) {
    assertEquals(requests.filter(({ path }) => path === "/x").length, 1, "it was sent, and once");
    assertEquals(requests.at(-1)?.connection, 0, "on the connection that was there");
  }
}

for (const [runtime, run] of Object.entries({ Deno: underDeno, Node: underNode })) {
  Deno.test(`notSent() is right about ${runtime}'s errors of real sockets`, () => measure(run));
}
