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
 * Makes the function that tells by how many milliseconds a zone's clocks are ahead of UTC at an instant.
 *
 * @param timeZone The zone's name.
 * @param option What the caller calls the zone, for the message.
 * @param clocks The platform's `Temporal`, which is twenty times as fast as `Intl`; `undefined` goes by `Intl`.
 * @throws {TypeError} If there is no zone of that name.
 */
export function offsetsOf(
  timeZone: string,
  option = "timeZone",
  clocks: Clocks | undefined = Reflect.get(globalThis, "Temporal"),
): (instant: number) => number {
  try {
    if (!/^[a-z][\w+/-]*$/i.test(timeZone)) {
      throw new RangeError("an offset, or another form that not every runtime knows");
    }
    const offsetAt = clocks ? temporalOffsets(clocks, timeZone) : intlOffsets(timeZone);
    offsetAt(0);
    return offsetAt;
  } catch {
    throw new TypeError(
      `${option} must be the name of a time zone, such as "UTC" or "America/New_York"; ${
        JSON.stringify(timeZone)
      } is none`,
    );
  }
}

function temporalOffsets({ Instant }: Clocks, timeZone: string): (instant: number) => number {
  return (instant) => Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
}

function intlOffsets(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en", { ...FIELDS, timeZone });
  return (instant) => {
    const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const year = part.era === "BC" ? 1 - Number(part.year) : Number(part.year);
    const wall = new Date(0);
    wall.setUTCFullYear(year, Number(part.month) - 1, Number(part.day));
    wall.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second));
    return wall.getTime() - Math.floor(instant / 1000) * 1000;
  };
}
