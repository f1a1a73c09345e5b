import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { templatesQuery } from "~/api/plans";
import type { Template } from "~/api/types";
import { Empty } from "~/components/empty/Empty";
import { ListPane } from "~/components/list/ListPane";
import classes from "~/components/list/Split.module.css";
import { PageHead } from "~/components/page-head/PageHead";
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
  const open = (name: string | undefined) => void navigate({ search: name ? { name } : {} });
  const chosen = data?.find(({ name }) => name === wished) ?? null;
  return (
    <div className={classes.page}>
      <PageHead
        title="Templates"
        note={data && data.length > 0 ? count(data.length, "template") : undefined}
        actions={
          <Button
            leftSection={<IconPlus size={16} stroke={1.75} />}
            disabled={create === "1"}
            onClick={() => void navigate({ search: { create: "1" } })}
          >
            New template
          </Button>
        }
      />
      <div className={classes.body} data-detail={wished || create ? true : undefined}>
        <ListPane
          label="Templates"
          entries={data?.map((template) => ({
            key: template.name,
            name: template.name,
            note: noteOf(template),
          }))}
          error={error}
          chosen={chosen?.name ?? null}
          empty={
            <Empty title="No template yet">
              A template keeps tests, variables, options and choices for the next run. New run can
              save what it shows as one.
            </Empty>
          }
          onChoose={open}
          onRetry={() => void refetch()}
        />
        <section className={classes.details} aria-label="Template">
          {create || chosen ? (
            <TemplateEditor
              key={chosen?.name ?? ""}
              template={create ? null : chosen}
              onSaved={(template) => open(template.name)}
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
  if (wished) {
    return (
      <Empty title={`There is no template ${wished}`}>It may have been renamed or deleted.</Empty>
    );
  }
  return some ? <Empty title="Choose a template to see what is in it" /> : null;
}

function noteOf({ targets, plans, parameters }: Template): string {
  const parts = [
    plans.length > 0 && count(plans.length, "plan"),
    targets.length > 0 && count(targets.length, "target"),
    parameters.length > 0 && count(parameters.length, "choice"),
  ];
  return parts.filter(Boolean).join(", ");
}
