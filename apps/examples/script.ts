/**
 * Saves the newest file of a group into `downloads`; without a group it lists the groups. One login serves all
 * runs: it is kept in the file `.xsignals/session`, which only you can read.
 *
 *     deno run --allow-net=api.xsignals.xpansiv.com,datalake-xpansivprod-ng.s3.amazonaws.com \
 *       --allow-env='XSIGNALS_*' --allow-read=downloads,.xsignals --allow-write=downloads,.xsignals \
 *       script.ts 'Market Notes'
 *
 * with `XSIGNALS_USERNAME` and `XSIGNALS_PASSWORD` set; see `optionsFromEnv` for the other ways to authenticate, and allow
 * `auth.xpansiv.com` too for single sign-on. The second host is where the API may send you for a file's content.
 */
import { type Client, connect, type FileInfo, listFileGroups, searchFiles } from "@xsignals/client";
import { createSession, type Session } from "@xsignals/session";
import { optionsFromEnv } from "@xsignals/session/env";
import { fileStore } from "@xsignals/session/file";

const FOLDER = "downloads";

async function run(group: string | undefined, signal: AbortSignal): Promise<void> {
  await using session = createSession({
    ...optionsFromEnv(Deno.env),
    store: fileStore({ path: ".xsignals/session" }),
  });
  const client = connect(session);
  if (group === undefined) {
    for await (const name of groupNames(client, signal)) console.log(name);
  } else {
    console.log(await save(session, await newestFile(client, group, signal), signal));
  }
}

async function* groupNames(client: Client, signal: AbortSignal): AsyncGenerator<string> {
  for (let from = 0, totalSize = 1; from < totalSize;) {
    const { data } = await listFileGroups({ client, query: { from, size: 1000 }, signal, throwOnError: true });
    for (const { name } of data.items) yield name;
    from += data.items.length;
    totalSize = data.items.length === 0 ? 0 : data.totalSize;
  }
}

async function newestFile(client: Client, group: string, signal: AbortSignal): Promise<FileInfo> {
  const query = { query: `groupName=${group}`, size: 1, sortBy: "arrivalTime", sortOrder: "desc" } as const;
  const { data } = await searchFiles({ client, query, signal, throwOnError: true });
  const [file] = data.items ?? data.files ?? [];
  if (file?.groupName !== group) throw new Error("Cannot save the newest file: the group has none, or is not there");
  return file;
}

/** Saves the file whole or not at all, and returns where. What was saved before is left as it is. */
async function save(session: Session, file: FileInfo, signal: AbortSignal): Promise<string> {
  const path = `${FOLDER}/${localName(file)}`;
  if (await Deno.lstat(path).catch(() => undefined)) return path;
  const { ok, status, headers, body } = await download(session, file.fid, signal);
  if (!ok || !body) throw new Error(`Cannot download the file: the server answered ${status}`);
  const total = Number(headers.get("content-length")) || file.size;
  const part = `${path}.${crypto.randomUUID()}.part`;
  await Deno.mkdir(FOLDER, { recursive: true });
  try {
    const target = await Deno.open(part, { write: true, createNew: true });
    await body.pipeThrough(progress(total)).pipeTo(target.writable, { signal });
    const { size } = await Deno.stat(part);
    if (size < (file.size ?? 0)) throw new Error(`Cannot save the file: only ${size} of ${file.size} bytes came`);
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
  return path;
}

/** A name that stays in the folder: the file's own is anybody's text. Names repeat in a group, ids don't. */
function localName({ fid, fileName }: FileInfo): string {
  return `${fid.slice(0, 40)}-${fileName.slice(-50)}`.replace(/[^\p{L}\p{N}._ -]/gu, "_");
}

async function download(session: Session, fid: string, signal: AbortSignal): Promise<Response> {
  const answer = await session.fetch(`/file/${encodeURIComponent(fid)}/download`, { signal });
  const link = answer.status < 400 && answer.headers.get("location");
  if (answer.ok || !link) return answer;
  await answer.body?.cancel();
  try {
    return await fetch(link, { signal }); // without the credential: the link is one
  } catch (error) {
    if (signal.aborted || error instanceof Deno.errors.NotCapable) throw error;
    throw new Error("Cannot download the file: its host does not answer"); // the error's own text has the link
  }
}

/** Shows how much has come, on a terminal only. */
function progress(total: number | undefined): TransformStream<Uint8Array, Uint8Array> {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const isShown = Deno.stderr.isTerminal();
  let received = 0;
  let shownAt = -Infinity;
  function show(end = ""): void {
    const text = `\r${megabytes(received)}${total ? ` of ${megabytes(total)}` : ""}${end}`;
    if (isShown) Deno.stderr.writeSync(new TextEncoder().encode(text));
  }
  return new TransformStream({
    transform(chunk, controller) {
      received += chunk.length;
      if (performance.now() - shownAt > 100) {
        shownAt = performance.now();
        show();
      }
      controller.enqueue(chunk);
    },
    flush: () => show("\n"),
  });
}

const interrupt = new AbortController();
Deno.addSignalListener("SIGINT", function stop() {
  Deno.removeSignalListener("SIGINT", stop); // another Ctrl-C ends it at once
  interrupt.abort(new Error("Interrupted"));
});

try {
  await run(Deno.args[0], interrupt.signal);
} catch (error) {
  const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
  console.error(`${error instanceof Error ? error.message : error}${code}`);
  Deno.exit(interrupt.signal.aborted ? 130 : 1);
}
