/**
 * Logs in, calls, renews, changes the password, fails and logs out, with OpenTelemetry looking on.
 *
 *   OTEL_DENO=true deno run --allow-net=127.0.0.1 --allow-env traced.ts <origin of the API> <origin of Auth0>
 *
 * The credentials come as the variables USER_PASSWORD, NEXT_PASSWORD and CLIENT_SECRET.
 */
import { auth0, basic, createSession, login, type Session, type Strategy } from "@xsignals/session";

const [baseUrl = "", domain = ""] = Deno.args;
const { USER_PASSWORD = "", NEXT_PASSWORD = "", CLIENT_SECRET = "" } = Deno.env.toObject();
const open = (strategy: Strategy, to = baseUrl) => createSession({ strategy, baseUrl: to, waitBudgetMs: 0 });
const old = { username: "user", password: USER_PASSWORD };
const next = { username: "user", password: NEXT_PASSWORD };
const client = { clientId: "id", clientSecret: CLIENT_SECRET, domain };

async function use(session: Session): Promise<void> {
  const response = await session.fetch("/file/group?size=1").catch((error) => console.error(error));
  await response?.body?.cancel();
}

const session = open(login(old));
await use(session); // a login
await use(session); // a 401 and a renewal
await use(session); // a 401, a refused renewal and a login
await session.changePassword(NEXT_PASSWORD);
await session.logout();
await use(session); // logged out
await use(open(login(old)));
await use(open(basic(next)));
const sso = open(auth0({ ...old, ...client, clientAuth: "basic", scope: "offline_access" }));
await use(sso);
await sso.logout();
await use(open(auth0({ ...next, ...client, clientSecret: `${CLIENT_SECRET}!` }))); // refused
await use(open(login(old), "http://127.0.0.1:9")); // nobody is there
