import { assertEquals, assertThrows } from "@std/assert";
import { DataError, instantOf, type InstantOptions } from "@xsignals/data/ncsv";
import fc from "fast-check";
import { offsetsOf } from "./time_zone.ts";

type Choice = InstantOptions["disambiguation"];

/** What `instantOf` says: the instant, or the code of its error. */
function tell(text: string, timeZone: string, disambiguation?: Choice): string {
  try {
    return new Date(instantOf(text, timeZone, { disambiguation })).toISOString();
  } catch (error) {
    if (error instanceof DataError) return error.code;
    throw error;
  }
}

/** Runs it with the runtime's `Temporal`, and without. */
function inBothWays(run: () => void): void {
  run();
  const temporal = Object.getOwnPropertyDescriptor(globalThis, "Temporal");
  Reflect.deleteProperty(globalThis, "Temporal");
  try {
    run();
  } finally {
    if (temporal) Object.defineProperty(globalThis, "Temporal", temporal);
  }
}

Deno.test("instantOf() refuses a time that the clocks show twice or never, unless it is told which", () => {
  const cases = [
    // in zone, at a time: what is known, the earlier instant, the later one, and Temporal's own choice
    ["America/New_York", "2024-11-03T01:30:00", "ambiguous_time", "05:30", "06:30", "05:30"],
    ["America/New_York", "2024-03-10T02:30:00", "no_such_time", "06:30", "07:30", "07:30"],
    ["Europe/London", "2024-10-27T01:59:59", "ambiguous_time", "00:59", "01:59", "00:59"],
    ["Europe/London", "2024-03-31T01:00:00", "no_such_time", "00:00", "01:00", "01:00"],
    ["Australia/Lord_Howe", "2024-04-07T01:45:00", "ambiguous_time", "14:45", "15:15", "14:45"], // half an hour
  ] as const;
  inBothWays(() => {
    for (const [zone, text, code, ...hours] of cases) {
      assertEquals(tell(text, zone), code, text);
      assertEquals(tell(text, zone, "reject"), code, text);
      for (const [index, choice] of (["earlier", "later", "compatible"] as const).entries()) {
        assertEquals(tell(text, zone, choice).slice(11, 16), hours[index], `${text} ${choice}`);
      }
    }
  });
});

Deno.test("instantOf() gives the one instant of other times", () => {
  inBothWays(() => {
    for (const choice of [undefined, "reject", "earlier", "later", "compatible"] as const) {
      assertEquals(tell("2024-11-03T00:59:59.999", "America/New_York", choice), "2024-11-03T04:59:59.999Z");
      assertEquals(tell("2024-11-03T02:00:00.000", "America/New_York", choice), "2024-11-03T07:00:00.000Z");
      assertEquals(tell("2024-03-10T03:00", "America/New_York", choice), "2024-03-10T07:00:00.000Z");
      assertEquals(tell("2024-02-29", "UTC", choice), "2024-02-29T00:00:00.000Z");
      assertEquals(tell("2024-02-29 12:00:00.123999", "Asia/Kolkata", choice), "2024-02-29T06:30:00.123Z");
      assertEquals(tell("0099-12-31T00:00:00", "UTC", choice), "0099-12-31T00:00:00.000Z");
    }
    assertEquals(tell("2011-12-30T12:00:00", "Pacific/Apia"), "no_such_time"); // Samoa left the day out
    assertEquals(instantOf("2024-11-03T01:30:00", "America/New_York", { disambiguation: "earlier" }), 1730611800000);
  });
});

Deno.test("instantOf() refuses what is not a local time, not a zone, and not an option", () => {
  const texts = ["", "yesterday", "2024-13-01", "2024-02-30", "2023-02-29T00:00:00", "2024-01-01T24:00:00", "2024-1-1"];
  const zoned = [
    "2024-01-01T00:00:00Z",
    "2024-01-01T00:00:00+01:00",
    "2024-01-01T00:00:00[UTC]",
    "2024-01-01T00:00:60",
  ];
  for (const text of [...texts, ...zoned]) assertThrows(() => instantOf(text, "UTC"), TypeError, "a local one", text);
  inBothWays(() => {
    for (const zone of ["EST5", "Mars/Base", "", "+01:00", "Z", "2024-01-01T00:00[UTC]", "America/New York"]) {
      assertThrows(() => instantOf("2024-01-01T00:00:00", zone), TypeError, "timeZone", zone);
    }
  });
  const options = [{ disambiguation: "first" }, { disambiguate: "earlier" }] as unknown as InstantOptions[];
  for (const option of options) {
    assertThrows(() => instantOf("2024-01-01T00:00:00", "UTC", option), TypeError, "disambiguat");
  }
});

Deno.test("instantOf() gives back an instant from what the zone's clocks showed then", () => {
  const zone = fc.constantFrom(
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "UTC",
  );
  const instant = fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(2040, 0) });
  fc.assert(
    fc.property(zone, instant, (timeZone, instant) => {
      const offset = offsetsOf(timeZone, null)(instant);
      assertEquals(offset, offsetsOf(timeZone)(instant));
      const wall = new Date(instant + offset).toISOString().slice(0, -1);
      const known = tell(wall, timeZone) === "ambiguous_time"
        ? (["earlier", "later"] as const).map((disambiguation) => instantOf(wall, timeZone, { disambiguation }))
        : [instantOf(wall, timeZone)];
      assertEquals(known.includes(instant), true);
    }),
  );
});
