/**
 * Whose address a request came from, for counting: never logged.
 *
 * @module
 */

/**
 * The address that failures are counted by.
 *
 * @param socket The address at the other end of the connection, if it is known.
 * @param forwarded The request's `X-Forwarded-For`.
 * @param proxies How many proxies are in front: each adds the address that it saw at the right. With 0 the header is
 *   whatever the caller made of it, and not looked at.
 * @returns An IPv4 address, the first 64 bits of an IPv6 one, which are one customer's, or a word where nothing is known.
 */
export function callerAddress(socket: string | undefined, forwarded: string | null, proxies: number): string {
  const hops = forwarded?.split(",").map((hop) => hop.trim()) ?? [];
  const address = proxies > 0 ? hops.at(-proxies) ?? hops[0] : socket;
  return (address !== undefined && network(address)) || "unknown";
}

function network(address: string): string | undefined {
  const text = address.replace(/^\[(.*)\](:\d+)?$/, "$1").replace(/%.*$/, "");
  const v4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?$/.exec(text)?.[1];
  if (v4) return v4;
  try {
    const host = new URL(`http://[${text}]`).hostname.slice(1, -1);
    const [head = "", tail] = host.split("::");
    const left = head === "" ? [] : head.split(":");
    const right = tail === undefined || tail === "" ? [] : tail.split(":");
    const groups = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill("0"), ...right];
    if (/^(?:0:){5}ffff:/.test(groups.join(":"))) return mapped(groups.slice(6));
    return `${groups.slice(0, 4).join(":")}::/64`;
  } catch {
    return undefined;
  }
}

/** The IPv4 address that the last two groups of an IPv6 one are. */
function mapped(groups: readonly string[]): string {
  return groups.map((group) => parseInt(group, 16)).flatMap((group) => [group >> 8, group & 255]).join(".");
}
