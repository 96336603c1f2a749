/**
 * The command `xsignals` as a function, for programs and tests that bring their own network and terminal.
 *
 * Unofficial: not affiliated with Xpansiv.
 *
 * @module
 */
export { run } from "./run.ts";
export {
  type Clock,
  type FetchLike,
  OutputClosed,
  type Question,
  type Sink,
  type Source,
  type World,
} from "./world.ts";
