import { assertEquals, assertRejects } from "@std/assert";
import { formatHash, hashSecret } from "@xsignals/gateway";
import { startTokenApp } from "./token_app.ts";

const ENV = {
  XSIGNALS_USERNAME: "login",
  XSIGNALS_PASSWORD: "password",
  GATEWAY_CLIENTS: `client:${formatHash(hashSecret("secret"))}`,
};

Deno.test("startTokenApp() starts the program, and ends it when it is disposed of", async () => {
  const app = await startTokenApp(ENV);
  const answer = await fetch(`${app.origin}/healthz`);
  assertEquals([answer.status, await answer.text()], [200, '{"status":"ok"}']);
  await app[Symbol.asyncDispose]();
  await assertRejects(() => fetch(`${app.origin}/healthz`), TypeError);
});

Deno.test("startTokenApp() leaves no process behind, however its own is killed", async () => {
  const module = JSON.stringify(new URL("token_app.ts", import.meta.url).href);
  const code = `import { startTokenApp } from ${module};
    await startTokenApp(${JSON.stringify(ENV)});
    console.log("started");
    await new Promise((resolve) => setTimeout(resolve, 2 ** 31 - 1));`;
  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
    const parent = new Deno.Command(Deno.execPath(), { args: ["eval", code], stdout: "piped", stderr: "piped" })
      .spawn();
    const started = parent.stdout.getReader();
    await started.read();
    parent.kill(signal);
    assertEquals((await parent.status).signal, signal);
    // Both processes hold this end of standard error: it ends with the last of them.
    const ended = parent.stderr.text();
    const patience = Promise.withResolvers<string>();
    const timer = setTimeout(() => patience.resolve("still running"), 10_000);
    assertEquals(await Promise.race([ended, patience.promise]), "", signal);
    clearTimeout(timer);
    assertEquals((await started.read()).done, true);
  }
});

Deno.test("startTokenApp() rejects when the program does not start", async () => {
  await assertRejects(() => startTokenApp({ ...ENV, GATEWAY_CLIENTS: "" }), Error, "it ended before it listened");
});
