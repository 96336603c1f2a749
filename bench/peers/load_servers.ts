import { serveEmulator } from "@xsignals/emulator/serve";
import { askedOf } from "../gateway/app_under_load.ts";
import { USERS } from "../../tests/gateway/program.ts";
import { runWrk } from "../gateway/wrk.ts";
import type { Settings } from "./settings.ts";
import type { TokenServer } from "./token_servers.ts";

/** What a server did under load. */
export interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Processor time for each request, in ms. */
  readonly cpuMs: number;
  readonly failures: number;
}

/** Puts every server under load in turn, so many rounds: one list for each, a load for each round. */
export async function loadServers(
  servers: readonly TokenServer[],
  { rounds, warmSeconds, loadSeconds }: Settings,
): Promise<Load[][]> {
  const loads = servers.map((): Load[] => []);
  const { api, stop } = await serveEmulator({ users: USERS });
  try {
    for (let round = 0; round < rounds; round++) {
      const order = [...servers.entries()];
      for (const [index, server] of round % 2 === 0 ? order : order.reverse()) {
        loads[index]!.push(await loadServer(server, api, warmSeconds, loadSeconds));
      }
    }
  } finally {
    await stop();
  }
  return loads;
}

async function loadServer(server: TokenServer, api: string, warmSeconds: number, seconds: number): Promise<Load> {
  await using started = await server.start(api);
  const asked = askedOf(started.origin);
  const answer = await fetch(asked.url, { method: "POST", headers: asked.headers, body: asked.body });
  const { access_token: token } = await answer.json();
  if (!answer.ok || typeof token !== "string") throw new Error(`Cannot load ${server.name}: it gives no token`);
  await runWrk(asked, warmSeconds);
  const before = started.cpuMs();
  const { perSecond, p99Ms, answers, failures } = await runWrk(asked, seconds);
  return { perSecond, p99Ms, failures, cpuMs: (started.cpuMs() - before) / answers };
}
