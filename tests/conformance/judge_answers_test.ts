import { assertEquals, assertStringIncludes } from "@std/assert";
import { createEmulator } from "@xsignals/emulator";
import { judgeAnswers } from "./judge_answers.ts";
import { runJudge } from "./run_judge.ts";

Deno.test("judgeAnswers() counts the answers of every emulator, and tells of each that is not documented", async () => {
  const judge = judgeAnswers();
  const { fetch } = createEmulator({ groups: [{ name: "a", createTime: 0.5 }] }); // the spec wants a whole number
  const headers = { authorization: `Basic ${btoa("login:password")}` };
  for (const path of ["/auth/login", "/file/group"]) {
    await (await fetch(`https://api.xsignals.xpansiv.com${path}`, { headers })).body?.cancel();
  }

  const { name, passed, failures } = await runJudge(judge);
  assertEquals([name, passed, failures.length], ["spec", 1, 1]);
  assertStringIncludes(failures[0]!.reason, "createTime");
});
