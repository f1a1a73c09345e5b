import type { Environment, EnvironmentChanges } from "~/api/types";
import type { Variable } from "~/components/variables/dotenv";

export type EnvironmentForm = {
  id: string;
  name: string;
  description: string;
  labels: string[];
  variables: Variable[];
  hasNetwork: boolean;
};

/** Of environments only, variables may be secrets: written, never read back. */
export const NEW_VARIABLE: Variable = { name: "", value: "", secret: false, kept: false };

export function toForm(environment: Environment | null): EnvironmentForm {
  const variables = Object.entries(environment?.variables ?? {}).map(([name, value]) => ({
    name,
    value: value ?? "",
    secret: value === null,
    kept: value === null,
  }));
  return {
    id: "",
    name: environment?.name ?? "",
    description: environment?.description ?? "",
    labels: environment?.labels ?? [],
    hasNetwork: environment?.network !== "none",
    variables,
  };
}

/** What the service is asked to change: all variables, of which secrets that were not typed anew stay. */
export function toChanges(form: EnvironmentForm): EnvironmentChanges {
  const variables = form.variables
    .filter(({ name }) => name.trim() !== "")
    .map(({ name, value, secret, kept }) => {
      const written = kept ? null : secret ? { value, secret: true } : value;
      return [name.trim(), written] as const;
    });
  return {
    ...(form.name.trim() ? { name: form.name.trim() } : {}),
    description: form.description,
    labels: form.labels,
    network: form.hasNetwork ? "machine" : "none",
    variables: Object.fromEntries(variables) as NonNullable<EnvironmentChanges["variables"]>,
  };
}
