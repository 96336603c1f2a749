import type { Assumptions } from "./assumptions.ts";
import { ErrorAnswer } from "./error_answer.ts";
import { readWall, timeFormat, wallClock } from "./wall_clock.ts";

/** Some series of a group. */
export interface SeriesKey {
  readonly groupName: string;
  /** Values by key; absent for all series of the group. */
  readonly symbols?: Readonly<Record<string, string>>;
  /** The names of columns; none for all. */
  readonly columns: readonly string[];
  /** Whether `*` in a value stands for any characters. */
  readonly pattern: boolean;
}

/** A query for time series, checked. Times are those of the wall in its zone, see {@link wallClock}. */
export interface SeriesQuery {
  readonly keys: readonly SeriesKey[];
  readonly from?: string;
  readonly to?: string;
  readonly asOf?: string;
  /** Whether `from` and `to` are meant for the time of insertion. */
  readonly delta: boolean;
  /** Which versions of a row: the `last`, `all`, or all but the first (`later`). */
  readonly versions: "last" | "all" | "later";
  readonly format: "NCSV" | "STANDARD" | "PANDAS" | "UI";
  readonly metadata: boolean;
  readonly timeZone: string;
  readonly wall: (instant: number) => string;
  readonly write: (wall: string) => string;
}

type Members = ReadonlyMap<string, unknown>;

const SHARED = ["startDate", "endDate", "formatType", "delta", "corrections", "onDateTime", "dateFormat", "range"];
const FORMS = { keys: [...SHARED, "keys", "metadata", "timeZone"], group: [...SHARED, "groupName"] };

/** `corrections`: a boolean on the vendor's page, these texts in its SDK. */
const VERSIONS: Readonly<Record<string, SeriesQuery["versions"]>> = {
  false: "last",
  true: "all",
  history: "all",
  only: "later",
};

/** The vendor's default for times has milliseconds, its samples have none. */
const DATES = { millis: "yyyy-MM-dd'T'HH:mm:ss.SSS", seconds: "yyyy-MM-dd'T'HH:mm:ss" };

/**
 * Reads the body of a query for time series, in the form of the vendor's page or of its SDK.
 *
 * @throws {ErrorAnswer} 400 if it has neither form, one that is assumed not to be taken, or a member that is wrong.
 */
export function readSeriesQuery(body: Members, { tsBody, tsExtra, tsZone, tsDates }: Assumptions): SeriesQuery {
  must(body.has("keys") !== body.has("groupName"), "keys or groupName must be there, and not both");
  const form = body.has("keys") ? "keys" : "group";
  must(tsBody === "both" || tsBody === form, `A body with ${form === "keys" ? "keys" : "groupName"} is not understood`);
  const extra = [...body.keys()].find((name) => !FORMS[form].includes(name));
  must(extra === undefined || tsExtra === "ignored", "The body has a member that is not known in its form");
  for (const name of ["startDate", "endDate", "formatType"]) must(body.has(name), `${name} is missing`);

  const [from, to] = [time(body, "startDate", false), time(body, "endDate", true)];
  must(from === undefined || to === undefined || from <= to, "startDate must not be after endDate");
  must([undefined, "BETWEEN"].includes(body.get("range") as string), "range must be BETWEEN");
  const timeZone = form === "keys" ? text(body, "timeZone", tsZone) : tsZone;
  const write = timeFormat(text(body, "dateFormat", DATES[tsDates]));
  must(write !== undefined, "dateFormat has letters that are not known");
  return {
    keys: form === "keys"
      ? readKeys(body.get("keys"))
      : [{ groupName: text(body, "groupName"), columns: [], pattern: false }],
    from,
    to,
    asOf: time(body, "onDateTime", true),
    delta: flag(body, "delta", false),
    versions: choice("corrections", body.get("corrections") ?? false, VERSIONS),
    format: choice("formatType", body.get("formatType"), {
      NCSV: "NCSV",
      STANDARD: "STANDARD",
      PANDAS: "PANDAS",
      UI: "UI",
    }),
    metadata: form === "group" || flag(body, "metadata", false),
    timeZone,
    wall: readZone(timeZone),
    write,
  };
}

function readKeys(keys: unknown): SeriesKey[] {
  must(Array.isArray(keys) && keys.length > 0, "keys must be a list with an entry");
  return keys.map((key) => {
    const members: Members = new Map(Object.entries(Object(key)));
    const symbols = members.get("symbols");
    const columns = members.get("columns");
    must(
      typeof symbols === "object" && symbols !== null && !Array.isArray(symbols) &&
        Object.values(symbols).every((value) => typeof value === "string"),
      "symbols must be an object of texts",
    );
    must(Array.isArray(columns) && columns.every((one) => typeof one === "string"), "columns must be a list of texts");
    return {
      groupName: text(members, "groupName"),
      symbols: symbols as Record<string, string>,
      columns,
      pattern: flag(members, "pattern", false),
    };
  });
}

/** A time, maybe `null`: the vendor's SDK sends that for one that is left out. */
function time(body: Members, name: string, end: boolean): string | undefined {
  const value = body.get(name) ?? null;
  if (value === null) return undefined;
  const wall = typeof value === "string" ? readWall(value, end) : undefined;
  must(wall !== undefined, `${name} must be a date or a time without a zone, such as 2018-01-01T12:00:00`);
  return wall;
}

function text(members: Members, name: string, standard?: string): string {
  const value = members.get(name) ?? standard;
  must(typeof value === "string" && value !== "", `${name} must be a text that is not empty`);
  return value;
}

function flag(members: Members, name: string, standard: boolean): boolean {
  const value = members.get(name) ?? standard;
  must(typeof value === "boolean", `${name} must be true or false`);
  return value;
}

function choice<T>(name: string, value: unknown, choices: Readonly<Record<string, T>>): T {
  const found = ["string", "boolean"].includes(typeof value) &&
    Object.entries(choices).find(([one]) => one === `${value}`);
  must(found, `${name} must be one of ${Object.keys(choices).join(", ")}`);
  return found[1];
}

function readZone(timeZone: string): SeriesQuery["wall"] {
  must(/^[A-Za-z]/.test(timeZone), "timeZone must be the name of a zone"); // and no offset, which the platform takes for one
  try {
    return wallClock(timeZone);
  } catch {
    throw new ErrorAnswer(400, "timeZone must be the name of a zone");
  }
}

function must(holds: unknown, message: string): asserts holds {
  if (!holds) throw new ErrorAnswer(400, message);
}
