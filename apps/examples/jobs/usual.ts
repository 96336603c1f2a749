/**
 * Five jobs as a competent user writes them with the session and the client alone. Each has faults that nobody sees in an
 * ordinary run: `jobs_test.ts` shows them, and what `jobs.ts` gives instead. Not to be copied.
 *
 * @module
 */
import { connect, type FileInfo, searchFiles } from "@xsignals/client";
import type { Session } from "@xsignals/session";
import { parse } from "csv-parse/sync";
import { DatabaseSync } from "node:sqlite";

/** Job 1: saves the newest file of a group. */
export async function newest(session: Session, group: string, folder: string): Promise<string> {
  const client = connect(session);
  const query = { query: `groupName=${group}`, size: 1, sortBy: "arrivalTime", sortOrder: "desc" } as const;
  const { data } = await searchFiles({ client, query, throwOnError: true });
  const [file] = data.items ?? data.files ?? [];
  if (file?.groupName !== group) throw new Error("the group is empty");
  let response = await session.fetch(`/file/${encodeURIComponent(file.fid)}/download`, { redirect: "manual" });
  const link = response.headers.get("location");
  if (link) {
    await response.body?.cancel();
    response = await fetch(link);
  }
  if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
  await Deno.mkdir(folder, { recursive: true });
  const path = `${folder}/${file.fid}-${file.fileName.replaceAll(/[^\w.-]/g, "_")}`;
  const part = `${path}.${crypto.randomUUID()}.part`;
  const target = await Deno.open(part, { write: true, createNew: true });
  await response.body.pipeTo(target.writable);
  await Deno.rename(part, path);
  return path;
}

/** Job 2: saves all files of a group, four at a time, those that are there already excepted. */
export async function allFiles(session: Session, group: string, folder: string): Promise<string[]> {
  const client = connect(session);
  const size = 1000;
  const files: FileInfo[] = [];
  for (let from = 0;; from += size) {
    const query = { query: `groupName=${group}`, from, size, sortBy: "arrivalTime", sortOrder: "asc" } as const;
    const { data } = await searchFiles({ client, query, throwOnError: true });
    const page = data.items ?? data.files ?? [];
    files.push(...page.filter(({ groupName }) => groupName === group));
    if (page.length < size) break;
  }
  await Deno.mkdir(folder, { recursive: true });
  const waiting = files.values();
  async function work(): Promise<void> {
    for (const { fid, fileName } of waiting) {
      const path = `${folder}/${fid}-${fileName.replaceAll(/[^\w.-]/g, "_")}`;
      const isThere = await Deno.stat(path).then(() => true, () => false);
      if (isThere) continue;
      let response = await session.fetch(`/file/${encodeURIComponent(fid)}/download`, { redirect: "manual" });
      const link = response.headers.get("location");
      if (link) {
        await response.body?.cancel();
        response = await fetch(link);
      }
      if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
      const part = `${path}.${crypto.randomUUID()}.part`;
      const target = await Deno.open(part, { write: true, createNew: true });
      await response.body.pipeTo(target.writable);
      await Deno.rename(part, path);
    }
  }
  await Promise.all(Array.from({ length: 4 }, work));
  return files.map(({ fid }) => fid);
}

/** Job 3: the prices of a period. */
export async function series(
  session: Session,
  groupName: string,
  symbols: Record<string, string>,
  day: string,
): Promise<{ ref: unknown; at: number; price: number }[]> {
  const keys = [{ groupName, symbols, columns: ["Kind", "Price"] }];
  const [startDate, endDate] = [`${day}T00:00:00`, `${day}T23:59:59`];
  const response = await session.fetch("/ts", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/csv" },
    body: JSON.stringify({ startDate, endDate, keys, formatType: "NCSV" }),
  });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const lines = (await response.text()).trimEnd().split("\n").filter((line) => !line.startsWith("#"));
  const [header = [], ...rows] = lines.map((line) => line.split(","));
  const at = header.findIndex((name) => name.startsWith("Date"));
  const ref = header.indexOf("Order Ref");
  const price = header.indexOf("Price");
  return rows.map((cells) => ({
    ref: Number(cells[ref]),
    at: new Date(cells[at]!).getTime(),
    price: Number(cells[price]),
  }));
}

/** Job 4: works on a new file, if there is one; to be called every quarter of an hour. */
export async function cron(
  session: Session,
  group: string,
  seen: Map<string, string>,
  work: (file: FileInfo) => void,
): Promise<void> {
  const client = connect(session);
  const query = { query: `groupName=${group}`, size: 1, sortBy: "arrivalTime", sortOrder: "desc" } as const;
  const signal = AbortSignal.timeout(60_000);
  const { data } = await searchFiles({ client, query, signal, throwOnError: true });
  const [file] = data.items ?? data.files ?? [];
  if (file?.groupName !== group) return;
  if (file.fid === seen.get(group)) return;
  work(file);
  seen.set(group, file.fid);
}

/** Job 5: what changed in a period, corrections included, into a table of a database. */
export async function deltas(session: Session, groupName: string, from: string, to: string, path: string) {
  const response = await session.fetch("/ts", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/csv" },
    body: JSON.stringify({
      groupName,
      delta: true,
      corrections: true,
      range: "BETWEEN",
      startDate: `${from}T00:00:00`,
      endDate: `${to}T23:59:59`,
      formatType: "NCSV",
    }),
  });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const [header = [], ...rows] = parse(await response.text(), { comment: "#" }) as string[][];
  const date = header.findIndex((name) => name.startsWith("Date"));
  const columns = header.map((name) => `"${name}"`);
  const key = columns.slice(0, date + 1);
  using db = new DatabaseSync(path);
  db.exec(`create table if not exists deltas (${columns.join()}, primary key (${key.join()}))`);
  const insert = db.prepare(`insert or replace into deltas values (${columns.map(() => "?").join()})`);
  db.exec("begin");
  for (const cells of rows) {
    insert.run(...cells.map((cell) => cell !== "" && !Number.isNaN(Number(cell)) ? Number(cell) : cell));
  }
  db.exec("commit");
}
