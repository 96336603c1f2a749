import { assert, assertEquals, assertRejects } from "@std/assert";
import { bearer, createSession, login, SessionError, type Strategy } from "@xsignals/session";
import ky, { HTTPError, type KyInstance, NetworkError, TimeoutError } from "ky";
import type { Check } from "../judge.ts";
import type { OpenKy } from "./open_ky.ts";

/** ky's retries, timeouts and aborts, and the session's own errors. */
export async function kyFailures(check: Check, { api, emulator, another }: OpenKy): Promise<void> {
  const groups = () => api.get("file/group");
  for (const [status, headers] of [[503, {}], [429, { "retry-after": "60" }], [500, {}]] as const) {
    await check(`two answers of ${status} are tried again, and the third is good`, async () => {
      emulator.faults.add({ operation: "listFileGroups", status, headers, times: 2 });
      const before = emulator.log.length;
      assertEquals((await groups()).status, 200);
      assertEquals(emulator.log.length, before + 3);
    });
  }
  await check("ky gives up after its limit, with the API's answer", async () => {
    const undo = emulator.faults.add({ operation: "listFileGroups", status: 503, times: Infinity });
    const before = emulator.log.length;
    const error = await assertRejects(groups, HTTPError);
    undo();
    assertEquals([error.response.status, emulator.log.length], [503, before + 3]);
  });
  await check("a POST is not tried again", async () => {
    emulator.faults.add({ operation: "listFileGroups", status: 503 });
    const before = emulator.log.length;
    await assertRejects(() => api.post("echo", { json: {} }), HTTPError);
    assertEquals(emulator.log.length, before + 1);
  });
  await check("a server that is not there is tried again, and then told as ky tells it", async () => {
    const lost = connect(bearer("token"));
    await assertRejects(() => lost.api.get("file/group"), NetworkError);
    assertEquals(lost.retries(), 2);
  });
  await check("a login that finds no server is told by the session, and ky leaves it at that", async () => {
    const lost = connect(login({ username: "login", password: "password" }));
    const error = await assertRejects(() => lost.api.get("file/group"), SessionError);
    assertEquals([error.code, error.sent, lost.retries()], ["unreachable", false, 0]);
  });
  await check("an answer that does not come is timed out, and the session goes on", async () => {
    await assertRejects(() => api.get("slow", { timeout: 50, retry: 0 }), TimeoutError);
    assertEquals((await groups()).status, 200);
  });
  await check("a call is aborted with the caller's reason, also while it waits for a login", async () => {
    const reason = new Error("enough");
    for (const { get } of [api, another().api]) {
      const abort = new AbortController();
      const call = get("slow", { signal: abort.signal }).then(() => undefined, (error) => error);
      setTimeout(() => abort.abort(reason), 20);
      const error = await call;
      assert(error === reason || error.cause === reason, String(error));
    }
    assertEquals((await groups()).status, 200);
  });
  await check("a header of the caller's own credential is refused, and nothing is sent", async () => {
    const before = emulator.log.length;
    const headers = { authorization: "Bearer mine" };
    await assertRejects(() => api.get("file/group", { headers }), TypeError, "Authorization");
    assertEquals(emulator.log.length, before);
  });
  await check("another origin is refused, and nothing is sent", async () => {
    const error = await assertRejects(() => api.get("https://example.com/"), SessionError);
    assertEquals(error.code, "origin_refused");
  });
  await check("after a logout the session says that a login is needed, once, whatever is to be retried", async () => {
    const ended = another();
    await ended.api.get("file/group");
    await ended.session.logout();
    const before = emulator.log.length;
    const error = await assertRejects(() => ended.api.get("file/group"), SessionError);
    assertEquals([error.code, emulator.log.length], ["login_required", before]);
  });
}

/** ky over a session with a server that is not there. */
function connect(strategy: Strategy): { readonly api: KyInstance; retries(): number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const session = createSession({ baseUrl: `http://127.0.0.1:${listener.addr.port}`, strategy });
  listener.close();
  let retries = 0;
  const api = ky.create({
    baseUrl: session.baseUrl,
    fetch: session.fetch,
    retry: { limit: 2, delay: () => 1 },
    hooks: { beforeRetry: [() => void retries++] },
  });
  return { api, retries: () => retries };
}
