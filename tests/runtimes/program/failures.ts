import { createSession, login, type SessionError } from "@xsignals/session";

/** Servers that fail, by name, and a credential. */
export interface FailTask {
  readonly do: "fail";
  readonly servers: Readonly<Record<string, string>>;
  readonly user: { readonly username: string; readonly password: string };
  /** An expired pair. */
  readonly tokens: { readonly accessToken: string; readonly refreshToken: string; readonly expiresAt: number };
  /** What to call, with a query. */
  readonly path: string;
  /** Whether the session gets a `fetch`. */
  readonly isOwnFetch?: boolean;
}

/** The outcome of a call: what the API answered, or what the error says, and all that can be printed of it. */
export type Told = readonly [said: string, what?: Readonly<Record<string, unknown>>, printed?: string];

/** Calls each server twice, in new sessions: one logs in by GET, the other one refreshes by POST. */
export async function fail(task: FailTask): Promise<Record<string, [login: Told, refresh: Told]>> {
  const { servers, user, tokens, path, isOwnFetch } = task;
  const own = isOwnFetch ? { fetch: (input: string | URL | Request, init?: RequestInit) => fetch(input, init) } : {};
  const told: Record<string, [Told, Told]> = {};
  for (const [name, baseUrl] of Object.entries(servers)) {
    const limits = name === "silent" ? { tokenDeadlineMs: 300 } : {};
    const call = async (strategy: ReturnType<typeof login>): Promise<Told> => {
      try {
        return [await (await createSession({ strategy, baseUrl, ...limits, ...own }).fetch(path)).text()];
      } catch (error) {
        return explain(error);
      }
    };
    told[name] = [await call(login(user)), await call(login({ tokens }))];
  }
  return told;
}

function explain(error: unknown): Told {
  if (!(error instanceof Error)) return [String(error)];
  const { name, code, host, reason, retryable, sent } = error as SessionError;
  const inspect = Reflect.get(globalThis, "process")?.getBuiltinModule?.("node:util")?.inspect ?? String; // not in workerd
  const printed = [inspect(error), inspect(error, { showHidden: true, depth: 20, getters: true }), String(error)];
  const all = [...printed, error.stack, JSON.stringify(error), JSON.stringify(Object.getOwnPropertyDescriptors(error))];
  return [error.message, { name, code, host, reason, retryable, sent }, all.join("\n")];
}
