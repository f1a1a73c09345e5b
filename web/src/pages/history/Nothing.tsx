import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Empty } from "~/components/empty/Empty";

/** The page before a test is chosen. */
export function NoTest() {
  return (
    <Empty
      title="Which test?"
      action={
        <Button component={Link} to="/runs">
          All runs
        </Button>
      }
    >
      Type a file or a nodeid above, or choose a test in a run and follow History: it shows the last
      results, how often the test wavers, and since when it fails.
    </Empty>
  );
}

type Props = { nodeid: string; environment: string | undefined; onEverywhere: () => void };

/** A test without results. */
export function NoResults({ nodeid, environment, onEverywhere }: Props) {
  if (environment) {
    return (
      <Empty
        title={`No result in environment ${environment}`}
        action={<Button onClick={onEverywhere}>All environments</Button>}
      >
        The test may have run elsewhere.
      </Empty>
    );
  }
  return (
    <Empty
      title="No finished run had this test"
      action={
        <Button component={Link} to="/runs/new">
          New run
        </Button>
      }
    >
      {nodeid.includes("[")
        ? "Results appear when a run with it has ended. Its name may have a mistake."
        : "Results appear when a run with it has ended. A test with parameters has them in its name: test_total[EUR]."}
    </Empty>
  );
}
