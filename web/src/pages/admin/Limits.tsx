import type { Settings } from "~/api/types";
import { Block, Pairs } from "~/components/facts/Facts";
import { formatBytes, formatNumber } from "~/model/words";

/** What the server offers and takes; its operator sets that. */
export function Limits({ settings }: { settings: Settings }) {
  const { interpreters, limits } = settings;
  return (
    <>
      <Block title="Interpreters">
        <Pairs
          pairs={[
            ["Without a name", "the server's own"],
            ["By name", interpreters.length > 0 ? interpreters.join(", ") : "none"],
          ]}
        />
      </Block>
      <Block title="Limits" note="[limits] of the server's configuration">
        <Pairs
          pairs={Object.entries(limits).map(([name, value]) => [name, worded(name, value)])}
          mono
        />
      </Block>
    </>
  );
}

/** 33554432 of `upload_bytes` is `32 MiB`. */
function worded(name: string, value: number): string {
  return name.endsWith("_bytes") ? formatBytes(value) : formatNumber(value);
}
