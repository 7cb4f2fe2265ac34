// Reading and marking typed answers as quizcv.answers does: the same verdicts, the same words (tests hold the two together).
// No page is touched here. Values: BigInt for integers, Number for numbers, arrays of Number for shapes and indices, a letter for choices.

const LONGEST = 200;
const NEARLY = 0.005;
const LETTERS = "abcdefgh";
const SIGNS = {"×": "*", "·": "*", "⋅": "*", "∙": "*", "✕": "*", "÷": "/", "−": "-", "–": "-", "—": "-", "∶": ":", "、": ","};

// What was typed, as the kind of value asked for; throws Malformed.
function read(typed, answer) {
  const text = tidied(typed);
  if (!text) throw new Malformed("Nothing was typed.", "还没有输入。");
  if (Array.from(text).length > LONGEST)
    throw new Malformed(`An answer has at most ${LONGEST} characters.`, `答案最多 ${LONGEST} 个字符。`);
  switch (answer.kind) {
    case "integer": return whole(text, answer.unit);
    case "number": return toNumber(valueOf(text, answer.unit));
    case "shape": return sizes(text, answer.axes);
    case "choice": return letter(text, answer.count);
    case "indices": return indices(text);
  }
  throw new Error("unknown kind of answer: " + answer.kind);
}

function tidied(typed) {
  const raised = typed.replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (found) => "^" + found.normalize("NFKC").replace(/\u2212/g, "-"));
  const plain = raised.normalize("NFKC").replace(/[×·⋅∙✕÷−–—∶、]/g, (sign) => SIGNS[sign]).replace(EDGES, "").replace(/^[=$ ]+/, "");
  return plain.replace(/[。.;$ ]+$/, "") || plain;
}

function letter(text, count) {
  const found = text.toLowerCase().replace(/^[()[\] .:]+|[()[\] .:]+$/g, "");
  if (found.length === 1 && LETTERS.slice(0, count).includes(found)) return found;
  const last = LETTERS[count - 1];
  throw new Malformed(`Answer with one letter, a to ${last}.`, `请用一个字母作答，a 到 ${last}。`);
}

function indices(text) {
  const inner = text.replace(/^[()[\]{} ]+|[()[\]{} ]+$/g, "");
  if (["", "-", "none", "无", "没有", "空"].includes(inner)) return [];
  const parts = inner.split(new RegExp("(?:[,;]|" + SPACES + ")+")).filter((part) => part);
  if (!parts.every((part) => /^[0-9]{1,6}$/.test(part)))
    throw new Malformed("Write indices such as `0, 2, 5`, or `-` for none.", "请写序号，如 `0, 2, 5`；没有则写 `-`。");
  return Array.from(new Set(parts.map(Number))).sort((a, b) => a - b);
}

function sizes(text, axes) {
  const open = new RegExp("^(?:torch\\.size)?(?:[([]|" + SPACES + ")+|(?:[)\\]]|" + SPACES + ")+$", "gi");
  const parts = text.replace(open, "").split(new RegExp(SPACES + "*[xX*,;]" + SPACES + "*|" + SPACES + "+"));
  const order = axes.join("×");
  const example = axes.map((axis) => (/^[CN]/.test(axis) ? "64" : "56")).join("x");
  if (!parts.every((part) => /^[0-9]{1,9}$/.test(part)))
    throw new Malformed(`Write the sizes as ${order}, for example ${example}.`, `请按 ${order} 写，例如 ${example}。`);
  if (parts.length !== axes.length)
    throw new Malformed(`${order} has ${axes.length} sizes, not ${parts.length}.`, `${order} 有 ${axes.length} 个数，不是 ${parts.length} 个。`);
  return parts.map(Number);
}

function whole(text, unit) {
  const value = valueOf(text, unit);
  if (value.d !== BigInt(1)) throw new Malformed("A whole number is asked for.", "要求的是整数。");
  return value.n;
}

// --- marking

// Right, near or wrong, and what is known of the reason: a text of two languages, or what stands for one with a distractor.
// A value is {value, slack}: for numbers how far from it, absolutely, an answer may be. A distractor has `why` as well.
function mark(given, key, answer, distractors) {
  if (within(given, key, answer)) return {verdict: "right", why: null};
  for (const wrong of distractors) if (within(given, wrong, answer)) return {verdict: "wrong", why: wrong.why};
  const near = nearly(given, key.value, answer);
  return {verdict: near ? "near" : "wrong", why: near};
}

function within(given, wanted, answer) {
  if (answer.kind === "number") return Math.abs(given - wanted.value) <= wanted.slack * (1 + 1e-9);
  return equal(given, wanted.value);
}

function equal(a, b) {
  return Array.isArray(a) ? a.length === b.length && a.every((part, at) => part === b[at]) : a === b;
}

function nearly(given, key, answer) {
  const sorted = (list) => list.slice().sort((a, b) => a - b);
  if (answer.kind === "shape") {
    if (!equal(sorted(given), sorted(key))) return null;
    const order = answer.axes.join("×");
    return [`The sizes are right; their order is ${order}.`, `数值正确，但顺序应为 ${order}。`];
  }
  if (answer.kind === "indices")
    return key.length && equal(given, key.map((index) => index + 1)) ? ["The indices count from 0.", "序号从 0 起计。"] : null;
  if (answer.kind === "choice" || !key) return null;
  if (given === -key) return ["Only the sign is wrong.", "只有符号不对。"];
  const apart = given < key ? key - given : given - key;
  if (!(apart <= NEARLY * Math.abs(Number(key)))) return null;
  if (answer.kind === "number")
    return ["Close: compute with more digits before you round.", "很接近：中间结果请多保留几位再舍入。"];
  return rounded(given, key) ? ["Close, but a count is exact.", "很接近，但计数必须精确。"] : null;
}

// For counts only a rounded key is near: as many digits of the key as are given, a half to the even neighbour.
function rounded(given, key) {
  const length = (given < 0 ? -given : given).toString().length;
  const digits = given.toString().replace("-", "").replace(/0+$/, "").length;
  if (digits < 2 || length <= digits) return false;
  const double = BigInt(Number(key));
  const size = double < 0 ? -double : double;
  const cut = Math.max(0, size.toString().length - digits);
  const step = BigInt(10) ** BigInt(cut);
  let steps = size / step;
  const rest = (size % step) * BigInt(2);
  if (rest > step || (rest === step && steps % BigInt(2))) steps += BigInt(1);
  const near = BigInt(Number(steps * step));
  return given === (double < 0 ? -near : near);
}

// --- the table of a note (table.py)

// Texts are stored as forms, whose numbers are 0, and the numbers.
function html(data, ref, lang) {
  const parts = typeof ref === "number" ? [ref, ""] : ref;
  const form = data.forms[parts[0]];
  const numbers = (lang && parts.length > 2 ? parts[2] : parts[1]).split(" ");
  const pieces = form[lang && form.length > 1 ? 1 : 0].split("0");
  return pieces.map((piece, at) => (at ? numbers[at - 1] : "") + piece).join("");
}

// The mark of a typed answer; "unread", with what to write instead, if it is malformed.
function marked(data, item, typed) {
  const answer = data.answers[item.a];
  const value = (plain, places) => ({
    value: answer.kind === "integer" ? BigInt(plain) : plain,
    slack: answer.kind === "number" ? Number("1e" + (places === undefined ? answer.e : places)) : 0,
  });
  const wrong = item.d.map((one) => Object.assign(value(one[0], one[2]), {why: one[1]}));
  try {
    return mark(read(typed, answer), value(item.k, item.e), answer, wrong);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return {verdict: "unread", why: error.text};
  }
}
