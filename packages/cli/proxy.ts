// The proxy that the environment names: it is meant, and not the API, if a connection is refused.
import type { World } from "./world.ts";

/** What the environment says of a proxy for an address. */
export interface Proxy {
  /** The variable that names one; absent if none does. */
  readonly name?: string;
  /** Whether `NO_PROXY` excepts the address. */
  readonly isExcept: boolean;
  /** The proxy's host and port, without its credentials; absent if the variable is not an address. */
  readonly host?: string;
}

/** Looks for the proxy of an https address, as far as the command may read the environment. */
export function proxyOf({ env }: World, { hostname }: URL): Proxy {
  const except = `${env.get("NO_PROXY") ?? ""},${env.get("no_proxy") ?? ""}`.split(",").map((one) => one.trim());
  const isExcept = except.some((one) =>
    one === "*" || (one && `.${hostname}`.endsWith(`.${one.replace(/^\*?\./, "")}`))
  );
  const name = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].find((one) => env.get(one));
  const address = name === undefined ? "" : env.get(name)!;
  const isAddress = /^(https?|socks5h?):/.test(address) && URL.canParse(address);
  return { isExcept, ...(name !== undefined && { name }), ...(isAddress && { host: new URL(address).host }) };
}

/** What is said of a connection that nobody took, and of a name that is not known. */
const NOBODY = /(nothing listens (there|at \S+)|the name is not known); is .*?\?/;

/** The words of a failure, but about the proxy if the address is behind one: the connection is the proxy's then. */
export function blamingProxy(world: World, url: URL, words: string): string {
  const { name, isExcept, host } = proxyOf(world, url);
  if (url.protocol !== "https:" || isExcept || host === undefined) return words;
  return words.replace(NOBODY, `the proxy ${host} cannot be reached; check ${name}`);
}
