import { describe, expect, it } from "vitest";
import { parseTraceback } from "./traceback";

const TEXT = `
currency = 'EUR', step = Decimal('0.005')

    def test_rounding(api, currency, step):
        order = api.order(total=Decimal("20.01"))
>       assert refund == expected(order)
E       AssertionError: refund differs
E       assert {'amount': 1, 'state': 'settled'} == {'amount': 2, 'state': 'settled'}
E         
E         Full diff:
E           {
E         -     'amount': 2,
E         ?               ^
E         +     'amount': 1,
E         ?               ^
E               'state': 'settled',
E           }

api/test_partial_refund.py:48: AssertionError
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

    def get(url):
>       return request("GET", url)

/venv/lib/python3.11/site-packages/requests/api.py:73: in get
`;

describe("a traceback", () => {
  it("is taken apart into frames with the lines as they ran", () => {
    const { frames } = parseTraceback(TEXT) ?? { frames: [] };
    expect(frames.map(({ path, line, library }) => ({ path, line, library }))).toEqual([
      { path: "api/test_partial_refund.py", line: 48, library: false },
      {
        path: "/venv/lib/python3.11/site-packages/requests/api.py",
        line: 73,
        library: true,
      },
    ]);
    expect(frames[0]?.values).toEqual(["currency = 'EUR', step = Decimal('0.005')"]);
    expect(frames[0]?.code.map(({ number, failed }) => [number, failed])).toEqual([
      [46, false],
      [47, false],
      [48, true],
    ]);
    expect(frames[0]?.code[2]?.text).toBe("    assert refund == expected(order)");
  });

  it("shows what was expected and what came as a difference", () => {
    const found = parseTraceback(TEXT);
    expect(found?.diff).toEqual([
      { kind: "same", text: "{" },
      { kind: "expected", text: "    'amount': 2," },
      { kind: "actual", text: "    'amount': 1," },
      { kind: "same", text: "    'state': 'settled'," },
      { kind: "same", text: "}" },
    ]);
    expect(found?.explanation[0]).toBe("AssertionError: refund differs");
  });

  it("is left alone when it is in another form", () => {
    expect(parseTraceback("Segmentation fault (core dumped)")).toBeNull();
  });

  it("has no difference when nothing is compared", () => {
    const found = parseTraceback(
      "    def test_x():\n>       1 / 0\nE       ZeroDivisionError: division by zero\n\na.py:2: ZeroDivisionError",
    );
    expect(found?.diff).toEqual([]);
    expect(found?.explanation).toEqual(["ZeroDivisionError: division by zero"]);
  });
});
