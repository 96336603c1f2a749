import { live } from "./life.ts";
import { read } from "./records.ts";
import type { Task } from "./task.ts";

/** The program as workerd runs it: the request brings the task, and the response is the answer. */
export default {
  async fetch(request: Request): Promise<Response> {
    const task: Task = JSON.parse(await request.text());
    return Response.json(await (task.do === "live" ? live(task) : read(task)));
  },
};
