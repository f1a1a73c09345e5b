import { describe, expect, it } from "vitest";
import { EventParser } from "./sse";

describe("server-sent events", () => {
  it("are read from pieces of any size", () => {
    const text = ': alive\n\nevent: run\ndata: {"id":1}\nid: 7-1\n\nevent: reset\ndata:\n\n';
    const expected = [
      { type: "run", data: '{"id":1}', id: "7-1" },
      { type: "reset", data: "", id: "7-1" },
    ];
    for (let size = 1; size <= text.length; size++) {
      const parser = new EventParser();
      const found = [];
      for (let at = 0; at < text.length; at += size)
        found.push(...parser.push(text.slice(at, at + size)));
      expect(found).toEqual(expected);
    }
  });

  it("may have lines that end in any way, and data of many lines", () => {
    expect(new EventParser().push("event: a\r\ndata: 1\r\ndata:2\r\n\r\n")).toEqual([
      { type: "a", data: "1\n2", id: null },
    ]);
  });

  it("keep the cursor that a block without an event brings", () => {
    const parser = new EventParser();
    expect(parser.push("id: 9-9\n\n")).toEqual([]);
    expect(parser.push("event: a\ndata: 1\n\n")).toEqual([{ type: "a", data: "1", id: "9-9" }]);
  });
});
