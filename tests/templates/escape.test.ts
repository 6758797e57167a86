import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  emptyHtml,
  escapeHtml,
  html,
  joinHtml,
  SafeHtml,
  scriptJson,
  showControls,
} from "../../templates/escape.ts";

describe("html", () => {
  test("escapes whatever is interpolated, but html's own outcome", () => {
    const bold = html`<b>${"<i>"}</b>`;
    const page = html`<p title="${`"'\`&`}">${bold}${[bold, "&", 7]}${null}${undefined}${true}</p>`;
    expect(page.toString()).toBe(
      '<p title="&quot;&#39;&#96;&amp;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b>&amp;7</p>',
    );
    expect(html`${false}${emptyHtml}`.toString()).toBe("");
  });

  test("is not fooled by objects that look like finished HTML", () => {
    const fake = { toString: () => "<script>" } as unknown as string;
    expect(() => html`${fake}`.toString()).toThrow();
    expect(html`${String(new SafeHtml("<b>"))}`.toString()).toBe("&lt;b&gt;");
  });

  test("lets no text end its place", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
      const page = html`<p title="${text}">${text}</p>`.toString();
      expect(page.match(/[<>"]/g)!.join("")).toBe('<"">' + "<>");
      expect(unescape(page.slice('<p title="'.length, page.indexOf('">'))))
        .toBe(text.replaceAll("\0", "\ufffd"));
    }));
  });
});

test("joinHtml escapes the separator as well", () => {
  expect(joinHtml(["a", html`<br>`], " & ").toString()).toBe("a &amp; <br>");
});

test("escapeHtml replaces what HTML or UTF-8 cannot carry", () => {
  expect(escapeHtml("a\0b\ud800c\udc00d😀")).toBe("a\ufffdb\ufffdc\ufffdd😀");
  const plain = "nothing to do";
  expect(escapeHtml(plain)).toBe(plain);
});

test("showControls shows what would change the look of a line", () => {
  expect(showControls("a\u202eb\u0007c\u200bd\x7fe\ufefff")).toBe(
    "a⟨U+202E⟩b␇c⟨U+200B⟩d␡e⟨U+FEFF⟩f",
  );
  expect(showControls("tab\tline\r\numlaut ü 漢字 👩‍👩‍👧")).toBe("tab\tline\r\numlaut ü 漢字 👩‍👩‍👧");
});

describe("scriptJson", () => {
  test("ends neither its element nor a line", () => {
    expect(scriptJson({ a: "</script><!--\u2028" })).toBe(
      '{"a":"\\u003c/script>\\u003c!--\\u2028"}',
    );
    expect(scriptJson(undefined)).toBe("null");
  });

  test("means the same value", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const json = scriptJson(value);
      expect(json).not.toMatch(/[<\u2028\u2029]/);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
    }));
  });
});

function unescape(text: string): string {
  return text.replace(
    /&(amp|lt|gt|quot|#39|#96);/g,
    (_, name: string) => ({ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#96": "`" })[name]!,
  );
}
