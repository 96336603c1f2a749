// All commands, in the order of `--help`.
import type { AddCommand } from "./command_line.ts";
import { addGroups } from "./commands/groups.ts";
import { addProbe } from "./commands/probe.ts";

/** All commands, in the order of `--help`. */
export const COMMANDS: readonly AddCommand[] = [addGroups, addProbe];
