/**
 * Whether a failed `fetch` is known to have sent nothing.
 *
 * Every runtime tells it in its own way, and what is not recognised counts as sent: a refresh token that may have reached
 * the server is not to be sent again.
 *
 * @param error What `fetch` rejected with.
 */
export function notSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return [error, error.cause].some((one) =>
    one instanceof Error && (denoConnect(one) || nodeConnect(one) || bunConnect(one))
  );
}

function denoConnect(error: Error): boolean {
  return error.message.includes("client error (Connect)");
}

function nodeConnect(error: Error & { code?: unknown; syscall?: unknown; errors?: unknown }): boolean {
  if (error.code === "UND_ERR_CONNECT_TIMEOUT") return true;
  if (Array.isArray(error.errors) && error.errors.length > 0) return error.errors.every(nodeConnect);
  return error.syscall === "connect" || error.syscall === "getaddrinfo";
}

function bunConnect(error: Error & { code?: unknown }): boolean {
  return error.code === "ConnectionRefused" || error.code === "FailedToOpenSocket";
}
