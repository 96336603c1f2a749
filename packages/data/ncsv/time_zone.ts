// What a time zone's clocks say.

/** `Temporal`, as far as it is used; Node 22 does not have it. */
interface Clocks {
  readonly Instant: {
    fromEpochMilliseconds(ms: number): { toZonedDateTimeISO(timeZone: string): { readonly offsetNanoseconds: number } };
  };
}

const FIELDS: Intl.DateTimeFormatOptions = {
  era: "short",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
  hourCycle: "h23",
  calendar: "gregory",
  numberingSystem: "latn",
};

/**
 * Checks the name of a zone.
 *
 * @param option What the caller calls it, for the message.
 * @param isKnown What fails for a zone that the platform does not know.
 * @throws {TypeError} If there is no zone of that name.
 */
export function checkTimeZone(
  timeZone: string,
  option: string,
  isKnown: () => unknown = () => new Intl.DateTimeFormat("en", { timeZone }),
): void {
  try {
    if (!/^[a-z][\w+/-]*$/i.test(timeZone)) throw new RangeError("an offset, which not every runtime knows");
    isKnown();
  } catch {
    const example = `the name of a time zone, such as "UTC" or "America/New_York"`;
    throw new TypeError(`${option} must be ${example}; ${JSON.stringify(timeZone)} is not one`);
  }
}

/**
 * Makes the function that tells by how many milliseconds a zone's clocks are ahead of UTC at an instant.
 *
 * @param timeZone The zone's name.
 * @param clocks The platform's `Temporal`, which is twenty times as fast as `Intl`; `null` goes by `Intl`.
 * @throws {TypeError} If there is no zone of that name.
 */
export function offsetsOf(
  timeZone: string,
  clocks: Clocks | null = Reflect.get(globalThis, "Temporal"),
): (instant: number) => number {
  const offsetAt = clocks ? temporalOffsets(clocks, timeZone) : intlOffsets(timeZone);
  checkTimeZone(timeZone, "timeZone", () => offsetAt(0));
  return offsetAt;
}

function temporalOffsets({ Instant }: Clocks, timeZone: string): (instant: number) => number {
  return (instant) => Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
}

function intlOffsets(timeZone: string): (instant: number) => number {
  let format: Intl.DateTimeFormat | undefined;
  return (instant) => {
    format ??= new Intl.DateTimeFormat("en", { ...FIELDS, timeZone });
    const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const year = part.era === "BC" ? 1 - Number(part.year) : Number(part.year);
    const wall = new Date(0);
    wall.setUTCFullYear(year, Number(part.month) - 1, Number(part.day));
    wall.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second));
    return wall.getTime() - Math.floor(instant / 1000) * 1000;
  };
}
