import { auth0Error } from "./auth0_errors.ts";
import { readAuthorization } from "./authorization.ts";
import { optionalString } from "./body.ts";
import type { Report } from "./host.ts";
import { Refusal } from "./refusal.ts";
import type { Settings } from "./settings.ts";

/**
 * Finds out which client asks: by id and secret in the body, or by Basic with both form-encoded (RFC 6749, 2.3.1).
 *
 * @throws {Refusal} 400 when there is no client or two, 401 when it is not the right secret or way.
 */
export function authenticateClient(
  settings: Settings,
  request: Request,
  parameters: ReadonlyMap<string, unknown>,
  report: Report,
): string {
  const { clients, readings } = settings;
  const basic = readAuthorization(request);
  const bodyId = optionalString(parameters, "client_id");
  const bodySecret = optionalString(parameters, "client_secret");
  // RFC 6749, 5.2, wants the challenge of a client that tried Basic.
  const challenge = basic.kind === "none" ? {} : { headers: { "www-authenticate": 'Basic realm="auth0"' } };
  const wrong = () => auth0Error("wrongClient", readings.auth0Errors, challenge);

  if (basic.kind !== "none" && (bodySecret !== undefined || basic.kind === "several")) {
    report("several_credentials");
    throw new Refusal(400, "The client must authenticate in one way only");
  }
  if (basic.kind !== "none" && basic.kind !== "basic") throw wrong();
  const [id, secret] = basic.kind === "basic" ? [decode(basic.username), decode(basic.password)] : [bodyId, bodySecret];
  if (id === undefined) throw new Refusal(400, "client_id is missing");
  if (bodyId !== undefined && bodyId !== id) throw new Refusal(400, "client_id is given twice");

  const known = clients.get(id);
  const way = known === null ? "any" : basic.kind === "basic" ? "basic" : "post";
  const wayAllowed = way === "any" || readings.clientAuthentication === "any" || readings.clientAuthentication === way;
  if (known === undefined || (known ?? undefined) !== secret || !wayAllowed) throw wrong();
  return id;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
