/**
 * Saves the newest file of a group into `downloads`; without a group it lists the groups. One login serves all
 * runs: it is kept in `~/.local/state/xsignals/script`, which only you can read. A download that was interrupted goes on.
 *
 *     deno run --node-modules-dir=none --allow-net=api.xsignals.xpansiv.com,datalake-xpansivprod-ng.s3.amazonaws.com \
 *       --allow-env='XSIGNALS_*,XDG_STATE_HOME,HOME' \
 *       --allow-read="downloads,$HOME/.local/state/xsignals" --allow-write="downloads,$HOME/.local/state/xsignals" \
 *       script.ts 'Market Notes'
 *
 * with `XSIGNALS_USERNAME` and `XSIGNALS_PASSWORD` set; see `optionsFromEnv` for the other ways to authenticate, and allow
 * `auth.xpansiv.com` too for single sign-on. The second host is where the API may send you for a file's content.
 */
import { createData, type DataEvent } from "@xsignals/data";
import { saveFile } from "@xsignals/data/disk";
import { createSession, type SessionEvent } from "@xsignals/session";
import { optionsFromEnv } from "@xsignals/session/env";
import { fileStore } from "@xsignals/session/file";

const LIST = "run the script without a name to list the groups";

async function run([group, ...others]: readonly string[], signal: AbortSignal): Promise<void> {
  if (others.length > 0) {
    const quoted = `'${[group, ...others].join(" ")}'`;
    throw new Error(`Cannot save the newest file of ${group}: give one name, in quotes, such as ${quoted}; ${LIST}`);
  }
  const store = fileStore({ name: "script" });
  await using session = createSession({ ...optionsFromEnv(Deno.env), store, onEvent: show });
  // If nothing comes for 20 s, it asks again; after the third time it gives up.
  const data = createData(session, { idleMs: 20_000, retries: 2, onEvent: show });
  if (group === undefined) {
    for await (const { name } of data.groups({ signal })) console.log(name);
    return;
  }
  const file = await data.newest(group, { signal });
  if (!file) throw new Error(`Cannot save the newest file of ${group}: the group is empty`);
  const path = await saveFile(data, file, { folder: "downloads", signal });
  write("");
  console.log(path);
}

/** Shows on a terminal how much has come, and what the script waits for. */
function show(event: SessionEvent | DataEvent): void {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  if (event.type === "waiting") {
    const until = "until" in event ? event.until : event.at + event.ms;
    write(`waiting until ${new Date(until).toISOString()}`);
  } else if (event.type === "retrying") {
    write(`trying again: ${event.reason}`);
  } else if (event.type === "receiving") {
    write(`${megabytes(event.received)}${event.expected ? ` of ${megabytes(event.expected)}` : ""}`);
  }
}

/** Writes a line of a terminal in place of the one before. */
function write(text: string): void {
  if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(new TextEncoder().encode(`\r\x1b[K${text}`));
}

const interrupt = new AbortController();
Deno.addSignalListener("SIGINT", function stop() {
  Deno.removeSignalListener("SIGINT", stop); // another Ctrl-C ends it at once
  interrupt.abort(new Error("Interrupted"));
});

try {
  await run(Deno.args, interrupt.signal);
} catch (error) {
  const { message = String(error), code } = Object(error);
  write("");
  console.error(`${message}${code === "not_found" ? `; ${LIST}` : ""}${code ? ` (${code})` : ""}`);
  Deno.exit(interrupt.signal.aborted ? 130 : 1);
}
