// The page: asks, marks, explains, counts. Stands behind marking.js in one function. What it shows as HTML was made safe before.

const WORDS = {
  answer: ["Your answer", "你的答案"],
  check: ["Check", "核对"],
  right: ["Right", "正确"],
  near: ["Nearly right", "接近正确"],
  wrong: ["Not right", "不对"],
  unread: ["Not read", "无法识别"],
  again: ["Please write it again; this does not count.", "请重新作答；此次不计分。"],
  key: ["Answer: ", "答案："],
  show: ["Show the answer", "显示答案"],
  knew: ["I knew it", "我答对了"],
  missed: ["I did not", "我没答对"],
  next: ["Next", "下一题"],
  finish: ["To the result", "查看结果"],
  score: ["Points: ", "得分："],
  met: ["What went wrong", "错在哪里"],
  restart: ["Start again", "重新开始"],
};
const TICKS = {right: "✓", near: "≈", wrong: "✗", unread: "?"};

const lang = document.documentElement.lang.startsWith("zh") ? 1 : 0;
const form = JSON.parse(document.getElementById("data").textContent);
const data = form.table;
const results = new Map();

function made(tag, name, parent, said) {
  const element = document.createElement(tag);
  element.className = name;
  if (said !== undefined) element.textContent = said;
  if (parent) parent.appendChild(element);
  return element;
}

function button(parent, word, name, action) {
  const element = made("button", "press " + name, parent, WORDS[word] ? WORDS[word][lang] : word);
  element.type = "button";
  element.addEventListener("click", action);
  return element;
}

const plain = (value) => String(Math.round(value * 1000) / 1000);
const card = (question) => document.getElementById("q" + question.number);
const part = (question, name) => card(question).querySelector(":scope > ." + name);

// --- what is said to an answer

// A text of ours: [English, Chinese], code between backticks. Or what stands for one in the table; or HTML.
function reason(element, why) {
  if (typeof why === "string") element.innerHTML = why;
  else if (Array.isArray(why) && typeof why[0] === "string")
    why[lang].split("`").forEach((piece, at) => made(at % 2 ? "code" : "span", "", element, piece));
  else element.innerHTML = html(data, why, lang);
}

function verdict(question, found, typed, key) {
  const said = part(question, "said");
  said.textContent = "";
  const block = made("div", "verdict " + found.verdict, said);
  const line = made("div", "line", block);
  made("span", "word", line, TICKS[found.verdict] + " " + WORDS[found.verdict][lang]);
  if (typed) made("span", "typed", line, typed);
  if (key && found.verdict !== "right" && found.verdict !== "unread") made("span", "key", line, WORDS.key[lang] + key);
  if (found.why !== null && found.why !== "") reason(made("div", "why text", block), found.why);
  if (found.verdict === "unread") made("div", "typed", block, WORDS.again[lang]);
}

// A question is answered once: the solution appears, the points count, and the next one is a key away.
function settle(question, found) {
  results.set(question.number, {points: found.verdict === "right" ? question.points : 0, found: found});
  part(question, "after").hidden = false;
  const rest = form.questions.filter((one) => !results.has(one.number));
  const next = rest.find((one) => one.number > question.number) || rest[0];
  count();
  const onward = button(part(question, "onward"), next ? "next" : "finish", "main", () => {
    const open = form.questions.filter((one) => !results.has(one.number));
    const to = open.find((one) => one.number > question.number) || open[0];
    if (to) enter(to);
    else finish();
  });
  onward.focus({preventScroll: true});
}

function enter(question) {
  const target = card(question);
  target.scrollIntoView({block: "start"});
  const first = target.querySelector(":scope > .asking input, :scope > .choices > button, :scope > .asking > button");
  (first || target).focus({preventScroll: true});
}

function count() {
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  const all = sum(form.questions.map((question) => question.points));
  const got = sum(Array.from(results.values(), (one) => one.points));
  document.getElementById("progress").textContent = results.size + " / " + form.questions.length;
  document.getElementById("score").textContent = WORDS.score[lang] + plain(got) + " / " + plain(all);
  document.querySelector("#track > i").style.width = (100 * results.size) / form.questions.length + "%";
  return [got, all];
}

