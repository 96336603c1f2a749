// All commands, in the order of `--help`.
import type { AddCommand } from "./command_line.ts";
import { addDownload } from "./commands/download.ts";
import { addFiles } from "./commands/files.ts";
import { addGroups } from "./commands/groups.ts";
import { addLogin } from "./commands/login.ts";
import { addLogout } from "./commands/logout.ts";
import { addNewest } from "./commands/newest.ts";
import { addStatus } from "./commands/status.ts";
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
];
