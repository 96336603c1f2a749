// Whether the API can be reached: by one call without a login, whose failure tells how far it came.
import { explainFailure, type NetworkFailure, type Session } from "@xsignals/session";
import { bad, badIn, type Finding, good, untried } from "./finding.ts";
import type { World } from "./world.ts";

/** How far a call comes. */
const STAGES = ["permission", "name", "connection", "TLS"] as const;

/** Where a call ended, by the reason of its failure. */
const ENDS: Readonly<Record<string, typeof STAGES[number]>> = {
  not_permitted: "permission",
  name_not_found: "name",
  tls: "TLS",
  not_tls: "TLS",
};

/** What to do about a failure whose reason is known, in place of what the session says. */
const ADVICE: Readonly<Record<string, string>> = {
  name_not_found: "check the network, --base-url and XSIGNALS_BASE_URL",
  refused: "start the server, or check --base-url and XSIGNALS_BASE_URL",
  not_tls: "check https and the port of --base-url or XSIGNALS_BASE_URL",
};

/** So far the clock may be wrong, in ms. */
const CLOCK_SLACK = 120_000;

/** What the call found, and whether the API answered it. */
export interface Reached {
  readonly findings: readonly Finding[];
  readonly isThere: boolean;
}

/** Whether a proxy is named for the address, as far as the command may read the environment. */
export function checkProxy({ env }: World, url: URL): Finding {
  if (url.protocol === "http:") return good("proxy", "none for plain http");
  const except = `${env.get("NO_PROXY") ?? ""},${env.get("no_proxy") ?? ""}`.split(",").map((one) => one.trim());
  const isExcept = except.some((one) =>
    one === "*" || (one && `.${url.hostname}`.endsWith(`.${one.replace(/^\*?\./, "")}`))
  );
  const name = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].find((one) => env.get(one));
  if (name === undefined) return good("proxy", "none is named in the variables that the command may read");
  if (isExcept) return good("proxy", `NO_PROXY excepts ${url.hostname} from that of ${name}`);
  const address = env.get(name)!;
  if (!/^(https?|socks5h?):/.test(address) || !URL.canParse(address)) {
    return bad("proxy", `${name} is not an address`, `set it to one such as http://proxy.example:3128, or unset it`);
  }
  return good("proxy", `${name} names ${new URL(address).host}`);
}

/** Sends the call: a list, with a credential that is not valid. */
export async function checkNetwork(
  session: Session,
  now: () => number,
  signal: AbortSignal,
  within: string,
): Promise<Reached> {
  const url = new URL(session.baseUrl);
  try {
    const response = await session.fetch("/file/group?size=1", { redirect: "manual", signal });
    await response.body?.cancel();
    const address = checkAddress(url, response);
    const findings = [...stagesTo(url), address, checkClock(response, now())];
    return { findings, isThere: address.ok === true };
  } catch (error) {
    const failure: NetworkFailure = signal.aborted
      ? { why: `no answer within ${within}; try later, or with a longer --timeout` }
      : explainFailure(error, url.host);
    const { reason = "" } = failure;
    const stage = ENDS[reason] ?? "connection";
    const finding = badIn(stage, failure.why.replace("listens there", `listens at ${url.host}`));
    const rest = [...STAGES.slice(STAGES.indexOf(stage) + 1), "address", "clock"];
    const missing = rest.map((check) => untried(check, stage));
    return {
      findings: [...stagesTo(url, stage), { ...finding, advice: ADVICE[reason] ?? finding.advice }, ...missing],
      isThere: false,
    };
  }
}

/** The stages that a call has passed that ended at the given one. */
function stagesTo({ host, hostname, protocol }: URL, end?: typeof STAGES[number]): Finding[] {
  const found = {
    permission: `the command may reach ${host}`,
    name: `${hostname} is known`,
    connection: `${host} can be reached`,
    TLS: protocol === "http:" ? "not needed on this machine" : "its certificate is accepted",
  };
  const passed = end === undefined ? STAGES : STAGES.slice(0, STAGES.indexOf(end));
  return passed.map((stage) => good(stage, found[stage]));
}

/** Whether what answers is the API: without a login it has to refuse. */
function checkAddress({ host, href }: URL, { status, headers }: Response): Finding {
  const isJson = /\bjson\b/i.test(headers.get("content-type") ?? "");
  const advice = "check --base-url or XSIGNALS_BASE_URL";
  const to = headers.get("location");
  if (status === 401 || (isJson && (status === 403 || status < 300))) return good("address", "the API answers there");
  if (status >= 300 && status < 400) {
    const target = to !== null && URL.canParse(to, href) ? new URL(to, href).host : "another address";
    return bad("address", `${host} redirects to ${target} (status ${status})`, advice);
  }
  if (status === 403) {
    return bad("address", "something before the API refuses this machine (status 403)", "ask the network's people");
  }
  if (status === 429 || status >= 500) {
    return bad("address", `the server failed, or is busy (status ${status})`, "try later");
  }
  return bad("address", `something else answers there (status ${status})`, advice);
}

/** Compares the clocks. An answer with an `Age` is one that a cache has kept. */
function checkClock({ headers }: Response, now: number): Finding {
  const at = headers.has("age") ? NaN : Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(at)) return good("clock", "not compared: the server told no time");
  const seconds = Math.round((now - at) / 1000);
  const much = Math.abs(seconds) < 120 ? `${Math.abs(seconds)} s` : `${Math.round(Math.abs(seconds) / 60)} minutes`;
  if (Math.abs(now - at) <= CLOCK_SLACK) return good("clock", `as the server's, within ${much}`);
  return bad(
    "clock",
    `this machine's clock is ${much} ${seconds > 0 ? "fast" : "slow"}, by the server's`,
    "set the clock",
  );
}
