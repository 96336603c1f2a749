import { createEmulator, type HostKind, type LogEntry } from "@xsignals/emulator";

/** Both upstream servers and the file host, listening on loopback, with a clock that can be moved. */
export interface Upstream extends AsyncDisposable {
  /** Where each listens. */
  readonly origins: Readonly<Record<HostKind, string>>;
  /** The servers' clock, and the sessions': milliseconds since 1970. */
  now(): number;
  /** Moves the clock. */
  advance(ms: number): void;
  /** What was received since the last time this was called, oldest first. */
  received(): LogEntry[];
}

const HOSTS = ["api", "auth0", "files"] as const;

/**
 * Starts the emulator on three free loopback ports.
 *
 * @param accounts Users and Auth0 clients.
 */
export function startUpstream(
  accounts: { readonly users: Record<string, string>; readonly clients: Record<string, string> },
): Upstream {
  let moved = 0;
  let seen = 0;
  const now = () => Date.now() + moved;
  const servers = HOSTS.map((host) =>
    Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => emulator.handle(host, request))
  );
  const [api, auth0, files] = servers.map(({ addr }) => `http://${addr.hostname}:${addr.port}`) as [
    string,
    string,
    string,
  ];
  const emulator = createEmulator({ ...accounts, now, origins: { api: [api], auth0: [auth0], files: [files] } });
  return {
    origins: { api, auth0, files },
    now,
    advance(ms) {
      moved += ms;
    },
    received() {
      const entries = emulator.log.slice(seen);
      seen = emulator.log.length;
      return entries;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server.shutdown()));
    },
  };
}
