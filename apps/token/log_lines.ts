import { setImmediate } from "node:timers";
import type { Log } from "./log.ts";

/**
 * Makes the log that writes what one turn of the event loop brings in one piece, since under load a system call for each
 * line costs as much as the rest of a request.
 *
 * @param write Writes some lines, without the last one's end.
 */
export function logLines(write: (lines: string) => void): Log {
  let lines: string[] = [];

  function flush(): void {
    write(lines.join("\n"));
    lines = [];
  }

  return (entry) => {
    if (lines.push(JSON.stringify(entry)) === 1) setImmediate(flush);
  };
}
