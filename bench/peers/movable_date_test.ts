import { assert, assertEquals } from "@std/assert";
import { installMovableDate } from "./movable_date.ts";

Deno.test("installMovableDate() moves now, and new dates without an argument, but no others", () => {
  const platform = Date;
  try {
    const { advance } = installMovableDate();
    advance(3_600_000);
    const ahead = Date.now() - platform.now();
    assert(ahead >= 3_599_000 && ahead <= 3_601_000);
    assert(Math.abs(new Date().getTime() - Date.now()) < 1_000);
    assertEquals(new Date(5).getTime(), 5);
    assert(new Date() instanceof Date);
    assertEquals(Date.parse("1970-01-01T00:00:01Z"), 1_000);
  } finally {
    globalThis.Date = platform;
  }
});
