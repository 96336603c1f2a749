import { createEmulator, type Emulator, type EmulatorOptions, type HostKind } from "@xsignals/emulator";
import type { FetchLike } from "@xsignals/session";

/** An emulator, and every token that it gave out. */
export interface Overheard {
  readonly emulator: Emulator;
  /** The emulator's `fetch`. */
  readonly fetch: FetchLike;
  /** The tokens so far, of every kind. */
  readonly tokens: ReadonlySet<string>;
  /** Listens as one of the servers, on a free loopback port. */
  serve(host: HostKind): AsyncDisposable & { readonly origin: string };
}

/** Makes an emulator whose answers are listened to. */
export function overheard(options: EmulatorOptions): Overheard {
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
    tokens,
    fetch: (input, init) => listenTo(emulator.fetch(input, init)),
    serve(host) {
      const loopback = { hostname: "127.0.0.1", port: 0, onListen() {} };
      const server = Deno.serve(loopback, (request) => listenTo(emulator.handle(host, request)));
      return { origin: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
    },
  };
}
