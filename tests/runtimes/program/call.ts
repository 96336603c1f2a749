import type { Session } from "@xsignals/session";

/** Calls the API, and resolves with the status and how many groups there are. */
export async function call(session: Session, signal?: AbortSignal): Promise<string> {
  const response = await session.fetch("/file/group?size=5", signal ? { signal } : {});
  return `${response.status}, ${(await itemsOf(response)).length} groups`;
}

/** The list that the API answered with. */
export async function itemsOf(response: Response): Promise<{ readonly fid?: string }[]> {
  const { items } = Object(await response.json());
  return items;
}
