// What queries for time series tell: which forms are taken, and how tables are written.
import { type Asker, entriesOf, Missed, type Questioner } from "./ask.ts";
import type { ListedFile } from "./list_questions.ts";
import { MAX_REQUESTS, RENEWAL_REQUESTS } from "./wire.ts";
import { type AskedTable, askTable, noteTables } from "./series_table.ts";

const FORMS = ["tsBody"];
const TABLE = ["tsDates", "tsZone", "emptyCell", "csvForm", "tsCap"];
const ALL = [...FORMS, "tsExtra", ...TABLE, "partialKeys", "corrections", "versions"];

/** A zone that no account is likely to have, so that a server which takes it shows it. */
const OTHER_ZONE = "Pacific/Chatham";

/** From before the first row to after the last one: a left-out date would mean the same, but not every form may be left out. */
const EVER = { startDate: "1970-01-01T00:00:00", endDate: "2099-12-31T23:59:59" };

interface Series {
  readonly search: Readonly<Record<string, string>>;
  readonly groupName: string;
  readonly symbols: Readonly<Record<string, string>>;
}

interface Period {
  readonly startDate: string;
  readonly endDate: string;
}

/** What later questions need of a group's series. */
export interface AskedSeries {
  /** The parameters of the symbol search that found the series. */
  readonly search: Readonly<Record<string, string>>;
  /** A query for all series of one day, if there is a form that works. */
  readonly query?: object;
}

/** Asks for one series, and for one day of its group; `undefined` if there is none. */
export async function askSeries(
  asker: Asker,
  { ask }: Questioner,
  files: readonly ListedFile[],
): Promise<AskedSeries | undefined> {
  const { notes } = asker;
  const series = await ask(ALL, () => findSeries(asker, files));
  if (!series) return undefined;
  const { groupName, symbols, search } = series;
  const tables: AskedTable[] = [];
  const query = async (body: object) => {
    const table = await askTable(asker, { formatType: "NCSV", ...body });
    if (table.isTaken) tables.push(table);
    return table;
  };
  const keys = (key: object) => ({ keys: [{ symbols, groupName, columns: [], pattern: false, ...key }] });
  try {
    const one = await ask(FORMS, () => query({ ...keys({}), ...EVER }));
    const day = one?.day ?? dayOf(files, groupName);
    const group = await ask(FORMS, () => query({ groupName, ...day }));
    const taken = [...one?.isTaken ? ["keys"] : [], ...group?.isTaken ? ["group"] : []];
    if (one && group && taken.length > 0) notes.find("tsBody", [taken.length === 2 ? "both" : taken[0]!]);
    if (taken.length === 0) {
      notes.miss(ALL, "the server took none of the forms");
      return { search };
    }
    const extra = group?.isTaken
      ? { groupName, timeZone: OTHER_ZONE, columns: [], metadata: false }
      : { ...keys({}), columns: [] };
    await ask(["tsExtra"], async () => noteExtra(asker, await query({ ...extra, ...day })));
    await ask(["partialKeys"], async () => {
      if (!one?.isTaken) throw new Missed("the server takes no keys");
      if (one.rows === 0) throw new Missed("the series has no row");
      const some = Object.fromEntries(Object.entries(symbols).slice(0, -1));
      if (Object.keys(some).length === 0) throw new Missed("the series has only one key");
      const { isTaken, rows, status } = await query({ ...keys({ symbols: some }), ...EVER });
      if (!isTaken) throw new Missed(`the server answered with status ${status}`);
      notes.find("partialKeys", [rows > 0 ? "match" : "none"]);
    });
    const any = Object.fromEntries(Object.keys(symbols).map((name) => [name, "*"]));
    const all = { ...one?.isTaken ? keys({ symbols: any, pattern: true }) : { groupName }, ...day };
    const plain = one?.isTaken ? one : group!;
    await ask(["corrections", "versions"], async () => {
      noteCorrections(asker, plain, await query({ ...all, corrections: true }));
    });
    return { search, query: all };
  } finally { // what was seen is noted even if the probe ends
    noteTables(notes, tables);
  }
}

/** Asks for corrections with a text, as the vendor's SDK does, if a request is left for it. */
export async function askHistory(asker: Asker, { ask }: Questioner, query: object | undefined): Promise<void> {
  const { wire, notes } = asker;
  await ask(["correctionsText"], async () => {
    if (!query) throw new Missed("the account has no time series, or the server took no query");
    const needed = 1 + (wire.refresh() === undefined ? RENEWAL_REQUESTS : 1);
    if (wire.sent() + needed > MAX_REQUESTS) throw new Missed(`${MAX_REQUESTS} requests are not enough`);
    const { isTaken, status } = await askTable(asker, { formatType: "NCSV", ...query, corrections: "history" });
    if (!isTaken && status !== 400) throw new Missed(`the server answered with status ${status}`);
    notes.tell("correctionsText", isTaken ? "taken" : "refused");
  });
}

/** A series of a group that has NCSV files, or of any group; with several keys if there is one. */
async function findSeries({ list }: Asker, files: readonly ListedFile[]): Promise<Series> {
  const group = files.find(({ fileType, groupName }) => fileType === "NCSV" && groupName !== undefined)?.groupName;
  const search = async (query: Record<string, string>): Promise<Series[]> => {
    const answer = await list("/ts/symbol/search", { ...query, from: 0, size: 100 });
    return entriesOf(answer, "items").flatMap(({ symbols, groupName = query["query"] && group }) =>
      typeof groupName === "string" && isTexts(symbols) ? [{ groupName, symbols, search: query }] : []
    );
  };
  const own = group === undefined || /[&=*]/.test(group) ? [] : await search({ query: `groupName.keyword=${group}` });
  const found = own.length > 0 ? own : await search({});
  const series = found.find(({ symbols }) => Object.keys(symbols).length > 1) ?? found[0];
  if (!series) throw new Missed("the account has no time series");
  return series;
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return Object(value) === value && Object.keys(Object(value)).length > 0 &&
    Object.values(Object(value)).every((one) => typeof one === "string");
}

/** The 30 days until the newest file of a group, or of all. */
function dayOf(files: readonly ListedFile[], group: string): Period {
  const times = (of: readonly ListedFile[]) => of.flatMap(({ arrivalTime }) => arrivalTime?.slice(0, 10) ?? []).sort();
  const newest = times(files.filter(({ groupName }) => groupName === group)).at(-1) ?? times(files).at(-1) ?? "";
  const last = Date.parse(newest);
  if (Number.isNaN(last)) return EVER;
  const first = new Date(last - 30 * 86_400_000).toISOString().slice(0, 10);
  return { startDate: `${first}T00:00:00`, endDate: `${newest}T23:59:59` };
}

function noteExtra({ notes }: Asker, { isTaken, status, zone }: AskedTable): void {
  if (!isTaken && status !== 400) throw new Missed(`the server answered with status ${status}`);
  if (isTaken && zone === OTHER_ZONE) notes.tell("tsExtra", "taken");
  else notes.find("tsExtra", [isTaken ? "ignored" : "refused"]);
}

function noteCorrections({ notes }: Asker, plain: AskedTable, corrected: AskedTable): void {
  if (!corrected.isTaken) throw new Missed(`the server answered with status ${corrected.status}`);
  const more = corrected.headers.filter((header) => !plain.headers.includes(header));
  notes.find(
    "corrections",
    [more.length > 0 ? "version" : "rows"],
    more.length > 0 ? `version (${more.length} more)` : "rows",
  );
  if (corrected.hasRepeats) notes.tell("versions", "yes");
  else notes.miss(["versions"], "no row of that day was corrected");
}
