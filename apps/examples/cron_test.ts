import { assertEquals, assertMatch } from "@std/assert";
import { serveEmulator } from "@xsignals/emulator/serve";
import { commandOf, makePlace } from "./testing/example.ts";

/** Lines of a stream, one by one; `undefined` at its end. */
function linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): () => Promise<string | undefined> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return async () => {
    for (;;) {
      const at = text.indexOf("\n");
      if (at >= 0) {
        const line = text.slice(0, at);
        text = text.slice(at + 1);
        return line;
      }
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += value;
    }
  };
}

Deno.test("cron.ts works on every file that arrives between two runs, once, by one login (found 187)", async () => {
  let notify = () => {};
  await using place = await makePlace();
  const { emulator, api, stop } = await serveEmulator({ onAnswer: () => notify() });
  const command = await commandOf("cron.ts", { "api.xsignals.xpansiv.com": new URL(api).host });
  const variables = {
    XSIGNALS_BASE_URL: api,
    XSIGNALS_USERNAME: "login",
    XSIGNALS_PASSWORD: "password",
    DENO_CRON_TEST_SCHEDULE_OFFSET: "30", // Deno's own: whatever its schedule says, a job runs after so many ms
  };
  /** Waits until the job has searched so many times more; an end before that is seen in what it printed. */
  async function searches(child: Deno.ChildProcess, more: number): Promise<void> {
    const until = emulator.count("searchFiles") + more;
    let isRunning = true;
    child.status.then(() => {
      isRunning = false;
      notify();
    });
    while (isRunning && emulator.count("searchFiles") < until) {
      await new Promise<void>((resolve) => notify = resolve);
    }
  }
  function arrive(fid: string, minute: number): void {
    const arrivalTime = `2024-03-06T20:0${minute}:00`;
    emulator.addFile({ groupName: "Market Notes", fid, fileName: `${fid}.txt`, arrivalTime, content: "" });
  }
  const lineOf = (fid: string, minute: number) => `Market Notes: ${fid}.txt of 2024-03-06T20:0${minute}:00 (${fid})`;

  emulator.faults.add({ operation: "searchFiles", status: 500 });
  const first = place.start(command, variables);
  const line = linesOf(first.stdout);
  assertEquals(await line(), "Market Notes: note.txt of 2024-03-05T20:00:00 (8a7c2f0e-5d0b-4d9c-9c1e-3f6b1f0a2d14)");
  await searches(first, 2); // runs do not overlap: what was seen is stored by then
  arrive("a", 1);
  arrive("b", 2);
  assertEquals([await line(), await line()], [lineOf("a", 1), lineOf("b", 2)]);
  await searches(first, 2);
  first.kill("SIGTERM");
  assertEquals(await line(), undefined);
  await first.stdin.close();
  assertMatch(
    await new Response(first.stderr).text(),
    /^Exception in cron handler look for new files DataError: .* 500/,
  );

  arrive("c", 2); // at the time of the last one, which was seen
  arrive("d", 1); // listed late
  const second = place.start(command, variables);
  await searches(second, 3);
  second.kill("SIGTERM");
  await second.stdin.close();
  const { stdout, stderr } = await second.output();
  assertEquals(new TextDecoder().decode(stdout), `${lineOf("d", 1)}\n${lineOf("c", 2)}\n`);
  assertEquals([stderr.length, emulator.count("authLogin")], [0, 1]);
  await stop();
});
