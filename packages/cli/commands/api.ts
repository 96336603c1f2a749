// `xsignals api`: any call to the API, with the login in force.
import { explainFailure } from "@xsignals/session";
import { readFile } from "node:fs/promises";
import { CommandError, EXIT, usageError } from "../command_error.ts";
import type { AddCommand } from "../command_line.ts";
import { formOf } from "../flags.ts";
import type { Job } from "../job.ts";
import { printable } from "../printable.ts";
import { collect } from "../series_flags.ts";

interface Flags {
  readonly method?: string;
  readonly header?: readonly string[];
  readonly input?: string;
  readonly include?: true;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Statuses after which the same call may succeed later. */
const PASSING = [429, 500, 502, 503, 504];

/** Adds the command. */
export const addApi: AddCommand = (program, does) => {
  const command = program.command("api").argument(
    "<PATH>",
    "what follows the API's address, such as /file/group?size=5",
  )
    .description("Send a call to the API and print the answer as it came. The exit code is 1 above 399, and 4 at 401.")
    .option("-X, --method <METHOD>", "GET, or POST with --input, if left out")
    .option("-H, --header <HEADER>", "a header such as 'Accept: text/csv', repeatable", collect)
    .option("--input <FILE>", "the body: a file, or - for standard input; JSON unless a header says otherwise")
    .option("-i, --include", "print the status and the headers too");
  const examples = [
    "xsignals api '/file/group?size=5'",
    "xsignals api /ts --input query.json -H 'Accept: text/csv'",
  ] as const;
  does(command, { prints: "value", examples }, async (job, flags: Flags, path: string) => {
    if (path === "") throw usageError("PATH", "it must be what follows the API's address, such as /file/group");
    const method = readMethod(flags);
    const headers = readHeaders(flags.header);
    const isJson = formOf(job.flags) === "json";
    if (isJson && flags.include) throw usageError("--json with -i", "headers are not JSON; leave out one of them");
    const body = flags.input === undefined ? undefined : await readInput(job, flags.input);
    if (body && !headers.has("content-type")) headers.set("content-type", "application/json");
    const { session } = await job.login();
    const { host } = new URL(session.baseUrl);
    await explaining(host, async () => {
      const response = await session.fetch(path, { method, headers, body, signal: job.signal });
      if (flags.include) await job.out.bytes(new Blob([headOf(response)]).stream());
      await (isJson ? putJson(job, response) : job.out.bytes(response.body ?? new Blob().stream()));
      await judge(job, session.baseUrl, response);
    });
  });
};

function readMethod({ method, input }: Flags): string {
  const name = method?.toUpperCase() ?? (input === undefined ? "GET" : "POST");
  if (!METHODS.includes(name)) throw usageError("-X", `it must be one of ${METHODS.join(", ")}`);
  if (input !== undefined && /^(GET|HEAD)$/.test(name)) {
    throw usageError(`-X ${name} with --input`, "such a call cannot carry a body");
  }
  return name;
}

function readHeaders(texts: readonly string[] = []): Headers {
  const headers = new Headers();
  for (const text of texts) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\x20-\x7e\xa0-\xff]*)$/.exec(text) ?? [];
    if (name === undefined) throw usageError("-H", "it must be NAME: VALUE, such as -H 'Accept: text/csv'");
    if (name.toLowerCase() === "authorization") throw usageError("-H", "the login brings its own Authorization");
    headers.append(name, value!);
  }
  return headers;
}

/** Reads the whole body, so that it can be sent again after a 401. */
async function readInput({ world, signal }: Job, path: string): Promise<Uint8Array<ArrayBuffer>> {
  if (path === "-") {
    return await new Response(world.stdin.readable.pipeThrough(new TransformStream(), { signal })).bytes();
  }
  try {
    return new Uint8Array(await readFile(path, { signal }));
  } catch (error) {
    const { name, code } = Object(error);
    const why = code === "ENOENT"
      ? "there is no such file"
      : name === "NotCapable"
      ? "run the program with --allow-read for it"
      : "it cannot be read";
    throw usageError("--input", why);
  }
}

/** Does what is about a call. Of the platform's errors, which may have the address, only the reason is shown. */
async function explaining(host: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    if (Object(error).code === "misuse") {
      const message = error.message.replace(/use session\.token.*/, "use xsignals login, logout or token");
      throw new CommandError("usage", message, { exit: EXIT.usage });
    }
    const { why, reason = "" } = explainFailure(error, host);
    const isPassing = !["tls", "not_tls", "not_permitted"].includes(reason);
    throw new CommandError("unreachable", `Cannot call ${host}: ${why}`, {
      exit: isPassing ? EXIT.tryLater : EXIT.failed,
      retryable: isPassing,
    });
  }
}

/** Status and headers. Of a link the query stays out: it is a key to the file. */
function headOf({ status, statusText, headers }: Response): string {
  const lines = [...headers].map(([name, value]) => {
    const shown = name === "location" ? value.replace(/\?.*/s, "?…") : name === "set-cookie" ? "…" : value;
    return `${name}: ${shown}\n`;
  });
  return `HTTP ${status} ${statusText}`.trimEnd() + `\n${lines.join("")}\n`;
}

async function putJson({ out }: Job, response: Response): Promise<void> {
  const text = await response.text();
  if (text === "") return;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const type = printable(response.headers.get("content-type") ?? "of no type");
    const message = `Cannot print the answer as JSON: it is ${type}, status ${response.status}`;
    throw new CommandError("bad_response", message, { hint: "leave out --json" });
  }
  await out.value(value, "");
}

/** The answer is out; what it means for the caller. */
async function judge({ note }: Job, baseUrl: string, { status, headers }: Response): Promise<void> {
  if (status >= 400) {
    const exit = status === 401 ? EXIT.notLoggedIn : EXIT.failed;
    throw new CommandError("http_error", `the server answered with status ${status}`, {
      exit,
      retryable: PASSING.includes(status),
    });
  }
  const location = headers.get("location");
  if (location === null || !URL.canParse(location, baseUrl)) return;
  await note(`status ${status}; the answer names an address at ${new URL(location, baseUrl).host}`);
}
