import { type Entry, SUBJECTS } from "./catalogue.ts";
import { type TokenServer, tokenServers } from "./token_servers.ts";

/** What is to be measured. */
export interface Choice {
  readonly subjects: readonly Entry[];
  readonly servers: readonly TokenServer[];
}

/** What can be named. */
export function names(): string[] {
  return [...new Set([...SUBJECTS.map(({ file }) => file), ...tokenServers().map(({ id }) => id)])];
}

/** Everything, or what is named and what that is compared with; nothing where a name is unknown. */
export function choose(chosen: readonly string[]): Choice | undefined {
  const [subjects, servers] = [SUBJECTS, tokenServers()];
  if (chosen.length === 0) return { subjects, servers };
  const known = names();
  if (chosen.some((name) => !known.includes(name))) return undefined;
  return {
    subjects: withFirst(subjects, ({ file }) => chosen.includes(file)),
    servers: withFirst(servers, ({ id }) => chosen.includes(id)),
  };
}

/** Those that are chosen, with the first of all, if there are any. */
function withFirst<T>(all: readonly T[], isChosen: (one: T) => boolean): T[] {
  return all.some(isChosen) ? all.filter((one, index) => index === 0 || isChosen(one)) : [];
}
