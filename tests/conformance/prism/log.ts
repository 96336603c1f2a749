/** What Prism's log tells of the requests that it got. */
export interface Seen {
  /** The requests, such as `GET /file/group`, without a query. */
  readonly requests: readonly string[];
  /** What breaks the spec, by the request that it came with; whatever its severity, and what Prism itself could not do. */
  readonly violations: readonly string[];
}

/** Reads lines of Prism's log. */
export function readLog(lines: readonly string[]): Seen {
  const requests: string[] = [];
  const violations: string[] = [];
  for (const line of lines) {
    const [, method, path] = /\[HTTP SERVER\] (\w+) (\S+) .*Request received$/.exec(line) ?? [];
    if (method && path) requests.push(`${method.toUpperCase()} ${path.replace(/\?.*/, "")}`);
    const [, told] = /(?:Violation:|Request terminated with error:) (.*)$/.exec(line) ?? [];
    if (told) violations.push(`${requests.at(-1) ?? "no request"}: ${told}`);
  }
  return { requests, violations };
}
