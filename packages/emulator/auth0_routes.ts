import {
  authenticateClient,
  type Granted,
  type GrantRequest,
  passwordRealmGrant,
  refreshGrant,
} from "./auth0_grants.ts";
import { bodyType, optionalString, parseForm, parseObject, readText, requiredString } from "./body.ts";
import { ErrorAnswer } from "./error_answer.ts";
import { createHost, type Host, type Route } from "./host.ts";
import { signJwt } from "./keys.ts";
import { isApiPath } from "./operations.ts";
import { endSessions, type State } from "./state.ts";
import { issueAccessToken, sessionOf } from "./tokens.ts";

const PASSWORD_REALM = "http://auth0.com/oauth/grant-type/password-realm";

/** Grant types that the tenant knows but does not allow its clients. */
const OTHER_GRANTS = ["password", "client_credentials", "authorization_code", "implicit"];

const GRANTS: Readonly<Record<string, (state: State, request: GrantRequest) => Granted>> = {
  [PASSWORD_REALM]: passwordRealmGrant,
  refresh_token: refreshGrant,
};

/** Auth0. Its errors have an `error` and an `error_description`. */
export function createAuth0(state: State): Host {
  const { settings, keys } = state;

  function parse(request: Request, text: string, jsonAsForm: boolean): ReadonlyMap<string, unknown> {
    const type = bodyType(request);
    if (type === "json" || (type === "form" && jsonAsForm && /^\s*\{/.test(text))) return parseObject(text);
    if (type === "form") return parseForm(text);
    throw new ErrorAnswer(400, "The content type must be application/x-www-form-urlencoded or application/json");
  }

  async function tokenResponse(
    issuer: string,
    { session, scope, tellScope, refreshToken }: Granted,
  ): Promise<Response> {
    const { user, client } = session;
    const iat = Math.floor(settings.now() / 1000);
    const access_token = await issueAccessToken(state, session, issuer, scope);
    const id_token = scope.includes("openid")
      ? await signJwt(await keys.of("auth0"), {
        iss: issuer,
        sub: `auth0|${user}`,
        aud: client,
        iat,
        exp: iat + 36_000,
      })
      : undefined;
    const body = {
      access_token,
      token_type: "Bearer",
      expires_in: settings.auth0AccessTokenLifetime / 1000,
      refresh_token: refreshToken,
      id_token,
      scope: tellScope ? scope.join(" ") : undefined,
    };
    return Response.json(body, { headers: { "cache-control": "no-store", pragma: "no-cache" } });
  }

  const oauthToken: Route = async ({ req: { raw }, env: { report } }) => {
    const parameters = parse(raw, await readText(raw), settings.asPrinted);
    const type = requiredString(parameters, "grant_type");
    const grant = Object.hasOwn(GRANTS, type) ? GRANTS[type] : undefined;
    if (!grant && !OTHER_GRANTS.includes(type)) {
      throw new ErrorAnswer(400, "The grant type is unknown", { code: "unsupported_grant_type" });
    }
    const client = authenticateClient(settings, raw, parameters, report);
    if (!grant) {
      throw new ErrorAnswer(403, `Grant type '${type}' not allowed for the client.`, { code: "unauthorized_client" });
    }
    return await tokenResponse(issuerOf(raw), grant(state, { client, parameters, report }));
  };

  const oauthRevoke: Route = async ({ req: { raw }, env: { report } }) => {
    const parameters = parse(raw, await readText(raw), false);
    const client = authenticateClient(settings, raw, parameters, report);
    const token = requiredString(parameters, "token");
    optionalString(parameters, "token_type_hint");
    const session = sessionOf(state, token);
    if (session?.issuer === "api") report("foreign_token");
    if (session?.issuer === "auth0" && session.client === client) {
      endSessions(state, (one) => one === session);
    }
    return new Response(null);
  };

  return createHost({
    routes: {
      oauthToken,
      oauthRevoke,
      openidConfiguration: ({ req: { raw } }) => Response.json(configuration(issuerOf(raw), settings.auth0Algorithm)),
      jwks: async () => Response.json(await keys.published()),
    },
    otherwise({ env: { entry, report } }) {
      if (isApiPath(entry.path)) report("api_path_on_auth0");
      throw new ErrorAnswer(404, "There is no such resource", { code: "not_found" });
    },
    toResponse: ({ status, message, code, headers, members }) =>
      Response.json({ error: code, error_description: message, ...members }, { status, headers }),
  });
}

/** The issuer is the origin of the request, with a slash. */
function issuerOf(request: Request): string {
  return `${new URL(request.url).origin}/`;
}

function configuration(issuer: string, algorithm: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}authorize`,
    token_endpoint: `${issuer}oauth/token`,
    jwks_uri: `${issuer}.well-known/jwks.json`,
    revocation_endpoint: `${issuer}oauth/revoke`,
    scopes_supported: ["openid", "profile", "offline_access", "email"],
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    grant_types_supported: Object.keys(GRANTS),
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
    id_token_signing_alg_values_supported: [algorithm],
  };
}
