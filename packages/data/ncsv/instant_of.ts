// The instant of a time that has no zone of its own.
import { DataError } from "../data_error.ts";
import { offsetsOf } from "./time_zone.ts";
import { wallTime } from "./wall_time.ts";

/** Which instant a local time means that the zone's clocks show twice, or never; the words are Temporal's. */
export interface InstantOptions {
  /**
   * `reject`: neither, an error; `earlier`, `later`: that one; `compatible`: the earlier of two, and the later where there is
   * none. Default: `reject`.
   */
  readonly disambiguation?: "reject" | "earlier" | "later" | "compatible";
}

const CHOICES = ["reject", "earlier", "later", "compatible"];
const DAY = 86_400_000;

/**
 * Tells the instant that a local time means, such as a cell of the column `Date(America/New_York)`.
 *
 * Tables keep times as text, since an hour of each autumn happens twice and one of each spring never; this function does not
 * guess either unless it is told how. Without `Temporal` (Node 22) a call takes a tenth of a millisecond.
 *
 * @param text The local time, such as `2024-11-03T01:30:00.000`; without a time it is midnight. What is below a millisecond is cut.
 * @param timeZone The zone's name, such as {@link Table.timeZone} or `Europe/London`.
 * @param options What to do if the time is there twice or never.
 * @returns Milliseconds since 1970.
 * @throws {DataError} `ambiguous_time` if the zone's clocks show that time twice, `no_such_time` if they leave it out.
 * @throws {TypeError} If the text is not a local time, or there is no zone of that name.
 *
 * @example
 * ```ts
 * import { instantOf } from "@xsignals/data/ncsv";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const twice = "2024-11-03T01:30:00";
 *
 * assertThrows(() => instantOf(twice, "America/New_York"), Error, "twice");
 * assertEquals(instantOf(twice, "America/New_York", { disambiguation: "earlier" }), 1730611800000);
 * ```
 */
export function instantOf(text: string, timeZone: string, options: InstantOptions = {}): number {
  const { disambiguation = "reject", ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new TypeError(`instantOf has no option ${unknown}`);
  if (!CHOICES.includes(disambiguation)) throw new TypeError(`disambiguation must be one of ${CHOICES.join(", ")}`);
  const wall = wallTime(text);
  if (wall === undefined) {
    throw new TypeError(
      `Cannot tell the instant: the time must be a local one such as "2024-03-01T18:00:00", without a zone or an offset`,
    );
  }
  const offsetAt = offsetsOf(timeZone);
  const guesses = [wall - offsetAt(wall - DAY), wall - offsetAt(wall + DAY)];
  const instants = [...new Set(guesses.filter((instant) => instant + offsetAt(instant) === wall))];
  if (instants.length === 1) return instants[0]!;
  const isTwice = instants.length === 2;
  if (disambiguation === "reject") {
    throw new DataError(
      isTwice ? "ambiguous_time" : "no_such_time",
      `Cannot tell the instant: the clocks of ${timeZone} show ${text} ${isTwice ? "twice" : "never"}; ` +
        `choose by disambiguation: "earlier" or "later"`,
    );
  }
  const isEarlier = disambiguation === "earlier" || (disambiguation === "compatible" && isTwice);
  return isEarlier ? Math.min(...guesses) : Math.max(...guesses);
}
