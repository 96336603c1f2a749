import type { Fault } from "@xsignals/emulator";

export type FaultName = keyof typeof FAULTS;

const HTML = { "content-type": "text/html" };
const JSON_TYPE = { "content-type": "application/json" };

/**
 * The faults by name, given how long something slow takes, or what a hint says, in ms. `after` means that the server did
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
  "403": () => ({ status: 403, headers: JSON_TYPE, body: '{"message":"Forbidden"}' }),
  "429": () => ({ status: 429 }),
  "429 with a hint": (ms) => ({ status: 429, headers: hint(ms) }),
  "500 before": () => ({ status: 500, headers: HTML, body: "<html>Error</html>" }),
  "500 after": () => after(() => new Response("Error", { status: 500 })),
  "503": () => ({ status: 503 }),
  "503 with a hint": (ms) => ({ status: 503, headers: hint(ms) }),
  "slow": (delay) => ({ delay, stage: "after" }),
  "never": () => ({ delay: Infinity }),
  "slow body": (bodyDelay) => ({ bodyDelay, stage: "after" }),
  "empty before": () => ({ status: 200 }),
  "empty after": () => after(() => new Response(null)),
  "html before": () => ({ status: 200, headers: HTML, body: "<html>Welcome</html>" }),
  "html after": () => after(() => new Response("<html>Welcome</html>", { headers: HTML })),
  "no token before": () => ({ status: 200, headers: JSON_TYPE, body: '{"token":42}' }),
  "no token after": () => after(() => Response.json({ token: "", refreshToken: [] })),
} as const satisfies Record<string, (ms: number) => Fault>;

function hint(ms: number): Record<string, string> {
  return { "retry-after": String(Math.round(ms / 1000)) };
}

/** A fault that strikes after the server did what it was asked. A refusal does not become a success. */
function after(respond: () => Response): Fault {
  return { stage: "after", respond: (_request, answer) => answer?.ok ? respond() : answer ?? new Response(null) };
}
