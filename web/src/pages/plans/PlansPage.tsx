import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { plansQuery } from "~/api/plans";
import { Empty } from "~/components/empty/Empty";
import { ListPane } from "~/components/list/ListPane";
import classes from "~/components/list/Split.module.css";
import { PageHead } from "~/components/page-head/PageHead";
import { useTopic } from "~/live/live";
import { count } from "~/model/words";
import { useTitle } from "~/platform/favicon";
import { PlanEditor } from "./PlanEditor";

const route = getRouteApi("/plans");

/** Test plans: numbered, named lists of targets. */
export function PlansPage() {
  useTopic("tests");
  useTitle("Plans · Proctor");
  const { plan: wished } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(plansQuery);
  const open = (plan: string | undefined) => void navigate({ search: plan ? { plan } : {} });
  const chosen = data?.find(({ id }) => String(id) === wished) ?? null;
  const isNew = wished === "new";
  return (
    <div className={classes.page}>
      <PageHead
        title="Plans"
        note={data && data.length > 0 ? count(data.length, "plan") : undefined}
        actions={
          <Button
            leftSection={<IconPlus size={16} stroke={1.75} />}
            disabled={isNew}
            onClick={() => open("new")}
          >
            New plan
          </Button>
        }
      />
      <div className={classes.body} data-detail={wished ? true : undefined}>
        <ListPane
          label="Plans"
          entries={data?.map(({ id, name, targets }) => ({
            key: String(id),
            before: String(id),
            name,
            note: count(targets.length, "target"),
          }))}
          error={error}
          chosen={chosen ? String(chosen.id) : null}
          empty={
            <Empty title="No test plan yet">
              A plan is a list of tests with a number, which a run or a template can name.
            </Empty>
          }
          onChoose={open}
          onRetry={() => void refetch()}
        />
        <section className={classes.details} aria-label="Plan">
          {isNew || chosen ? (
            <PlanEditor
              key={chosen?.id ?? "new"}
              plan={chosen}
              onSaved={(plan) => open(String(plan.id))}
              onClose={() => open(undefined)}
            />
          ) : (
            data && <Nothing wished={wished} some={data.length > 0} />
          )}
        </section>
      </div>
    </div>
  );
}

function Nothing({ wished, some }: { wished: string | undefined; some: boolean }) {
  if (wished) return <Empty title={`There is no plan ${wished}`}>It may have been deleted.</Empty>;
  return some ? <Empty title="Choose a plan to see what is in it" /> : null;
}
