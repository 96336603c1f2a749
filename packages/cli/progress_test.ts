import { fakeClock } from "@xsignals/session/testing";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { bytesOfText, bytesText, countText, durationText } from "./figures.ts";
import { createCount } from "./progress.ts";
import { NOTE, openStage, ORDERS } from "./stage_test.ts";

Deno.test("sync shows progress on a terminal, in one line that is gone at the end, and nowhere else", async () => {
  await using stage = await openStage();
  const args = ["sync", ORDERS, "DIR/orders"];
  const { code, stdout, stderr } = await stage.run(args, { terminal: 80 });
  assertEquals([code, stdout], [0, "2 files: 2 fetched, 0 there already (878 B in 0:00)\n"]);
  assertMatch(stderr, /reading the list|fetching/);
  assertEquals([stderr.includes("\n"), stderr.includes("\x1b[?25h")], [false, true]); // the cursor is back
  assertEquals(stderr.endsWith("\x1b[2K"), true);
  for (const more of [["--quiet"], ["--quiet", "--json"]]) {
    assertEquals((await stage.run([...args, ...more], { terminal: 80 })).stderr, "");
  }
  assertEquals((await stage.run(args)).stderr, "");
});

Deno.test("createCount() tells files, bytes, rate, what is left, and that the server asks to wait", async () => {
  const clock = fakeClock(0);
  const count = createCount(clock.now);
  const at = 0;
  assertEquals(count.text(), "reading the list");
  count.take({ type: "fetching", at, files: 2_500, bytes: 2_400_000_000 });
  assertEquals(count.text(), "fetching  0 of 2,500 files  0.0 of 2.4 GB");
  count.take({ type: "fetched", at, fid: "a", path: "a", bytes: 20_000_000 });
  count.take({ type: "receiving", at, fid: "b", received: 10_000_000, expected: 20_000_000 });
  count.take({ type: "not_fetched", at, fid: "c", code: "forbidden" });
  await clock.advance(1_000);
  assertEquals(count.text(), "fetching  2 of 2,500 files  0.0 of 2.4 GB  30.0 MB/s  1:19 left");
  count.take({ type: "waiting", at, ms: 12_000, status: 429 });
  assertStringIncludes(count.text(), "the server asks to wait 0:12");
  count.take({ type: "fetched", at, fid: "b", path: "b", bytes: 20_000_000 });
  await clock.advance(60_000);
  count.text();
  await clock.advance(6_000);
  assertEquals(count.text(), "fetching  3 of 2,500 files  0.0 of 2.4 GB");
});

Deno.test("createCount() counts in the rate what came alone, and in the size what was kept, too", async () => {
  const clock = fakeClock(0);
  const count = createCount(clock.now);
  const at = 0;
  count.take({ type: "fetching", at, files: 3, bytes: 100_000_000 });
  assertEquals(count.text(), "fetching  0 of 3 files  0.0 of 100 MB");
  count.take({ type: "resuming", at, fid: "a", kept: 60_000_000 });
  count.take({ type: "resuming", at, fid: "b", kept: 9_000_000 });
  await clock.advance(1_000);
  assertEquals(count.text(), "fetching  0 of 3 files  69.0 of 100 MB");
  count.take({ type: "receiving", at, fid: "a", received: 61_000_000 });
  count.take({ type: "resuming", at, fid: "a", kept: 61_500_000 }); // a try failed
  count.take({ type: "receiving", at, fid: "a", received: 62_000_000 });
  count.take({ type: "fetched", at, fid: "b", path: "b", bytes: 10_000_000 }); // before a look at it
  count.take({ type: "fetched", at, fid: "c", path: "c", bytes: 1_000_000 });
  await clock.advance(1_000);
  assertEquals(count.text(), "fetching  2 of 3 files  73.0 of 100 MB  2.0 MB/s  0:13 left");
});

Deno.test("createCount() tells of one file by its name", () => {
  const count = createCount(() => 0, "a\x1b.csv");
  count.take({ type: "receiving", at: 0, fid: "f", received: 500, expected: 2_000 });
  assertEquals(count.text(), "fetching  a\\u{1b}.csv  0.5 of 2.0 kB");
});

Deno.test("newest says which host to allow when the links' host is not permitted, by its name alone", async () => {
  await using stage = await openStage({ assumptions: { fileSize: "missing" } });
  const { emulator } = stage;
  const { code, stdout, stderr } = await stage.run(["newest", "Market Notes", "-d", "DIR"], {
    fetch(target, init) {
      if (new URL(String(target instanceof Request ? target.url : target)).port === "8787") {
        return emulator.fetch(target, init);
      }
      return Promise.reject(new Deno.errors.NotCapable("Requires net access"));
    },
  });
  assertEquals([code, stdout], [0, `DIR/note_${NOTE}.txt\n`]);
  assertMatch(stderr, /^The program may not connect to [\w.-]+, .*; allow it with --allow-net=[\w.-]+\n$/);
});

Deno.test("figures are as people read them", () => {
  assertEquals([0, 878, 999, 1_000, 999_499, 1_049_000, 2.4e9, 38e6, 123e6].map(bytesText), [
    "0 B",
    "878 B",
    "999 B",
    "1.0 kB",
    "999 kB",
    "1.0 MB",
    "2.4 GB",
    "38.0 MB",
    "123 MB",
  ]);
  assertEquals([bytesOfText(1.1e9, 2.4e9), bytesOfText(0, 878)], ["1.1 of 2.4 GB", "0 of 878 B"]);
  assertEquals([0, 999, 35_000, 64_000, 3_723_000].map(durationText), ["0:00", "0:00", "0:35", "1:04", "1:02:03"]);
  assertEquals(countText(2_500), "2,500");
});
