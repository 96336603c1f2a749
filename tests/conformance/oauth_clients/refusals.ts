import type { GivenAssumptions } from "@xsignals/emulator";
import { loginParameters, PASSWORD_REALM, SECOND_FACTOR } from "./tenant.ts";

/** A token request that Auth0 refuses. */
export interface RefusedRequest {
  readonly what: string;
  readonly grant: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Another secret than the client's. */
  readonly secret?: string;
  /** The status and the code, as people report them. */
  readonly reported: readonly [status: number, error: string];
  /** The same as Auth0's own documents have them, where that differs. */
  readonly specified?: readonly [status: number, error: string];
}

/** The two assumptions about the codes and statuses of Auth0's errors. */
export const ASSUMPTIONS = ["reported", "specified"] as const satisfies readonly GivenAssumptions["auth0Errors"][];

/** What each grant can be refused for. */
export const REFUSALS: readonly RefusedRequest[] = [
  refusedLogin("a wrong password", { password: "wrong" }, [403, "invalid_grant"], [401, "invalid_user_password"]),
  refusedLogin("an unknown user", { username: "nobody" }, [403, "invalid_grant"], [401, "invalid_user_password"]),
  refusedLogin("a blocked user", { username: "blocked" }, [403, "unauthorized"], [401, "unauthorized"]),
  refusedLogin("a second factor", { username: SECOND_FACTOR }, [403, "mfa_required"], [401, "mfa_required"]),
  refusedLogin("an unknown audience", { audience: "https://example.com" }, [403, "access_denied"]),
  refusedLogin("an unknown realm", { realm: "elsewhere" }, [400, "invalid_request"]),
  refusedLogin("an empty password", { password: "" }, [400, "invalid_request"]),
  {
    ...refusedLogin("a wrong client secret", {}, [401, "access_denied"], [401, "invalid_client"]),
    secret: "wrong",
  },
  {
    what: "an unknown refresh token",
    grant: "refresh_token",
    parameters: { refresh_token: "unknown" },
    reported: [403, "invalid_grant"],
    specified: [401, "invalid_grant"],
  },
  { what: "no refresh token", grant: "refresh_token", parameters: {}, reported: [400, "invalid_request"] },
  {
    what: "a grant that the client may not use",
    grant: "password",
    parameters: loginParameters(),
    reported: [403, "unauthorized_client"],
  },
  { what: "an unknown grant", grant: "urn:example:grant", parameters: {}, reported: [400, "unsupported_grant_type"] },
];

function refusedLogin(
  what: string,
  others: Readonly<Record<string, string>>,
  reported: RefusedRequest["reported"],
  specified?: RefusedRequest["specified"],
): RefusedRequest {
  const parameters = loginParameters(others);
  return { what, grant: PASSWORD_REALM, parameters, reported, ...(specified ? { specified } : {}) };
}
