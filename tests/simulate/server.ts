import { authLogin, authRefresh, connect, searchFiles } from "@xsignals/client";
import { connect as connectAuth0, oauthToken } from "@xsignals/client/auth0";
import { createEmulator, type Fault, type OperationId } from "@xsignals/emulator";
import type { InitialTokens } from "@xsignals/session";
import { type Facts, type RefreshFacts, tokensIn } from "./facts.ts";
import { type FaultName, FAULTS, HINTS } from "./faults.ts";
import type { Scenario, Step } from "./scenario.ts";
import { type Stage, Violation } from "./stage.ts";

/** The account of all sessions, and its first password. */
export const USER = "someone";
export const PASSWORD = "a password of someone";
export const CLIENT = { id: "the-client", secret: "a secret of the client" } as const;
/** The header by which the server's side of an exchange is found again. */
export const EXCHANGE_ID = "x-request-id";

const OPERATIONS = {
  login: ["authLogin", "oauthToken"],
  refresh: ["authRefresh", "oauthToken"],
  logout: ["authLogout", "oauthRevoke"],
  changePassword: ["authChangePassword"],
  api: ["listFileGroups"],
} as const satisfies Record<string, readonly OperationId[]>;

export type Server = ReturnType<typeof createServer>;

/** Makes the server: the emulator, with one account and one client. What it does is written into the facts. */
export function createServer(
  { strategy, assumptions, accessLifetime, refreshLifetime }: Scenario,
  { clock }: Stage,
  facts: Facts,
) {
  const isAuth0 = strategy.startsWith("auth0");
  const emulator = createEmulator({
    users: { [USER]: PASSWORD },
    clients: { [CLIENT.id]: CLIENT.secret },
    now: clock.now,
    sleep: clock.sleep,
    accessTokenLifetime: accessLifetime,
    auth0AccessTokenLifetime: accessLifetime,
    refreshTokenLifetime: refreshLifetime,
    auth0Algorithm: "HS256",
    groups: [{ name: "Group" }],
    assumptions,
  });

  /** Takes note of what the server did, whatever the session hears of it. */
  async function observe(request: Request, answer: Response): Promise<void> {
    const exchange = facts.exchanges[Number(request.headers.get(EXCHANGE_ID) ?? NaN)]; // a person's has none
    if (!exchange || exchange.operation === "api") return;
    exchange.handled = answer.status;
    const text = answer.status === 200 ? await answer.clone().text() : "";
    const issued = text.startsWith("{") ? facts.issue(JSON.parse(text), exchange) : undefined;
    if (!issued) return;
    exchange.issued = issued;
    const { refresh } = exchange;
    if (refresh && issued.refresh && issued.refresh !== refresh) refresh.spent = true;
  }

  function observed(fault: Fault): Fault {
    if (fault.stage !== "after") return fault;
    return {
      ...fault,
      respond: async (request, answer = new Response(null)) => {
        await observe(request, answer);
        return await fault.respond?.(request, answer) ?? answer;
      },
    };
  }

  /** Of several faults the first one strikes, so that the one that only looks has to be the last one. */
  let stopLooking = () => {};
  function lookLast(): void {
    stopLooking();
    stopLooking = emulator.faults.add(observed({ times: Infinity, stage: "after" }));
  }
  lookLast();

  /** For the requests of a person, which no session sends, and no fault strikes. */
  const [api, auth0] = [connect(emulator), connectAuth0(emulator)];
  const client = { client_id: CLIENT.id, client_secret: CLIENT.secret };
  const basic = (password: string) => ({
    auth: ({ scheme }: { scheme?: string }) => scheme === "basic" ? `${USER}:${password}` : undefined,
  });

  return {
    emulator,
    strike({ fault, target, times, skip, ms, hint, wish }: Extract<Step, { do: "fault" }>): void {
      const hints = () => HINTS[hint](wish, clock.now() + (assumptions.clockSkew ?? 0));
      for (const operation of OPERATIONS[target]) {
        emulator.faults.add({ operation, times, skip, ...observed(FAULTS[plausible(fault, target)](ms, hints)) });
      }
      lookLast();
    },
    heal(): void {
      emulator.faults.clear();
      lookLast();
    },
    /** What a person gets who logs in, to give it to a session. */
    async logIn(): Promise<InitialTokens> {
      const grant = {
        grant_type: "http://auth0.com/oauth/grant-type/password-realm",
        realm: "Username-Password-Authentication",
        audience: "https://xpansiv/platform",
        scope: "offline_access",
      } as const;
      const body = { ...grant, ...client, username: USER, password: PASSWORD };
      const { data } = isAuth0
        ? await oauthToken({ client: auth0, body })
        : await authLogin({ client: api, ...basic(PASSWORD) });
      const [accessToken, refreshToken] = tokensIn(data);
      facts.issue(data);
      return { accessToken: accessToken ?? "", ...(refreshToken ? { refreshToken } : {}) };
    },
    /** Whether the server would exchange a refresh token. This exchanges it: only for the end of a run. */
    async isAlive(token: RefreshFacts): Promise<boolean> {
      const refresh = { grant_type: "refresh_token", refresh_token: token.value } as const;
      const { data } = isAuth0
        ? await oauthToken({ client: auth0, body: { ...refresh, ...client } })
        : await authRefresh({ client: api, body: { refreshToken: token.value } });
      if (data) token.spent = true;
      return data !== undefined;
    },
    /** Which of the passwords the server takes: the truth, whatever anybody believes. */
    async passwordInForce(passwords: readonly string[]): Promise<string> {
      for (const password of [...passwords].reverse()) {
        if ((await searchFiles({ client: api, query: { size: 1 }, ...basic(password) })).data) return password;
      }
      throw new Violation("one password is in force", "none of those that were ever sent");
    },
  };
}

/** The fault, unless it is one that nobody could see through or that these callers would wait for without end. */
function plausible(fault: FaultName, target: keyof typeof OPERATIONS): FaultName {
  if (target === "api" && fault === "never") return "slow";
  const hasNoBody = target === "logout" || target === "changePassword"; // a 200 is all that says that it was done
  return hasNoBody && /^(empty|html|no token) before$/.test(fault) ? "lost before" : fault;
}
