// Arithmetic as quizcv.answers.typed reads it: exact fractions until the end, refused as soon as a number outgrows what is asked here.
// No page is touched. Only whole lines are comments: Python strips them.

const DEEPEST = 20;
const SPACES = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const EDGES = new RegExp("^" + SPACES + "+|" + SPACES + "+$", "g");
const TOKEN = new RegExp(
  SPACES + "*(?:((?:\\p{Nd}{1,3}(?:[,_ ]\\p{Nd}{3})+(?!\\p{Nd})|\\p{Nd}+)(?:\\.\\p{Nd}*)?|\\.\\p{Nd}+)(?:[eE]([+-]?\\p{Nd}+))?" +
  "|([\\p{L}\\p{Nl}\\p{No}]+|%)|(\\*\\*|\\^)|([-+*/()√]))", "uy");
// Powers of ten.
const MULTIPLIERS = new Map([
  ["k", 3], ["千", 3], ["w", 4], ["万", 4], ["萬", 4], ["m", 6], ["百万", 6], ["千万", 7], ["亿", 8], ["億", 8], ["g", 9], ["b", 9],
  ["十亿", 9], ["t", 12], ["万亿", 12], ["%", -2]]);
const FUNCTIONS = new Map([
  ["sqrt", Math.sqrt], ["√", Math.sqrt], ["exp", Math.exp], ["ln", Math.log], ["log", Math.log], ["tanh", Math.tanh]]);

// An answer that means nothing: what to write instead, in English and in Chinese. It is never marked wrong.
class Malformed extends Error {
  constructor(en, zh) {
    super(en);
    this.text = [en, zh];
  }
}

// The exact value of an arithmetic expression, with the question's unit behind it or not.
function valueOf(text, unit) {
  if (unit && text.toLowerCase().endsWith(unit.toLowerCase())) text = text.slice(0, -unit.length).replace(EDGES, "");
  return arithmetic(text);
}

// --- exact fractions: n over d, d > 0, in lowest terms

function fraction(n, d) {
  let a = n < 0 ? -n : n, b = d < 0 ? -d : d;
  while (b) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  const by = d < 0 ? -a : a;
  return {n: n / by, d: d / by};
}

function tens(exponent) {
  const power = BigInt(10) ** BigInt(Math.abs(exponent));
  return exponent < 0 ? {n: BigInt(1), d: power} : {n: power, d: BigInt(1)};
}

const times = (a, b) => fraction(a.n * b.n, a.d * b.d);
const negated = (a) => ({n: -a.n, d: a.d});
const sum = (a, b) => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
const bits = (n) => n.toString(2).length;

// The nearest double: 64 digits and whether anything is left decide the rounding.
function toNumber(value) {
  const n = value.n < 0 ? -value.n : value.n;
  if (!n) return 0;
  const shift = 64 - bits(n) + bits(value.d);
  const over = shift > 0 ? n << BigInt(shift) : n;
  const under = shift > 0 ? value.d : value.d << BigInt(-shift);
  const quotient = over / under;
  let size = Number(over % under ? quotient | BigInt(1) : quotient);
  for (let left = shift; left; ) {
    const step = Math.max(-1000, Math.min(1000, left));
    size *= Math.pow(2, -step);
    left -= step;
  }
  return value.n < 0 ? -size : size;
}

function fromNumber(size) {
  let down = 0;
  for (; size !== Math.floor(size); down++) size *= 2;
  return fraction(BigInt(size), BigInt(1) << BigInt(down));
}

function checked(value) {
  if ((value.n < 0 ? -value.n : value.n) > value.d * tens(40).n) throw tooLarge();
  if (bits(value.d) > 2000) throw new Malformed("That is too fine to compute with.", "数值过细，无法计算。");
  return value;
}

function real(size) {
  if (!Number.isFinite(size)) throw new Malformed("That has no real value.", "该式没有实数值。");
  return checked(fromNumber(size));
}

const tooLarge = () => new Malformed("That number is too large for any answer here.", "这个数过大，不可能是这里的答案。");
const byZero = () => new Malformed("That divides by zero.", "除数为零。");

function unread(text) {
  const shown = Array.from(text.replace(EDGES, "")).slice(0, 20).join("");
  return new Malformed(
    `\`${shown}\` cannot be read; write a number such as 34,944 or 3.5e4, or arithmetic such as (11*11*3+1)*96.`,
    `无法识别 \`${shown}\`；请写数字（如 34,944 或 3.5e4）或算式（如 (11*11*3+1)*96）。`);
}

