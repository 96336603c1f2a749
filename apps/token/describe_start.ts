import type { Config } from "./config.ts";

/** The line that the program prints when it listens: where, and what it hands out. */
export function describeStart({ hostname, port }: { hostname: string; port: number }, { mode }: Config): string {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const what = mode === "gateway"
    ? "hands out tokens of its own and forwards GET /api/file/*"
    : "hands out the upstream token itself, which can do all that the account can, a change of its password included, " +
      "until it expires";
  return `Listening on http://${host}:${port}: ${what}`;
}
