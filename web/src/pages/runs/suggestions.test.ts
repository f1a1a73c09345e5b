import { describe, expect, it } from "vitest";
import { anEnvironment, aRun } from "~/testing/samples";
import { knownValues, suggest } from "./suggestions";

const known = knownValues(
  [aRun({ requester: "mia", template: "nightly", plans: [31] }), aRun({ requester: "ann" })],
  [anEnvironment({ id: 1, name: "oslo" }), anEnvironment({ id: 12, name: "berlin" })],
  "ann",
);
const offered = (text: string) => suggest(text, known).map(({ value }) => value);

describe("what the search box offers", () => {
  it("begins with the filters", () => {
    expect(offered("pl")).toEqual(["plan:"]);
    expect(offered("").length).toBeGreaterThan(6);
  });

  it("knows names and numbers of what there is", () => {
    expect(offered("user:")).toEqual(["user:ann", "user:mia"]);
    expect(offered("env:1")).toEqual(["env:12"]);
    expect(offered("env:be")).toEqual(["env:12"]);
    expect(offered("template:n")).toEqual(["template:nightly"]);
    expect(offered("plan:3")).toEqual(["plan:31"]);
    expect(offered("file:create")).toEqual(["file:api/orders/test_create.py"]);
  });

  it("completes the last value of a list, and offers none twice", () => {
    expect(offered("outcome:failed,er")).toEqual(["outcome:failed,error"]);
    expect(offered("outcome:failed,f")).toEqual([]);
  });
});
