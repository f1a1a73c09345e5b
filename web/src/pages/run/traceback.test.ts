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

  it("shows a difference of texts with the lines around it", () => {
    const found = parseTraceback(
      [
        "def test_text():",
        ">       assert actual == expected",
        "E       AssertionError: assert 'Dear Ann...' == 'Dear Ann...'",
        "E         ",
        "E           Dear Ann,",
        "E         - your order was sent today.",
        "E         + your order was sent yesterday.",
        "",
        "a.py:31: AssertionError",
      ].join("\n"),
    );
    expect(found?.diff.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      "same Dear Ann,",
      "expected your order was sent today.",
      "actual your order was sent yesterday.",
    ]);
    expect(found?.frames[0]?.code.map(({ number }) => number)).toEqual([30, 31]);
  });

  it("takes neither pytest's explanation of a call for a difference nor Python's marks for a line", () => {
    const found = parseTraceback(
      [
        "article = 'rubber'",
        "",
        "    def price_of(article, prices):",
        ">       return prices[article]",
        "               ^^^^^^^^^^^^^^^",
        "E       assert False",
        "E        +  where False = place_order(12)",
        "",
        "a.py:47: KeyError",
      ].join("\n"),
    );
    expect(found?.diff).toEqual([]);
    expect(found?.frames[0]?.values).toEqual(["article = 'rubber'"]);
    expect(found?.frames[0]?.code.map(({ number, failed }) => [number, failed])).toEqual([
      [46, false],
      [47, true],
      [null, true],
    ]);
  });
});
