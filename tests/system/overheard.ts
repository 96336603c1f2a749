import { createEmulator, type EmulatorOptions, type HostKind } from "@xsignals/emulator";
import type { FetchLike } from "@xsignals/session";

/** Makes an emulator whose answers are listened to, for the tokens of every kind that it gives out. */
export function overheard(options: EmulatorOptions) {
  const emulator = createEmulator(options);
  const tokens = new Set<string>();

  async function listenTo(answer: Promise<Response>): Promise<Response> {
    const response = await answer;
    const body: unknown = await response.clone().json().catch(() => undefined);
    for (const [name, value] of Object.entries(Object(body))) {
      if (/token$/i.test(name) && typeof value === "string") tokens.add(value);
    }
    return response;
  }

  return {
    emulator,
    /** The tokens so far. */
    tokens: tokens as ReadonlySet<string>,
    fetch: (...given: Parameters<FetchLike>) => listenTo(emulator.fetch(...given)),
    /** Listens as one of the servers, on a free loopback port. */
    serve(host: HostKind) {
      const loopback = { hostname: "127.0.0.1", port: 0, onListen() {} };
      const server = Deno.serve(loopback, (request) => listenTo(emulator.handle(host, request)));
      return { origin: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
    },
  };
}
