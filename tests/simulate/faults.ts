import type { Fault } from "@xsignals/emulator";

export type FaultName = keyof typeof FAULTS;

const HTML = { "content-type": "text/html" };
const JSON_TYPE = { "content-type": "application/json" };

const inDate = (at: number) => new Date(at).toUTCString();
const inSeconds = (ms: number) => String(Math.round(ms / 1000));

/** How a server says that it wants to be asked again, so many ms from now by its clock. */
export const HINTS = {
  "seconds": (ms) => ({ "retry-after": inSeconds(ms) }),
  "date": (ms, now) => ({ "retry-after": inDate(now + ms) }),
  "date and clock": (ms, now) => ({ "retry-after": inDate(now + ms), date: inDate(now) }),
  "date from a cache": (ms, now) => ({ "retry-after": inDate(now + ms), date: inDate(now - 5_000_000), age: "5000" }),
  "reset": (ms, now) => ({ "x-ratelimit-reset": inSeconds(now + ms) }),
  "rubbish": (ms) => ({ "retry-after": `in ${ms} ms`, "x-ratelimit-reset": "soon", date: "now", age: "old" }),
} as const satisfies Record<string, (ms: number, now: number) => Record<string, string>>;

/**
 * The faults by name, given how long something slow takes, in ms, and the server's hint. `after` means that the server did
 * what it was asked. To add a fault, add a line: the histories then have it.
 */
export const FAULTS = {
  "lost before": () => ({ drop: true }),
  "lost after": () =>
    after(() => {
      throw new TypeError("fetch failed", { cause: new Error("connection closed before message completed") });
    }),
  "not sent": () => ({ refuse: true }),
  "401": () => ({ status: 401, headers: { "www-authenticate": "Bearer" } }),
  "401 with a hint": (_, hint) => ({ respond: () => new Response(null, { status: 401, headers: hint() }) }),
  "403 html": () => ({ status: 403, headers: HTML, body: "<html>Blocked</html>" }),
  "404": () => ({ status: 404 }),
  "redirect": () => ({ status: 302, headers: { location: "https://elsewhere.example/" } }),
  "403": () => ({ status: 403, headers: JSON_TYPE, body: '{"message":"Forbidden"}' }),
  "429": () => ({ status: 429 }),
  "429 with a hint": (_, hint) => ({ respond: () => new Response(null, { status: 429, headers: hint() }) }),
  "500 before": () => ({ status: 500, headers: HTML, body: "<html>Error</html>" }),
  "500 after": () => after(() => new Response("Error", { status: 500 })),
  "503": () => ({ status: 503 }),
  "503 with a hint": (_, hint) => ({ respond: () => new Response(null, { status: 503, headers: hint() }) }),
  "slow": (delay) => ({ delay, stage: "after" }),
  "never": () => ({ delay: Infinity }),
  "slow body": (bodyDelay) => ({ bodyDelay, stage: "after" }),
  "empty before": () => ({ status: 200 }),
  "empty after": () => after(() => new Response(null)),
  "html before": () => ({ status: 200, headers: HTML, body: "<html>Welcome</html>" }),
  "html after": () => after(() => new Response("<html>Welcome</html>", { headers: HTML })),
  "no token before": () => ({ status: 200, headers: JSON_TYPE, body: '{"token":42}' }),
  "no token after": () => after(() => Response.json({ token: "", refreshToken: [] })),
} as const satisfies Record<string, (ms: number, hint: () => Record<string, string>) => Fault>;

/** A fault that strikes after the server did what it was asked. A refusal does not become a success. */
function after(respond: () => Response): Fault {
  return { stage: "after", respond: (_request, answer) => answer?.ok ? respond() : answer ?? new Response(null) };
}
