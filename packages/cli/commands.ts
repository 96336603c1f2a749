// All commands, in the order of `--help`.
import type { AddCommand } from "./command_line.ts";
import { addApi } from "./commands/api.ts";
import { addDeltas } from "./commands/deltas.ts";
import { addGroups } from "./commands/groups.ts";
import { addSeries } from "./commands/series.ts";
import { addSymbols } from "./commands/symbols.ts";

/** All commands, in the order of `--help`. */
export const COMMANDS: readonly AddCommand[] = [addGroups, addSeries, addDeltas, addSymbols, addApi];