// --- arithmetic, by recursive descent

function tokens(text) {
  const found = [];
  for (let start = 0; start < text.length; start = TOKEN.lastIndex) {
    TOKEN.lastIndex = start;
    const token = TOKEN.exec(text);
    if (!token) throw unread(text.slice(start));
    if (token[1]) found.push({kind: "number", text: token[1], exponent: token[2] || "0"});
    else found.push({kind: token[3] ? "word" : "sign", text: (token[3] || token[4] || token[5])});
  }
  return found;
}

function arithmetic(text) {
  const found = tokens(text);
  let at = 0;
  let depth = 0;

  function next(...texts) {
    const word = at < found.length ? found[at].text.toLowerCase() : "";
    if (!word || !texts.includes(word)) return "";
    at++;
    return word;
  }

  function nested(inner) {
    if (++depth > DEEPEST) throw new Malformed("That is nested too deeply.", "嵌套层数过多。");
    const value = inner();
    depth--;
    return value;
  }

  function total() {
    let value = product();
    for (let sign; (sign = next("+", "-")); ) {
      const other = product();
      value = checked(sum(value, sign === "+" ? other : negated(other)));
    }
    return value;
  }

  function product() {
    let value = signed();
    for (let sign; (sign = next("*", "/", "x")); ) {
      const other = signed();
      if (sign === "/" && !other.n) throw byZero();
      value = checked(times(value, sign === "/" ? fraction(other.d, other.n) : other));
    }
    return value;
  }

  function signed() {
    let minus = false;
    for (let sign; (sign = next("+", "-")); ) minus = minus !== (sign === "-");
    const value = power();
    return minus ? negated(value) : value;
  }

  function power() {
    const base = atom();
    if (!next("**", "^")) return base;
    const raised = nested(signed);
    const size = raised.n < 0 ? -raised.n : raised.n;
    if (size > BigInt(200) * raised.d) throw tooLarge();
    if (raised.d !== BigInt(1)) return real(Math.pow(toNumber(base), toNumber(raised)));
    if (!base.n && raised.n < 0) throw byZero();
    const digits = Math.max(base.n.toString().length, base.d.toString().length);
    const unit = base.d === BigInt(1) && (base.n === BigInt(1) || base.n === BigInt(-1));
    if (!unit && digits * Number(size) > 400) throw tooLarge();
    const n = base.n ** size, d = base.d ** size;
    return checked(raised.n < 0 ? fraction(d, n) : fraction(n, d));
  }

  function atom() {
    if (at >= found.length) throw new Malformed("Something is missing at the end.", "末尾缺少内容。");
    const token = found[at++];
    const word = token.text.toLowerCase();
    if (token.kind === "number") return multiplied(literal(token));
    if (word === "(") {
      const value = nested(total);
      if (!next(")")) throw new Malformed("A bracket is not closed.", "括号没有闭合。");
      return multiplied(value);
    }
    if (FUNCTIONS.has(word)) return real(FUNCTIONS.get(word)(toNumber(nested(atom))));
    if (word === "pi" || word === "π") return fromNumber(Math.PI);
    throw unread(token.text);
  }

  function multiplied(value) {
    const token = found[at];
    if (!token || token.kind !== "word" || !MULTIPLIERS.has(token.text.toLowerCase())) return value;
    at++;
    return checked(times(value, tens(MULTIPLIERS.get(token.text.toLowerCase()))));
  }

  const value = total();
  if (at < found.length) throw unread(found[at].text);
  return value;
}

function literal(token) {
  const exponent = Number(ascii(token.exponent));
  if (Array.from(token.exponent).length > 4 || Math.abs(exponent) > 40) {
    if (token.exponent[0] === "-")
      throw new Malformed("That number is too small for any answer here.", "这个数过小，不可能是这里的答案。");
    throw tooLarge();
  }
  const parts = ascii(token.text.replace(/[,_ ]/g, "")).split(".");
  const behind = parts[1] || "";
  return checked(times(fraction(BigInt(parts[0] + behind), tens(behind.length).n), tens(exponent)));
}

// Digits of any script as 0 to 9: those of one script stand in a row of ten, from its zero.
function ascii(text) {
  return Array.from(text, (char) => {
    const digit = new RegExp("\\p{Nd}", "u");
    const code = char.codePointAt(0);
    if (code < 128 || !digit.test(char)) return char;
    let zero = code;
    while (digit.test(String.fromCodePoint(zero - 1))) zero--;
    return String((code - zero) % 10);
  }).join("");
}
