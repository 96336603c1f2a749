import type { Readings } from "./readings.ts";
import { Refusal, type RefusalDetails } from "./refusal.ts";

/** What Auth0 refuses, each with two sets of status, code and text: the sources disagree. */
const ERRORS = {
  wrongPassword: {
    reported: [403, "invalid_grant", "Wrong email or password."],
    specified: [401, "invalid_user_password", "Wrong email or password"],
  },
  wrongClient: {
    reported: [401, "access_denied", "Unauthorized"],
    specified: [401, "invalid_client", "Client authentication failed"],
  },
  mfaRequired: {
    reported: [403, "mfa_required", "Multifactor authentication required"],
    specified: [401, "mfa_required", "Multifactor authentication required"],
  },
  blocked: {
    reported: [403, "unauthorized", "user is blocked"],
    specified: [401, "unauthorized", "user is blocked"],
  },
  deadRefreshToken: {
    reported: [403, "invalid_grant", "Unknown or invalid refresh token."],
    specified: [401, "invalid_grant", "Unknown or invalid refresh token."],
  },
} as const;

/**
 * An error of Auth0's token endpoint, in the reading that was chosen.
 *
 * A 401 has no challenge of its own, though RFC 9110 wants one: OAuth clients, Auth0's own too, take a challenge for the
 * whole answer, and could not read `error` and `mfa_token`.
 */
export function auth0Error(
  name: keyof typeof ERRORS,
  reading: Readings["auth0Errors"],
  details: Pick<RefusalDetails, "headers" | "members"> = {},
): Refusal {
  const [status, code, message] = ERRORS[name][reading];
  return new Refusal(status, message, { ...details, code });
}
