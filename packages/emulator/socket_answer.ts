import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** Writes an answer to a socket for which `node:http` has no response, and ends the connection after it. */
export async function sendAnswer(socket: Duplex, { status, headers, body }: Response): Promise<void> {
  const fields = [...headers, ["connection", "close"]].map(([name, value]) => `${name}: ${value}`);
  socket.write([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...fields, "", ""].join("\r\n"), "latin1");
  for await (const chunk of body ?? []) socket.write(chunk);
  socket.end();
}
