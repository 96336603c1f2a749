/** What Respect writes as JSON, as far as it is read here. */
export interface Results {
  readonly files: Readonly<Record<string, { readonly executedWorkflows: readonly ExecutedWorkflow[] }>>;
}

interface ExecutedWorkflow {
  readonly workflowId: string;
  readonly executedSteps: readonly ExecutedStep[];
}

interface ExecutedStep {
  readonly stepId: string;
  readonly response?: { readonly statusCode: number };
  readonly checks: readonly ExecutedCheck[];
}

interface ExecutedCheck {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
  readonly condition?: string;
}

/** An Arazzo description, as far as it is read here. */
export interface Description {
  readonly workflows: readonly { readonly workflowId: string; readonly steps: readonly unknown[] }[];
}

/** One check that Respect made. */
export interface Finding {
  readonly what: string;
  /** Why it failed; absent when it passed. */
  readonly failure?: string;
}

/** Every check of a run, and one for each workflow: that none of its steps was left out. */
export function findingsOf({ files }: Results, { workflows }: Description): Finding[] {
  const executed = Object.values(files).flatMap(({ executedWorkflows }) => executedWorkflows);
  return workflows.flatMap(({ workflowId, steps: { length } }) => {
    const steps = executed.filter((one) => one.workflowId === workflowId).flatMap((one) => one.executedSteps);
    const what = `${workflowId}: all ${length} steps run`;
    const ran = steps.length === length ? { what } : { what, failure: `${steps.length} did` };
    return [...steps.flatMap((step) => findingsOfStep(workflowId, step)), ran];
  });
}

function findingsOfStep(workflowId: string, { stepId, response, checks }: ExecutedStep): Finding[] {
  return checks.map(({ name, passed, message, condition = "" }) => {
    const what = `${workflowId}, ${stepId}: ${name} ${name.startsWith("success") ? condition : ""}`.trimEnd();
    if (passed) return { what };
    return { what, failure: `the answer was ${response?.statusCode ?? "none"}; ${message}`.replace(/[;\s]+$/, "") };
  });
}
