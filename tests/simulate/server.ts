import { createEmulator, type Emulator, type Fault, type OperationId } from "@xsignals/emulator";
import type { Facts } from "./facts.ts";
import type { FaultName, Scenario, Step, Target } from "./scenario.ts";
import type { Stage } from "./stage.ts";

/** The account that all sessions are of. */
export const USER = "someone";
/** Its password at first. */
export const PASSWORD = "a password of someone";
/** The Auth0 client. */
export const CLIENT = { id: "the-client", secret: "a secret of the client" } as const;
/** The header by which the server's side of an exchange is found again. */
export const EXCHANGE_ID = "x-request-id";

/** The server of a run. */
export interface Server {
  readonly emulator: Emulator;
  /** Lets something go wrong. */
  strike(step: Extract<Step, { do: "fault" }>): void;
  /** Lets nothing go wrong any more. */
  heal(): void;
}

/** The operations whose answers are taken note of. */
const OBSERVED: readonly OperationId[] = [
  "authLogin",
  "authRefresh",
  "authLogout",
  "authChangePassword",
  "oauthToken",
  "oauthRevoke",
];

const OPERATIONS: Readonly<Record<Target, readonly OperationId[]>> = {
  login: ["authLogin", "oauthToken"],
  refresh: ["authRefresh", "oauthToken"],
  logout: ["authLogout", "oauthRevoke"],
  changePassword: ["authChangePassword"],
  api: ["listFileGroups"],
};

/** Makes the server, with one account and one client. */
export function createServer(scenario: Scenario, stage: Stage, facts: Facts): Server {
  const { assumptions, accessLifetime, refreshLifetime } = scenario;
  const emulator = createEmulator({
    users: { [USER]: PASSWORD },
    clients: { [CLIENT.id]: CLIENT.secret },
    now: stage.clock.now,
    sleep: (ms, signal) => stage.clock.sleep(ms, signal),
    accessTokenLifetime: accessLifetime,
    auth0AccessTokenLifetime: accessLifetime,
    refreshTokenLifetime: refreshLifetime,
    auth0Algorithm: "HS256",
    groups: [{ name: "Group" }],
    assumptions,
  });

  /** What the server did, whatever the session hears of it. */
  async function observe(request: Request, answer: Response | undefined): Promise<void> {
    const exchange = facts.exchanges[Number(request.headers.get(EXCHANGE_ID) ?? NaN)]; // a person's has none
    if (!exchange || !answer) return;
    exchange.handled = answer.status;
    if (answer.status !== 200) return;
    const text = await answer.clone().text();
    if (!text.startsWith("{")) return;
    const issued = facts.issue(JSON.parse(text), exchange);
    if (!issued) return;
    exchange.issued = issued;
    const { refresh } = exchange;
    if (refresh && issued.refresh && issued.refresh !== refresh) refresh.spent = true;
  }

  /** After all faults, since the first one that matches strikes. */
  let removeObservers: (() => void)[] = [];
  function observeAll(): void {
    removeObservers = OBSERVED.map((operation) =>
      emulator.faults.add({
        operation,
        times: Infinity,
        stage: "after",
        respond: async (request, answer = new Response(null)) => {
          await observe(request, answer);
          return answer;
        },
      })
    );
  }

  observeAll();
  return {
    emulator,
    strike({ fault, target, times, skip, ms }) {
      for (const remove of removeObservers) remove();
      for (const operation of OPERATIONS[target]) {
        emulator.faults.add({ operation, times, skip, ...faultOf(plausible(fault, target), ms, observe) });
      }
      observeAll();
    },
    heal() {
      emulator.faults.clear();
      observeAll();
    },
  };
}

/** The fault, unless it is one that nobody could see through or that these callers would wait for without end. */
function plausible(fault: FaultName, target: Target): FaultName {
  if (target === "api" && fault === "never") return "slow";
  const hasNoBody = target === "logout" || target === "changePassword"; // a 200 is all that says that it was done
  return hasNoBody && /^(empty|html|no token) before$/.test(fault) ? "lost before" : fault;
}

type Observe = (request: Request, answer: Response | undefined) => Promise<void>;

function faultOf(name: FaultName, ms: number, observe: Observe): Fault {
  const seconds = String(Math.round(ms / 1000));
  switch (name) {
    case "lost before":
      return { drop: true };
    case "lost after":
      return after(observe, () => {
        throw new TypeError("fetch failed", { cause: new Error("connection closed before message completed") });
      });
    case "not sent":
      return { refuse: true };
    case "401":
      return { status: 401, headers: { "www-authenticate": "Bearer" } };
    case "403":
      return { status: 403, headers: { "content-type": "application/json" }, body: '{"message":"Forbidden"}' };
    case "429":
      return { status: 429 };
    case "429 with a hint":
      return { status: 429, headers: { "retry-after": seconds } };
    case "500 before":
      return { status: 500, headers: { "content-type": "text/html" }, body: "<html>Error</html>" };
    case "500 after":
      return after(observe, () => new Response("Error", { status: 500 }));
    case "503":
      return { status: 503 };
    case "503 with a hint":
      return { status: 503, headers: { "retry-after": seconds } };
    case "slow":
      return { delay: ms, ...after(observe, (answer) => answer) };
    case "never":
      return { delay: Infinity };
    case "slow body":
      return { bodyDelay: ms, ...after(observe, (answer) => answer) };
    case "empty before":
      return { status: 200 };
    case "empty after":
      return after(observe, () => new Response(null));
    case "html before":
      return { status: 200, headers: { "content-type": "text/html" }, body: "<html>Welcome</html>" };
    case "html after":
      return after(observe, () => new Response("<html>Welcome</html>", { headers: { "content-type": "text/html" } }));
    case "no token before":
      return { status: 200, headers: { "content-type": "application/json" }, body: '{"token":42}' };
    case "no token after":
      return after(observe, () => Response.json({ token: "", refreshToken: [] }));
  }
}

/** A fault that strikes after the server did what it was asked. */
function after(observe: Observe, respond: (answer: Response) => Response): Fault {
  return {
    stage: "after",
    respond: async (request, answer = new Response(null)) => {
      await observe(request, answer);
      return answer.ok ? respond(answer) : answer; // a refusal that becomes a success is nothing that happens
    },
  };
}
