/**
 * Uses a session in every way that could leave something running, never disposes of it, prints the time and is done.
 *
 *   deno run --allow-net=127.0.0.1 by_session.ts <origin of the emulator>
 */
import { createSession, login } from "@xsignals/session";

const [baseUrl = ""] = Deno.args;

async function call(password: string, ...options: RequestInit[]): Promise<string[]> {
  const session = createSession({ strategy: login({ username: "login", password }), baseUrl });
  return await Promise.all(
    options.map(async (init) => {
      try {
        const response = await session.fetch("/file/group?size=1", init);
        await response.body?.cancel();
        return String(response.status);
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    }),
  );
}

// A login that many wait for, some of them with a signal that fires in a minute, one of whom goes away.
const leaver = new AbortController();
const waiting = call("password", {}, { signal: AbortSignal.timeout(60_000) }, { signal: leaver.signal });
leaver.abort(new Error("enough"));
console.log(...await waiting);
// A login that is refused, and one that has to wait for a server that asks to (the emulator is told so).
console.log(...await call("wrong", { signal: AbortSignal.timeout(60_000) }));
console.log(...await call("password", { signal: AbortSignal.timeout(60_000) }));
console.log(Date.now());
