import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { plansQuery, templatesQuery } from "~/api/plans";
import type { Template } from "~/api/types";
import { ListPage } from "~/components/list/ListPage";
import { useEditorKey } from "~/components/list/useEditorKey";
import { useTopic } from "~/live/live";
import { count } from "~/model/words";
import { useTitle } from "~/platform/favicon";
import { TemplateEditor } from "./TemplateEditor";

const route = getRouteApi("/templates");

/** Templates: saved ways to run. */
export function TemplatesPage() {
  useTopic("tests");
  useTitle("Templates · Proctor");
  const { name: wished, create } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(templatesQuery);
  // Asked for together with the templates, whose editor names them.
  useQuery(plansQuery);
  const open = (name: string | undefined) => void navigate({ search: name ? { name } : {} });
  const editor = useEditorKey(create ? "/" : (wished ?? ""));
  const chosen = data?.find(({ name }) => name === wished) ?? null;
  return (
    <ListPage
      kind="template"
      entries={data?.map((template) => ({
        key: template.name,
        name: template.name,
        note: noteOf(template),
      }))}
      error={error}
      wished={wished}
      isNew={create === "1"}
      purpose="A template keeps tests, variables, options and choices for the next run. New run can save what it shows as one."
      onOpen={open}
      onNew={() => void navigate({ search: { create: "1" } })}
      onRetry={() => void refetch()}
    >
      {create || chosen ? (
        <TemplateEditor
          key={editor.key}
          template={create ? null : chosen}
          onSaved={({ name }) => {
            editor.onSavedAs(name);
            open(name);
          }}
          onClose={() => open(undefined)}
        />
      ) : null}
    </ListPage>
  );
}

function noteOf({ targets, plans, parameters }: Template): string {
  const parts = [
    plans.length > 0 && count(plans.length, "plan"),
    targets.length > 0 && count(targets.length, "target"),
    parameters.length > 0 && count(parameters.length, "choice"),
  ];
  return parts.filter(Boolean).join(", ");
}
