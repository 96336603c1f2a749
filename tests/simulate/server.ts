import { createEmulator, type Fault, type OperationId } from "@xsignals/emulator";
import type { InitialTokens } from "@xsignals/session";
import type { Facts, RefreshFacts } from "./facts.ts";
import { type FaultName, FAULTS } from "./faults.ts";
import type { Scenario, Step } from "./scenario.ts";
import { type Stage, Violation } from "./stage.ts";

/** The account of all sessions, and its first password. */
export const USER = "someone";
export const PASSWORD = "a password of someone";
export const CLIENT = { id: "the-client", secret: "a secret of the client" } as const;
/** The header by which the server's side of an exchange is found again. */
export const EXCHANGE_ID = "x-request-id";

const API = "https://api.xsignals.xpansiv.com";

const OPERATIONS = {
  login: ["authLogin", "oauthToken"],
  refresh: ["authRefresh", "oauthToken"],
  logout: ["authLogout", "oauthRevoke"],
  changePassword: ["authChangePassword"],
  api: ["listFileGroups"],
} as const satisfies Record<string, readonly OperationId[]>;

/** The server of a run. */
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

  function observed({ respond, ...fault }: Fault): Fault {
    if (fault.stage !== "after" || !respond) return respond ? { ...fault, respond } : fault;
    return {
      ...fault,
      respond: async (request, answer = new Response(null)) => {
        await observe(request, answer);
        return await respond(request, answer);
      },
    };
  }

  /** Of several faults the first one strikes, so that the one that only looks has to be the last one. */
  let stopLooking = () => {};
  function lookLast(): void {
    stopLooking();
    stopLooking = emulator.faults.add(
      observed({ times: Infinity, stage: "after", respond: (_request, answer = new Response(null)) => answer }),
    );
  }
  lookLast();

  /** A request of a person: no session sent it, and no fault strikes it once they are over. */
  async function ask(address: string, init: RequestInit): Promise<{ status: number; json: Record<string, string> }> {
    const answer = await emulator.fetch(address, init);
    const text = await answer.text();
    return { status: answer.status, json: text.startsWith("{") ? JSON.parse(text) : {} };
  }

  function askAuth0(parameters: Record<string, string>) {
    const body = new URLSearchParams({ ...parameters, client_id: CLIENT.id, client_secret: CLIENT.secret });
    return ask("https://auth.xpansiv.com/oauth/token", { method: "POST", body });
  }

  const basic = (password: string) => ({ headers: { authorization: `Basic ${btoa(`${USER}:${password}`)}` } });

  return {
    emulator,
    /** Lets something go wrong. */
    strike({ fault, target, times, skip, ms }: Extract<Step, { do: "fault" }>): void {
      for (const operation of OPERATIONS[target]) {
        emulator.faults.add({ operation, times, skip, ...observed(FAULTS[plausible(fault, target)](ms)) });
      }
      lookLast();
    },
    /** Lets nothing go wrong any more. */
    heal(): void {
      emulator.faults.clear();
      lookLast();
    },
    /** What a person gets who logs in, to give it to a session. */
    async logIn(): Promise<InitialTokens> {
      const { json } = isAuth0
        ? await askAuth0({
          grant_type: "http://auth0.com/oauth/grant-type/password-realm",
          username: USER,
          password: PASSWORD,
          realm: "Username-Password-Authentication",
          audience: "https://xpansiv/platform",
          scope: "offline_access",
        })
        : await ask(`${API}/auth/login`, basic(PASSWORD));
      facts.issue(json);
      const refreshToken = json.refreshToken ?? json.refresh_token;
      return { accessToken: json.token ?? json.access_token ?? "", ...(refreshToken ? { refreshToken } : {}) };
    },
    /** Whether the server would exchange a refresh token. This exchanges it: only for the end of a run. */
    async isAlive(token: RefreshFacts): Promise<boolean> {
      const { status } = isAuth0
        ? await askAuth0({ grant_type: "refresh_token", refresh_token: token.value })
        : await ask(`${API}/auth/refresh`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ refreshToken: token.value }),
        });
      if (status === 200) token.spent = true;
      return status === 200;
    },
    /** Which of the passwords the server takes: the truth, whatever anybody believes. */
    async passwordInForce(passwords: readonly string[]): Promise<string> {
      for (const password of [...passwords].reverse()) {
        if ((await ask(`${API}/file/search?size=1`, basic(password))).status === 200) return password;
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
