import { assertEquals } from "@std/assert";
import type { Announcement } from "./announce.ts";
import { API, basic } from "./caller_test.ts";
import { createEmulator } from "./emulator.ts";

const LISTENER = Symbol.for("@xsignals/emulator.answer");

/** Listens during a call, as well as who listens already. */
async function announcedDuring(call: () => Promise<void>): Promise<Announcement[]> {
  const heard: Announcement[] = [];
  const before: unknown = Reflect.get(globalThis, LISTENER);
  Reflect.set(globalThis, LISTENER, (announcement: Announcement) => {
    if (typeof before === "function") before(announcement);
    heard.push(announcement);
  });
  try {
    await call();
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, LISTENER);
    else Reflect.set(globalThis, LISTENER, before);
  }
  return heard;
}

Deno.test("announce() tells of the emulator's own answers, those that a fault loses too, and of no fault's", async () => {
  const emulator = createEmulator();
  const login = () => emulator.fetch(`${API}/auth/login`, { headers: { authorization: basic("login", "password") } });

  const heard = await announcedDuring(async () => {
    await login();
    await emulator.fetch(`${API}/auth/login`, { method: "DELETE" });
    emulator.faults.add({ stage: "after", drop: true });
    await login().catch(() => {});
    emulator.faults.add({ status: 299 });
    await login();
    emulator.faults.add({ delay: 1 });
    await login();
  });
  const told = heard.map(({ host, operation, response }) => [host, operation, response.status]);
  assertEquals(told, [
    ["api", "authLogin", 200],
    ["api", undefined, 405],
    ["api", "authLogin", 200],
    ["api", "authLogin", 200],
  ]);
});
