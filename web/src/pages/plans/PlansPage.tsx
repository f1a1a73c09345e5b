import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { plansQuery } from "~/api/plans";
import { ListPage } from "~/components/list/ListPage";
import { useEditorKey } from "~/components/list/useEditorKey";
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
  const editor = useEditorKey(wished ?? "");
  return (
    <ListPage
      kind="plan"
      entries={data?.map(({ id, name, targets }) => ({
        key: String(id),
        before: String(id),
        name,
        note: count(targets.length, "target"),
      }))}
      error={error}
      wished={isNew ? undefined : wished}
      isNew={isNew}
      purpose="A plan is a list of tests with a number, which a run or a template can name."
      onOpen={open}
      onNew={() => open("new")}
      onRetry={() => void refetch()}
    >
      {isNew || chosen ? (
        <PlanEditor
          key={editor.key}
          plan={chosen}
          onSaved={({ id }) => {
            editor.onSavedAs(String(id));
            open(String(id));
          }}
          onClose={() => open(undefined)}
        />
      ) : null}
    </ListPage>
  );
}
