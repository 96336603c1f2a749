/**
 * Logs in, calls, renews, changes the password, fails and logs out, with OpenTelemetry looking on.
 *
 *   OTEL_DENO=true deno run --allow-net=127.0.0.1 --allow-env traced.ts <origin of the API> <origin of Auth0>
 *
 * The credentials come as the variables USER_PASSWORD, NEXT_PASSWORD and CLIENT_SECRET.
 */
import { auth0, basic, createSession, login, type Session, type Strategy } from "@xsignals/session";

const [baseUrl = "", domain = ""] = Deno.args;
const [password = "", next = "", clientSecret = ""] = ["USER_PASSWORD", "NEXT_PASSWORD", "CLIENT_SECRET"].map((name) =>
  Deno.env.get(name)
);
const open = (strategy: Strategy) => createSession({ strategy, baseUrl, waitBudgetMs: 0 });

async function use(session: Session): Promise<void> {
  try {
    const response = await session.fetch("/file/group?size=1");
    await response.body?.cancel();
    console.log(response.status);
  } catch (error) {
    console.error(error);
  }
}

const session = open(login({ username: "user", password }));
await use(session); // a login
await use(session); // a 401 and a renewal
await use(session); // a 401, a refused renewal and a login
await session.changePassword(next);
await session.logout();
await use(session); // logged out
await use(open(login({ username: "user", password }))); // the old password
await use(open(basic({ username: "user", password: next })));
const client = { clientId: "id", clientSecret, domain };
const sso = open(auth0({ username: "user", password, ...client, clientAuth: "basic", scope: "offline_access" }));
await use(sso);
await sso.logout();
await use(open(auth0({ username: "user", password: next, ...client, clientSecret: `${clientSecret}!` }))); // refused
await use(createSession({ strategy: login({ username: "user", password }), baseUrl: "http://127.0.0.1:9" })); // nobody
