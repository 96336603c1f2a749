import { assertEquals, assertThrows } from "@std/assert";
import { readWall, timeFormat, wallClock } from "./wall_clock.ts";

/** The quarters of an hour of some days of 2024: of those on which a zone changes its offset, and their neighbours. */
const QUARTERS = ["03-09", "03-30", "04-06", "10-05", "10-26", "11-02"].flatMap((day) =>
  Array.from({ length: 3 * 24 * 4 }, (_, quarter) => Date.parse(`2024-${day}T00:00:01.234Z`) + quarter * 900_000)
);

Deno.test("wallClock() shows what the platform shows, around every change of an offset too", () => {
  for (const timeZone of ["UTC", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu"]) {
    const platform = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
    assertEquals(
      QUARTERS.map(wallClock(timeZone)),
      QUARTERS.map((instant) => `${platform.format(instant).replace(" ", "T")}.234`),
      timeZone,
    );
  }
  assertEquals(wallClock("America/New_York")(-1), "1969-12-31T18:59:59.999");
  assertThrows(() => wallClock("Mars/Base"), RangeError);
});

Deno.test("timeFormat() knows Java's letters for dates and times, and no other", () => {
  const write = (pattern: string) => timeFormat(pattern)?.("2024-03-04T16:05:09.007");
  assertEquals(write("yyyy-MM-dd'T'HH:mm:ss.SSS"), "2024-03-04T16:05:09.007");
  assertEquals(write("dd/MM/yyyy HH''mm 'o''clock'"), "04/03/2024 16'05 o'clock");
  assertEquals(write(""), "");
  for (const pattern of ["yy", "YYYY", "hh", "yyyy'", "T", "MMM"]) assertEquals(write(pattern), undefined, pattern);
});

Deno.test("readWall() takes a date or a time without a zone, a date alone for all of the day", () => {
  assertEquals([readWall("2024-02-29", false), readWall("2024-02-29", true)], [
    "2024-02-29T00:00:00.000",
    "2024-02-29T23:59:59.999",
  ]);
  assertEquals([readWall("2024-02-29T10:15", true), readWall("2024-02-29T10:15:01.5", true)], [
    "2024-02-29T10:15:00.000",
    "2024-02-29T10:15:01.500",
  ]);
  for (const text of ["", "2023-02-29", "2024-02-29T24:00:00", "2024-02-29T10", "2024-02-29T10:15Z", "20240229"]) {
    assertEquals([readWall(text, false), readWall(text, true)], [undefined, undefined], text);
  }
});
