import type { components } from "./schema";

type Schemas = components["schemas"];

export type Run = Schemas["Run"];
export type RunDetail = Schemas["RunDetails"];
export type RunState = Schemas["State"];
export type Outcome = Schemas["Outcome"];
export type Progress = Schemas["Progress"];
export type Options = Schemas["RunOptions"];
export type LogInfo = Schemas["LogState"];
export type LogChange = Schemas["LogChange"];
export type LogRange = Schemas["LogRange"];
export type TestCase = Schemas["TestCase"];
export type TestChange = Schemas["TestChange"];
export type TestOutcome = Schemas["TestOutcome"];
export type Environment = Schemas["Environment"];
export type EnvironmentGone = Schemas["EnvironmentGone"];
export type EnvironmentState = Schemas["EnvironmentState"];
export type Tree = Schemas["Tree"];
export type Cases = Schemas["Cases"];
export type Upload = Schemas["Upload"];
export type UploadPreview = Schemas["UploadPreview"];
export type FileChange = Schemas["FileChange"];
export type PreviewedFile = Schemas["PreviewedFile"];
export type SyntaxFault = Schemas["SyntaxError"];
export type TestsChange = Schemas["TestsChange"];
export type LogLine = Schemas["LogLine"];
export type LogLines = Schemas["LogLines"];
export type LogMatches = Schemas["LogMatches"];
export type NewRun = Schemas["NewRun"];
export type History = Schemas["History"];
export type HistoryItem = Schemas["HistoryItem"];
export type Label = Schemas["Label"];
export type Comparison = Schemas["Comparison"];
export type ComparisonItem = Schemas["ComparisonItem"];
export type Change = Schemas["Change"];
export type Difference = Schemas["Difference"];
export type Artifact = Schemas["Artifact"];
export type Problem = Schemas["Problem"];

/** One keyset page of a list. */
export type Page<T> = { items: T[]; next_cursor?: string | null };
