import { live, type LiveTask } from "./life.ts";
import { read, type ReadTask } from "./records.ts";

/** The program as workerd runs it: the request brings the task, and the response is the answer. */
export default {
  async fetch(request: Request): Promise<Response> {
    const task: LiveTask | ReadTask = JSON.parse(await request.text());
    return Response.json(await (task.do === "live" ? live(task) : read(task)));
  },
};
