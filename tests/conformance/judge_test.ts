import { assertEquals, assertMatch } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { type Judge, runJudge } from "./judge.ts";
import { judgeAnswers } from "./judge_answers.ts";

const judged = (judge: Judge["judge"], deadline?: number) => runJudge({ name: "one", judge }, deadline);

Deno.test("runJudge() counts checks, goes on after one that fails, and ends what the judge opened", async () => {
  let ended = false;
  const verdict = await judged(async (check, atEnd) => {
    atEnd(() => ended = true);
    await check("first", () => {});
    await check("second", () => {
      throw new Error("Wrong\n", { cause: new TypeError("so\nit is") });
    });
    await check("third", () => Promise.reject(new Error("late")));
    await check("fourth", () => Promise.resolve());
  });

  const lines = ["one: 4 checks, 2 failed", "  second: Wrong\n     (so\n    it is)", "  third: late"];
  assertEquals([verdict, ended], [{ passed: 2, failed: 2, lines }, true]);
});

Deno.test("runJudge() has a judge fail that checks nothing, cannot start, cannot go on, or hangs", async () => {
  const nothing = await judged(() => Promise.resolve());
  const unstarted = await judged(() => Promise.reject(new Error("no such program")));
  const stopped = await judged(async (check) => {
    await check("first", () => {});
    throw new Error("the program ended");
  });
  const hanging = await judged(() => new Promise(() => {}), 1);

  const all = [nothing, unstarted, stopped, hanging];
  assertEquals(all.map(({ passed, failed }) => [passed, failed]), [[0, 1], [0, 1], [1, 1], [0, 1]]);
  const reasons = [/It checked nothing$/, /no such program$/, /the program ended$/, /It took longer than/];
  for (const [index, { lines }] of all.entries()) assertMatch(lines[1] ?? "", reasons[index]!);
});

Deno.test("judgeAnswers() counts the answers of every emulator, and tells of each that is not documented", async () => {
  const judge = judgeAnswers();
  const { fetch } = createEmulator({ groups: [{ name: "a", createTime: 0.5 }] }); // the spec wants a whole number
  const headers = { authorization: `Basic ${btoa("login:password")}` };
  for (const path of ["/auth/login", "/file/group"]) {
    await (await fetch(`https://api.xsignals.xpansiv.com${path}`, { headers })).body?.cancel();
  }

  const { passed, failed, lines } = await runJudge(judge);
  assertEquals([passed, failed, lines[0]], [1, 1, "spec: 2 checks, 1 failed"]);
  assertMatch(lines[1] ?? "", /createTime/);
});
