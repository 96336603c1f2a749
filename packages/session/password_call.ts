import { checkBasic } from "./basic_value.ts";
import { SessionError } from "./errors.ts";
import { callTokenEndpoint, failure } from "./token_endpoint.ts";
import type { Io, Token } from "./types.ts";

const PURPOSE = "change the password";

/**
 * Sends `POST /auth/changePassword`.
 *
 * @param current What authenticates the call.
 * @param next The new password.
 * @throws {TypeError} When the new password could not be used in Basic afterwards.
 * @throws {SessionError} `credentials_rejected` when the server refused the credential or the new password; what
 *   {@link failure} says otherwise.
 */
export async function sendNewPassword(io: Io, current: Token, next: string): Promise<void> {
  checkBasic(undefined, next);
  const answer = await callTokenEndpoint(io, {
    purpose: PURPOSE,
    method: "POST",
    url: `${io.baseUrl}/auth/changePassword`,
    headers: { authorization: `${current.scheme} ${current.value}` },
    body: { type: "application/json", text: JSON.stringify({ password: next }) },
  });
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  if (status === 401 || status === 403) {
    throw new SessionError("credentials_rejected", `Cannot ${PURPOSE}: the server refused the credential`, { status });
  }
  if (status === 400) {
    throw new SessionError("credentials_rejected", `Cannot ${PURPOSE}: the server refused the new password`, {
      status,
    });
  }
  throw failure(PURPOSE, answer);
}
