import { live } from "./life.ts";
import { read } from "./records.ts";
import type { Life, Reading, Task } from "./task.ts";

/** Does what the task says. Nothing in here is of one runtime alone. */
export function run(task: Task): Promise<Life | Reading> {
  return task.do === "live" ? live(task) : read(task);
}