function finish() {
  const end = document.getElementById("end");
  const [got, all] = count();
  end.textContent = "";
  made("div", "total", end, plain(got) + " / " + plain(all));
  made("div", "share", end, all ? Math.round((100 * got) / all) + " %" : "");
  const wrong = form.questions.filter((question) => results.get(question.number).found.why);
  if (wrong.length) {
    const met = made("div", "met", end);
    made("div", "methead", met, WORDS.met[lang]);
    wrong.forEach((question) => {
      const row = made("div", "one", met);
      made("a", "", row, question.number).href = "#q" + question.number;
      reason(made("div", "text", row), results.get(question.number).found.why);
    });
  }
  button(end, "restart", "", () => location.reload());
  end.hidden = false;
  end.scrollIntoView({block: "start"});
  end.focus({preventScroll: true});
}

// --- the kinds of question

function typed(question) {
  const item = data.items[question.item];
  const answer = data.answers[item.a];
  const row = part(question, "asking");

  // Whether the answer was one: what cannot be read is asked for again.
  function submit(said) {
    if (results.has(question.number)) return true;
    const found = marked(data, item, said);
    verdict(question, found, said.trim(), item.w);
    if (found.verdict === "unread") return false;
    Array.from(row.querySelectorAll("input, button")).forEach((one) => { one.disabled = true; });
    settle(question, found);
    return true;
  }

  if (answer.kind === "choice") lettered(row, answer.count, submit);
  else written(row, answer, submit);
}

// The options stand in the question, with their letters.
function lettered(row, count, submit) {
  Array.from(LETTERS.slice(0, count)).forEach((letter) => button(row, letter, "letter-key", () => submit(letter)));
  row.addEventListener("keydown", (event) => {
    const letter = event.key.toLowerCase();
    if (letter.length === 1 && LETTERS.slice(0, count).includes(letter) && !event.ctrlKey && !event.metaKey && !event.altKey) submit(letter);
  });
}

function written(row, answer, submit) {
  const input = made("input", "entry", row);
  const settings = {type: "text", enterkeyhint: "go", autocomplete: "off", autocorrect: "off", autocapitalize: "off", spellcheck: "false",
    maxlength: "400", placeholder: answer.axes ? answer.axes.join(" × ") : WORDS.answer[lang], "aria-label": WORDS.answer[lang]};
  Object.keys(settings).forEach((name) => input.setAttribute(name, settings[name]));
  if (answer.unit) made("span", "unit", row, answer.unit);

  function check() {
    const read = submit(input.value);
    input.setAttribute("aria-invalid", String(!read));
    if (read) press.hidden = true;
    else input.focus();
  }

  const press = button(row, "check", "main", check);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (!event.repeat) check();
  });
}

function chosen(question) {
  const options = Array.from(part(question, "choices").children);

  function choose(place) {
    if (results.has(question.number)) return;
    options.forEach((option, at) => {
      option.disabled = true;
      if (at !== place && at !== question.right) return;
      const kind = at === question.right ? "right" : "wrong";
      option.classList.add(kind);
      option.querySelector(":scope > .mark").textContent = TICKS[kind];
    });
    const right = place === question.right;
    const found = {verdict: right ? "right" : "wrong", why: right ? null : question.why[place]};
    verdict(question, found, LETTERS[place].toUpperCase(), LETTERS[question.right].toUpperCase());
    settle(question, found);
  }

  options.forEach((option, place) => option.addEventListener("click", () => choose(place)));
  card(question).addEventListener("keydown", (event) => {
    const place = event.ctrlKey || event.metaKey || event.altKey ? -1 : LETTERS.indexOf(event.key.toLowerCase());
    if (event.key.length === 1 && place >= 0 && place < options.length) choose(place);
  });
}

function open(question) {
  const row = part(question, "asking");
  button(row, "show", "main", () => {
    row.textContent = "";
    part(question, "after").hidden = false;
    const judge = (kind) => () => {
      row.textContent = "";
      const found = {verdict: kind, why: null};
      verdict(question, found, "", "");
      settle(question, found);
    };
    button(row, "knew", "main", judge("right")).focus({preventScroll: true});
    button(row, "missed", "", judge("wrong"));
  });
}

form.questions.forEach((question) => {
  if (question.right !== undefined) chosen(question);
  else if (question.item !== undefined) typed(question);
  else open(question);
});
count();
