import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { LogEntry } from "@xsignals/emulator";
import { createNarrator, describeTraffic, type Step, StepFailed } from "./narrator.ts";

const entry: LogEntry = { time: 0, host: "api", method: "GET", path: "/file/group", credential: "bearer", status: 200 };
const step: Step = {
  title: "a call",
  sent: ["GET /file/group Bearer ••• -> 200"],
  got: "3 groups",
  run: () => Promise.resolve("3 groups"),
};

Deno.test("describeTraffic() counts equal neighbours and shows no secret", () => {
  const login: LogEntry = { ...entry, path: "/auth/login", credential: "basic" };
  assertEquals(describeTraffic([login, entry, entry, { ...entry, credential: "none", status: 401 }]), [
    "GET /auth/login Basic ••• -> 200",
    "2 x GET /file/group Bearer ••• -> 200",
    "GET /file/group -> 401",
  ]);
  const link: LogEntry = { ...entry, host: "files", path: "/bucket/a-name", credential: "none" };
  assertEquals(describeTraffic([link, { ...link, status: undefined }]), ["GET link -> 200", "GET link -> lost"]);
});

Deno.test("createNarrator() prints one line a step, with its note, and the lines below it", async () => {
  const lines: string[] = [];
  const narrate = createNarrator(() => [entry], (line) => lines.push(line));
  await narrate(step);
  await narrate({ ...step, note: () => ", a note", below: () => ["a table"] });
  assertEquals(lines, [
    " 1  a call: 3 groups [GET /file/group Bearer ••• -> 200]",
    " 2  a call: 3 groups, a note [GET /file/group Bearer ••• -> 200]",
    "      a table",
  ]);
});

Deno.test("createNarrator() fails when the traffic, the result, or the step itself differs", async () => {
  for (
    const [received, run] of [
      [[entry, entry], step.run],
      [[], step.run],
      [[entry], () => Promise.resolve("2 groups")],
      [[entry], () => Promise.reject(new Error("broken"))],
    ] as [LogEntry[], Step["run"]][]
  ) {
    const narrate = createNarrator(() => received, () => {});
    const error = await assertRejects(() => narrate({ ...step, run }), StepFailed);
    assertStringIncludes(error.message, "expected: 3 groups [GET /file/group Bearer ••• -> 200]");
  }
});
