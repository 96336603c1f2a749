import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Check } from "./judge.ts";
import { runJudge } from "./run_judge.ts";

const judged = (judge: (check: Check) => Promise<void>, deadline?: number) =>
  runJudge({ name: "one", judge }, deadline);

Deno.test("runJudge() counts checks, and goes on after one that fails", async () => {
  const verdict = await judged(async (check) => {
    await check("first", () => {});
    await check("second", () => {
      throw new Error("Wrong", { cause: new TypeError("so it is") });
    });
    await check("third", () => Promise.reject(new Error("late")));
    await check("fourth", () => Promise.resolve());
  });

  assertEquals(verdict, {
    name: "one",
    passed: 2,
    failures: [{ what: "second", reason: "Wrong (so it is)" }, { what: "third", reason: "late" }],
  });
});

Deno.test("runJudge() has a judge fail that checks nothing", async () => {
  const { passed, failures } = await judged(() => Promise.resolve());

  assertEquals([passed, failures.length], [0, 1]);
  assertEquals(failures[0]?.reason, "It checked nothing");
});

Deno.test("runJudge() has a judge fail that cannot start, or not go on", async () => {
  const started = await judged(() => Promise.reject(new Error("no such program")));
  const stopped = await judged(async (check) => {
    await check("first", () => {});
    throw new Error("the program ended");
  });

  assertEquals([started.passed, started.failures.map(({ reason }) => reason)], [0, ["no such program"]]);
  assertEquals([stopped.passed, stopped.failures.map(({ reason }) => reason)], [1, ["the program ended"]]);
});

Deno.test("runJudge() does not wait for a judge that hangs", async () => {
  const { failures } = await judged(() => new Promise(() => {}), 1);

  assertStringIncludes(failures[0]?.reason ?? "", "It took longer than");
});
