import type { GivenAssumptions } from "@xsignals/emulator";
import { CLIENT, loginParameters, PASSWORD_REALM, SECOND_FACTOR } from "./tenant.ts";

/** The two assumptions about the codes and statuses of Auth0's errors: as people report them, and as its own pages say. */
export const ASSUMPTIONS = ["reported", "specified"] as const satisfies readonly GivenAssumptions["auth0Errors"][];

/** A token request that Auth0 refuses, and with what. */
export interface RefusedRequest {
  readonly what: string;
  readonly grant: string;
  readonly parameters: Record<string, string>;
  readonly secret: string;
  readonly status: number;
  readonly code: string;
}

type Refusal = readonly [status: number, code: string];

/** What each request has in place of a right one, and how it is refused; the last is what Auth0's pages say, where that differs. */
const ALL: readonly (readonly [what: string, others: Record<string, string>, Refusal, Refusal?])[] = [
  ["a wrong password", { password: "wrong" }, [403, "invalid_grant"], [401, "invalid_user_password"]],
  ["an unknown user", { username: "nobody" }, [403, "invalid_grant"], [401, "invalid_user_password"]],
  ["a blocked user", { username: "blocked" }, [403, "unauthorized"], [401, "unauthorized"]],
  ["a second factor", { username: SECOND_FACTOR }, [403, "mfa_required"], [401, "mfa_required"]],
  ["an unknown audience", { audience: "https://example.com" }, [403, "access_denied"]],
  ["an unknown realm", { realm: "elsewhere" }, [400, "invalid_request"]],
  ["an empty password", { password: "" }, [400, "invalid_request"]],
  ["a wrong client secret", { secret: "wrong" }, [401, "access_denied"], [401, "invalid_client"]],
  ["a wrong refresh token", { grant: "refresh_token", refresh_token: "x" }, [403, "invalid_grant"], [
    401,
    "invalid_grant",
  ]],
  ["no refresh token", { grant: "refresh_token" }, [400, "invalid_request"]],
  ["a grant that the client may not use", { grant: "password" }, [403, "unauthorized_client"]],
  ["an unknown grant", { grant: "urn:example:grant" }, [400, "unsupported_grant_type"]],
];

/** What is refused, and how under an assumption. */
export function refusals(assumed: (typeof ASSUMPTIONS)[number]): RefusedRequest[] {
  return ALL.map(([what, { grant = PASSWORD_REALM, secret = CLIENT.secret, ...others }, reported, specified]) => {
    const [status, code] = assumed === "specified" && specified ? specified : reported;
    const parameters = grant === "refresh_token" ? others : loginParameters(others);
    return {
      what: `${what} is refused, as ${assumed}, with ${status} ${code}`,
      grant,
      parameters,
      secret,
      status,
      code,
    };
  });
}
