import { type Session, SessionError } from "@xsignals/session";

/** The status of one call, or the code of the session's error. */
export async function call(session: Session): Promise<string> {
  try {
    const response = await session.fetch("/file/group?size=1");
    await response.body?.cancel();
    return String(response.status);
  } catch (error) {
    if (error instanceof SessionError) return error.code;
    throw error;
  }
}

/** The statuses of so many calls at once, counted. */
export async function calls(session: Session, times: number): Promise<string> {
  const statuses = await Promise.all(Array.from({ length: times }, () => call(session)));
  const counts = new Map<string, number>();
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} x ${status}`).join(", ");
}
