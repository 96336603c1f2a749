/**
 * Whether a failed `fetch` is known to have sent nothing.
 *
 * Every runtime tells it in its own way, and what is not recognised counts as sent: a refresh token that may have reached
 * the server is not to be sent again.
 *
 * @param error What `fetch` rejected with.
 */
export function notSent(error: unknown): boolean {
  return error instanceof Error && (isConnect(error) || isConnect(error.cause));
}

/** The codes of errors that come before a connection: of every system, of Node, and of Bun twice. */
const CODES: readonly unknown[] = [
  "ECONNREFUSED",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
  "FailedToOpenSocket",
];

function isConnect(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { message, code, syscall, errors }: Error & { code?: unknown; syscall?: unknown; errors?: unknown } = error;
  // Node tries each address of a host, and tells of all of them.
  if (Array.isArray(errors) && errors.length > 0) return errors.every(isConnect);
  // Deno says it in its message only.
  if (message.includes("client error (Connect)")) return true;
  return syscall === "connect" || syscall === "getaddrinfo" || CODES.includes(code);
}
