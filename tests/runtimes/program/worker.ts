import { fail, type FailTask } from "./failures.ts";
import { live, type LiveTask } from "./life.ts";
import { read, type ReadTask } from "./records.ts";

/** The program as workerd runs it: the request brings the task, and the response is the answer. */
export default {
  async fetch(request: Request): Promise<Response> {
    const task: LiveTask | ReadTask | FailTask = JSON.parse(await request.text());
    if (task.do === "fail") return Response.json(await fail(task));
    return Response.json(await (task.do === "live" ? live(task) : read(task)));
  },
};
