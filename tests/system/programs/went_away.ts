/**
 * Renewals that fail when nobody listens any more: prints what happens, and ends by itself.
 *
 *   deno run went_away.ts
 */
import { createEmulator } from "@xsignals/emulator";
import { createSession, login, type SessionOptions } from "@xsignals/session";

const HOUR = 3_600_000;

/** A session whose token has so many ms left, and whose renewal is refused when the hour is over. */
async function expiring(name: string, left: number, options: Partial<SessionOptions> = {}) {
  let now = Date.now();
  const clock = { now: () => now, sleep: () => new Promise<void>(() => {}) };
  const emulator = createEmulator({ now: clock.now });
  const { token, refreshToken } = await (await emulator.fetch("https://api.xsignals.xpansiv.com/auth/login", {
    headers: { authorization: `Basic ${btoa("login:password")}` },
  })).json();
  const session = createSession({
    strategy: login({ tokens: { accessToken: token, refreshToken } }),
    fetch: emulator.fetch,
    clock,
    onEvent: (event) => console.log(name, event.type, "code" in event ? event.code : ""),
    ...options,
  });
  await session.token();
  emulator.faults.add({
    operation: "authRefresh",
    respond() {
      now += HOUR;
      return new Response(null, { status: 401 });
    },
  });
  now += HOUR - left;
  return session;
}

// In the soft window: the caller gets the token at once, and nobody waits for the renewal.
const background = await expiring("background", 30_000, { waitUntil: () => {} });
await background.token();

// Expired: the caller waits, and goes away.
const abandoned = await expiring("abandoned", 0);
const leaver = new AbortController();
const waiting = abandoned.token({ signal: leaver.signal });
leaver.abort("enough");
await waiting.catch((error) => console.log("abandoned", error));
