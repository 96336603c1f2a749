/** How often a zone may change its offset from UTC: never within a quarter of an hour. */
const QUARTER = 15 * 60_000;

/** A day, in quarters of an hour. */
const DAY = 24 * 4;

/**
 * What a clock on the wall shows in a zone, as `2024-03-04T16:00:00.000`. Such texts sort as times do, but for the hour
 * that comes twice when a summer ends.
 *
 * @param timeZone The zone's name, such as `America/New_York`.
 * @throws {RangeError} If there is no such zone.
 */
export function wallClock(timeZone: string): (instant: number) => string {
  const { format } = new Intl.DateTimeFormat("en-US-u-hc-h23", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const offsets = new Map<number, number>();

  /** The offset from UTC in a quarter of an hour, which is given by its number since 1970. */
  function offsetAt(quarter: number): number {
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    const [month = 0, day, year = 0, hour, minute] = format(quarter * QUARTER).match(/\d+/g)!.map(Number);
    const offset = Date.UTC(year, month - 1, day, hour, minute) - quarter * QUARTER;
    offsets.set(quarter, offset);
    return offset;
  }

  return (instant) => {
    const quarter = Math.floor(instant / QUARTER);
    const day = Math.floor(quarter / DAY) * DAY;
    const [first, last] = [offsetAt(day), offsetAt(day + DAY)];
    const offset = first === last ? first : offsetAt(quarter); // asking the platform is slow
    return new Date(instant + offset).toISOString().slice(0, -1);
  };
}

/** Java's letters for the parts of a time that can be asked for, and where each stands in a text of {@link wallClock}. */
const PARTS: Readonly<Record<string, readonly [from: number, to: number]>> = {
  yyyy: [0, 4],
  MM: [5, 7],
  dd: [8, 10],
  HH: [11, 13],
  mm: [14, 16],
  ss: [17, 19],
  SSS: [20, 23],
};

/**
 * Writes the texts of {@link wallClock} in another form.
 *
 * @param pattern The form in Java's letters, such as `yyyy-MM-dd'T'HH:mm:ss`.
 * @returns What writes them so; `undefined` if the form has letters that are not known here.
 */
export function timeFormat(pattern: string): ((wall: string) => string) | undefined {
  const tokens = pattern.match(/'(?:''|[^'])*'|([A-Za-z])\1*|[^A-Za-z']+|'/g) ?? [];
  if (tokens.some((token) => token === "'" || (/^[A-Za-z]/.test(token) && !Object.hasOwn(PARTS, token)))) {
    return undefined;
  }
  return (wall) =>
    tokens.map((token) => {
      if (token.startsWith("'")) return token === "''" ? "'" : token.slice(1, -1).replaceAll("''", "'");
      return Object.hasOwn(PARTS, token) ? wall.slice(...PARTS[token]!) : token;
    }).join("");
}

/**
 * Reads a time that has no zone, as it stands in a query.
 *
 * @param text A date, alone or with a time.
 * @param end Whether a date alone stands for its last moment, and not for its first.
 * @returns A text like those of {@link wallClock}; `undefined` if it is not a time.
 */
export function readWall(text: string, end: boolean): string | undefined {
  const [, day, minutes = end ? "23:59" : "00:00", more] =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d(?:\.\d{1,3})?)?)?$/.exec(text) ?? [];
  const seconds = more ?? (end && text === day ? ":59.999" : ":00");
  const wall = `${day}T${minutes}${seconds.includes(".") ? seconds.padEnd(7, "0") : `${seconds}.000`}`;
  const instant = Date.parse(`${wall}Z`);
  return Number.isNaN(instant) || new Date(instant).toISOString() !== `${wall}Z` ? undefined : wall;
}
