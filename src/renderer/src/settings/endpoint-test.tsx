import { useState } from "react";
import type { EndpointPlan } from "../../../shared/endpoint.ts";
import { displayMoney } from "../../../shared/money.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";

type Stage =
  | { readonly at: "idle"; readonly failure: string | null }
  | { readonly at: "planned" | "running"; readonly plan: EndpointPlan };

export interface EndpointTestProps {
  /** "" = the model chosen by itself. */
  readonly model: string;
  readonly onTested: () => void;
}

interface TestControl {
  readonly stage: Stage;
  readonly prepare: () => void;
  readonly run: (plan: EndpointPlan) => void;
  readonly cancel: () => void;
}

function useEndpointTest({ model, onTested }: EndpointTestProps): TestControl {
  const { endpoint } = useMessages();
  const { client, explain } = useServices();
  const [stage, setStage] = useState<Stage>({ at: "idle", failure: null });
  const proceed = (act: () => Promise<Stage>): void => {
    act().then(setStage, (error: unknown) => {
      setStage({ at: "idle", failure: endpoint.testFailed(explain(error)) });
    });
  };
  return {
    stage,
    prepare: () => {
      proceed(async () => ({ at: "planned", plan: await client("endpoint.plan", { model }) }));
    },
    run: (plan) => {
      setStage({ at: "running", plan });
      proceed(async () => {
        await client("endpoint.test", { model: plan.model });
        onTested();
        return { at: "idle", failure: null };
      });
    },
    cancel: () => {
      if (stage.at === "running") void client("endpoint.stopTest", {});
      else setStage({ at: "idle", failure: null });
    },
  };
}

/** Says first what a test will send, and sends it when the person says so. */
export function EndpointTest(props: EndpointTestProps) {
  const { endpoint } = useMessages();
  const control = useEndpointTest(props);
  const { stage } = control;
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-label font-medium text-secondary">{endpoint.testTitle}</h3>
      <p className="text-ui text-pretty text-secondary">{endpoint.testDetail}</p>
      {stage.at === "idle" ? (
        <>
          {stage.failure !== null && (
            <p role="alert" className="selectable text-ui wrap-anywhere text-failed">
              {stage.failure}
            </p>
          )}
          <Button className="self-start" onClick={control.prepare}>
            {endpoint.testPrepare}
          </Button>
        </>
      ) : (
        <Planned plan={stage.plan} isRunning={stage.at === "running"} control={control} />
      )}
    </section>
  );
}

interface PlannedProps {
  readonly plan: EndpointPlan;
  readonly isRunning: boolean;
  readonly control: TestControl;
}

function Planned({ plan, isRunning, control }: PlannedProps) {
  const { endpoint, common } = useMessages();
  return (
    <div className="flex flex-col gap-2 rounded-card border border-line bg-card p-3">
      <p className="text-ui wrap-anywhere">{endpoint.testAsks(plan.host, plan.model)}</p>
      <p className="text-label text-secondary">
        {plan.mostCost === null || plan.heededCost === null
          ? endpoint.testCostUnknown
          : endpoint.testCosts(displayMoney(plan.heededCost), displayMoney(plan.mostCost))}
      </p>
      <div className="flex gap-2">
        <Button
          variant="primary"
          busy={isRunning}
          onClick={() => {
            control.run(plan);
          }}
        >
          {isRunning ? endpoint.testRunning : endpoint.testRun}
        </Button>
        <Button onClick={control.cancel}>{common.cancel}</Button>
      </div>
      <Requests plan={plan} />
    </div>
  );
}

/** Every request with what it is to find out; below the buttons, which a long list would push out of view. */
function Requests({ plan }: { readonly plan: EndpointPlan }) {
  const { endpoint } = useMessages();
  return (
    <ol className="ml-4 flex list-decimal flex-col gap-0.5 text-ui text-secondary">
      {plan.requests.map(({ checks, request, maxOutputTokens }) => (
        <li key={`${request} ${checks.join(" ")} ${maxOutputTokens}`}>
          {checks.map((check) => endpoint.checks[check]).join(" · ")}
          <span className="block text-label text-muted tabular-nums">
            {endpoint.testRequest(request, maxOutputTokens)}
          </span>
        </li>
      ))}
    </ol>
  );
}
