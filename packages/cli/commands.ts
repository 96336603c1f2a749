// All commands, in the order of `--help`.
import type { AddCommand } from "./command_line.ts";
import { addApi } from "./commands/api.ts";
import { addDeltas } from "./commands/deltas.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addDownload } from "./commands/download.ts";
import { addFiles } from "./commands/files.ts";
import { addGroups } from "./commands/groups.ts";
import { addLogin } from "./commands/login.ts";
import { addLogout } from "./commands/logout.ts";
import { addNewest } from "./commands/newest.ts";
import { addProbe } from "./commands/probe.ts";
import { addSeries } from "./commands/series.ts";
import { addStatus } from "./commands/status.ts";
import { addSymbols } from "./commands/symbols.ts";
import { addSync } from "./commands/sync.ts";
import { addToken } from "./commands/token.ts";

/** All commands, in the order of `--help`. */
export const COMMANDS: readonly AddCommand[] = [
  addLogin,
  addLogout,
  addStatus,
  addToken,
  addGroups,
  addFiles,
  addNewest,
  addDownload,
  addSync,
  addSeries,
  addDeltas,
  addSymbols,
  addApi,
  addDoctor,
  addProbe,
];
