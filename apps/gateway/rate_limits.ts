// How many tokens a client may get in a minute, and how often an address may fail.
import type { Context } from "hono";
import * as ip from "hono/utils/ipaddr";
import type { Client } from "./clients.ts";
import type { AppEnv } from "./log.ts";
import { retryAfter, tryLater } from "./oauth_error.ts";
import { type Quota, type Quotas, WINDOW } from "./quota.ts";

/**
 * How often may be asked: failures are counted by address, successes by client, so that nobody locks out another one. Who
 * has a right secret is never refused: behind a proxy that the gateway was not told of, all callers have one address.
 */
export type RateLimits = ReturnType<typeof rateLimits>;

/** So many failures in a minute an address may have. */
export const FAILURES = 30;

/** Makes the limits; the rate is of clients without their own. A flood of addresses in `failures` pushes no client out. */
export function rateLimits(
  successes: Quotas,
  failures: Quotas,
  rate: number,
  addressOf: (c: Context<AppEnv>) => string,
) {
  function refuseFailures({ allowed, resetMs }: Quota): void {
    if (!allowed) throw tryLater(429, "Cannot grant a token: too many failures came from this address", resetMs);
  }
  return {
    /** Throws as `countFailure` does, and counts nothing: to check a signature costs more than all else. */
    checkFailures: (c: Context<AppEnv>) => refuseFailures(failures.look(addressOf(c), FAILURES)),
    /** Counts a failure of the caller's address. Throws 429 when it had too many in this minute. */
    async countFailure(c: Context<AppEnv>): Promise<void> {
      refuseFailures(await failures.take(addressOf(c), FAILURES));
    },
    /**
     * Counts a token for the client; returns the headers that tell what is left (draft-ietf-httpapi-ratelimit-headers-10).
     * Throws 429 when it had as many as it may have in a minute.
     */
    async countSuccess({ id, rate: own = rate }: Client): Promise<Record<string, string>> {
      const { allowed, remaining, resetMs } = await successes.take(id, own);
      const headers = {
        "ratelimit-policy": `"client";q=${own};w=${WINDOW / 1000}`,
        "ratelimit": `"client";r=${remaining};t=${retryAfter(resetMs)}`,
      };
      if (allowed) return headers;
      const refused = "Cannot grant a token: the client had all its tokens of this minute";
      throw tryLater(429, refused, resetMs, headers);
    },
  };
}

/**
 * The address that a request's failures are counted by; the log has it only where it tells who took what.
 *
 * @param proxies How many proxies are in front: each adds the address that it saw at the right. With 0 the header is
 *   whatever the caller made of it, and not looked at.
 * @returns An IPv4 address, the first 64 bits of an IPv6 one, which are one customer's, or a word where nothing is known.
 */
export function callerAddress(socket: string | undefined, forwarded: string | null, proxies: number): string {
  const hops = forwarded?.split(",").map((hop) => hop.trim()) ?? [];
  const address = proxies > 0 ? hops.at(-proxies) ?? hops[0] : socket;
  return address === undefined ? "unknown" : network(address);
}

function network(address: string): string {
  const bare = address.replace(/^\[(.*)\](:\d+)?$/, "$1").replace(/%.*$/, "");
  const [, v4] = /^([\d.]+)(?::\d+)?$/.exec(bare) ?? [];
  try {
    if (v4 !== undefined) return ip.convertIPv4BinaryToString(ip.convertIPv4ToBinary(v4));
    const v6 = ip.convertIPv6ToBinary(bare);
    if (ip.isIPv4MappedIPv6(v6)) return ip.convertIPv4BinaryToString(ip.convertIPv4MappedIPv6ToIPv4(v6));
    return `${ip.convertIPv6BinaryToString(v6 >> 64n << 64n)}/64`;
  } catch {
    return "unknown";
  }
}
