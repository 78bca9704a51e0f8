"use strict";
// Everything is put into the page as text, apart from the tables and pictures that the server made.
const GIVEN = JSON.parse(document.getElementById("given").textContent);
const $ = (id) => document.getElementById(id);
const now = { year: "", college: "", indicator: "", beside: [], choices: null, sheet: null };
const drawn = new Map();
let asked = 0;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

class Refused extends Error {
  constructor(facts) { super(facts.error); this.facts = facts; }
}

async function ask(path, body, signal) {
  const options = { signal, headers: { [GIVEN.header]: "1" }, credentials: "same-origin", cache: "no-store" };
  if (body !== undefined) {
    options.method = "POST";
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const answer = await fetch(`/${GIVEN.code}/api/${path}`, options);
  if (answer.ok) return answer.json();
  if (answer.status === 400 || answer.status === 409) {
    let facts = null;
    try { facts = await answer.json(); } catch { /* not one of ours */ }
    if (facts) throw new Refused(facts);
  }
  if (answer.status === 404 || answer.status === 403) throw new Refused({ error: "这个链接已经失效，请重新打开发给您的链接。已经保存的内容不受影响。", kind: "gone" });
  throw new Error(String(answer.status));
}

// ---- what is typed: kept in the browser until the server has it on its disk -------------------

const SHELF = `evalkit:${GIVEN.code}`;
let waiting = {};
try { waiting = JSON.parse(localStorage.getItem(SHELF)) || {}; } catch { waiting = {}; }
let sending = false;
let timer = null;
const problems = new Map();
const refused = new Map(); // what was typed and not accepted stays in its place until it is mended

function keep() {
  try { localStorage.setItem(SHELF, JSON.stringify(waiting)); } catch { /* private window */ }
}
// The page of another school may have been open at the same address.
function ours() { return `${now.choices.school}|${now.choices.judged}|`; }
function keyOf(what, college, indicator) { return ours() + [what, college, indicator].join("|"); }
function unsent() { return now.choices ? Object.keys(waiting).filter((key) => key.startsWith(ours())) : []; }

function standing(what, college, indicator) {
  const row = now.sheet.rows.find((each) => each.college === college);
  if (what === "score") return row.scores[indicator] || "";
  return what === "comment" ? row.comment : row.notes[indicator] || "";
}

function enter(what, college, indicator, value) {
  const key = keyOf(what, college, indicator);
  const entry = waiting[key];
  const base = entry ? entry.expected : standing(what, college, indicator);
  problems.delete(key);
  refused.delete(key);
  if (!entry && value.trim() === base) { drawNumbers(); drawSaved(); return; }
  waiting[key] = { what, college, indicator, value, expected: base, stamp: Date.now() };
  keep();
  send();
}

async function send() {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  drawSaved();
  try {
    for (let key = next(); key; key = next()) {
      const entry = waiting[key];
      const { stamp, ...sent } = entry;
      try {
        const answer = await ask("enter", sent);
        const place = now.sheet.rows.findIndex((row) => row.college === entry.college);
        now.sheet.rows[place] = answer.row;
        Object.assign(now.sheet, answer.summary);
        now.savedAt = answer.saved;
        if (waiting[key] && waiting[key].stamp === stamp) delete waiting[key];
        else if (waiting[key]) waiting[key].expected = standing(entry.what, entry.college, entry.indicator);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.facts.kind === "SheetBusyError" || error.facts.kind === "gone") { problems.set("", error.message); throw error; }
        problems.set(key, error.message);
        refused.set(key, entry.value);
        if (error.facts.kind === "ChangedError") await reread();
        if (waiting[key] && waiting[key].stamp === stamp) delete waiting[key];
      }
      problems.delete("");
      keep();
      drawNumbers();
    }
  } catch {
    timer = setTimeout(send, 1500);
  }
  sending = false;
  drawSaved();
}
function next() { return unsent()[0]; }

// Somebody may be typing while the sheet is read again: the place where they type is left alone.
async function reread() {
  const before = now.sheet;
  const told = await ask("sheet");
  if (JSON.stringify(told) === JSON.stringify(before)) return;
  now.sheet = told;
  const form = (sheet) => JSON.stringify([sheet.submitted, sheet.rows.map((row) => row.recused)]);
  if (form(told) === form(before) && $("sheet").contains(document.activeElement)) drawNumbers();
  else drawSheet();
}

function drawSaved() {
  const count = unsent().length;
  const place = $("saved");
  if (GIVEN.chair || !now.sheet) { place.textContent = ""; return; }
  place.className = count ? "waiting" : "";
  if (count) place.textContent = problems.get("") || `正在保存 ${count} 处修改……连接中断时会自动重试，请不要关闭页面`;
  else if (now.savedAt) place.textContent = `已保存 ${now.savedAt}`;
  else place.textContent = "每填一处自动保存";
}
window.addEventListener("beforeunload", (event) => { if (unsent().length || refused.size) event.preventDefault(); });
window.addEventListener("online", send);

// ---- evidence ---------------------------------------------------------------------------------

let looking = new AbortController();

async function look() {
  const turn = ++asked;
  // A browser has few connections: a screen that nobody waits for any more must not hold up entries.
  looking.abort();
  looking = new AbortController();
  const comparing = now.beside.length >= 2;
  const query = comparing
    ? `compare?${new URLSearchParams({ year: now.year, colleges: now.beside.join(","), indicator: now.indicator })}`
    : `view?${new URLSearchParams({ year: now.year, college: now.college, indicator: now.indicator })}`;
  if (!drawn.has(query)) $("evidence").classList.add("wait");
  try {
    if (!drawn.has(query)) {
      if (drawn.size > 40) drawn.clear();
      drawn.set(query, await ask(query, undefined, looking.signal));
    }
  } catch (error) {
    if (turn === asked) $("evidence").replaceChildren(make("p", { class: "problem" }, error instanceof Refused ? error.message : "没有连上，正在重试……"));
    if (!(error instanceof Refused)) setTimeout(() => { if (turn === asked) look(); }, 1500);
    return;
  }
  if (turn !== asked) return;
  $("evidence").classList.remove("wait");
  const { pieces, facts } = drawn.get(query);
  const parts = [];
  if (facts) parts.push(make("p", { class: "facts" }, facts.map(([what, said]) => `${what}：${said}`).join("　")));
  $("evidence").replaceChildren(...parts, ...pieces.map(section));
  $("evidence").dataset.shown = query;
}

function section(piece) {
  const body = make("div");
  body.innerHTML = piece.html; // made by the server from released tables; what people typed is escaped there
  const parts = [make("h2", {}, piece.title)];
  if (piece.kind === "rows" && body.querySelector("tbody tr")) parts.push(filter(body, piece.title));
  parts.push(body);
  if (piece.note) parts.push(make("p", { class: "note" }, piece.note));
  parts.push(make("details", { class: "code" }, make("summary", {}, "在 Notebook 中得到同样结果的代码"), make("pre", {}, piece.code)));
  return make("section", { "data-key": piece.key }, ...parts);
}

function filter(body, title) {
  const rows = [...body.querySelectorAll("tbody tr")];
  const count = make("span", { class: "count" }, `共 ${rows.length} 行`);
  const input = make("input", {
    class: "filter", type: "search", placeholder: "输入文字筛选", "aria-label": `筛选${title}`,
    oninput: () => {
      const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = words.length ? `${rows.length} 行中有 ${shown} 行` : `共 ${rows.length} 行`;
    },
  });
  return make("div", {}, input, count);
}

function pick(what, value) {
  now[what] = value;
  if ($(what)) $(what).value = value;
  remember();
  drawSheet();
  look();
}
function remember() {
  const { year, college, indicator } = now;
  history.replaceState(null, "", `#${new URLSearchParams({ year, college, indicator })}`);
}

async function loadYear(year) {
  now.choices = await ask(`choices?${new URLSearchParams({ year })}`);
  now.year = now.choices.year;
  const fill = (id, options, value) => {
    $(id).replaceChildren(...options.map(([code, text]) => make("option", { value: code }, text)));
    now[id] = options.some(([code]) => code === value) ? value : options[0][0];
    $(id).value = now[id];
  };
  const { choices } = now;
  fill("year", choices.years.map((each) => [each, each]), now.year);
  fill("college", choices.colleges.map((each) => [each.code, `${each.code} ${each.name}`]), now.college);
  fill("indicator", choices.indicators.map((each) => [each.id, `${each.id} ${each.name}（${each.points} 分）`]), now.indicator);
  $("title").textContent = `${choices.school} 评审页面`;
  document.title = `${GIVEN.chair ? "组长" : GIVEN.code} 评审页面`;
  $("subtitle").textContent = `${choices.judged} 学年　${GIVEN.chair ? "组长" : `评委 ${GIVEN.code}`}`;
  $("fictional").hidden = !choices.fictional;
  drawBeside();
}

function drawBeside() {
  const open = $("side").getAttribute("aria-expanded") === "true";
  $("with").hidden = !open;
  if (!open) { now.beside = []; return; }
  $("with").replaceChildren(...now.choices.colleges.map(({ code, name }) => make("label", {},
    make("input", {
      type: "checkbox", value: code, checked: now.beside.includes(code),
      onchange: (event) => {
        now.beside = event.target.checked ? [...now.beside, code] : now.beside.filter((each) => each !== code);
        for (const box of $("with").querySelectorAll("input")) box.disabled = now.beside.length >= 4 && !box.checked;
        look();
      },
    }), name)), make("span", { class: "note" }, "选 2 至 4 个学院"));
}

// ---- the judge's own sheet --------------------------------------------------------------------

function shownValue(what, college, indicator) {
  const key = keyOf(what, college, indicator);
  if (waiting[key]) return waiting[key].value;
  return refused.has(key) ? refused.get(key) : standing(what, college, indicator);
}

function drawSheet() {
  const place = $("sheet");
  const { sheet } = now;
  if (!sheet) return;
  place.hidden = false;
  if (now.year !== now.choices.judged) {
    place.replaceChildren(make("p", { class: "locked" }, `正在查看 ${now.year} 学年，只看不评。回到 ${now.choices.judged} 学年才能评分。`));
    return;
  }
  const row = sheet.rows.find((each) => each.college === now.college);
  if (!row) { place.replaceChildren(make("p", { class: "locked" }, "评分表里没有这个学院。")); return; }
  const sealed = Boolean(sheet.submitted);
  const parts = [make("h2", {}, `我的评分：${row.college} ${row.name}`)];
  if (row.recused) {
    parts.push(make("p", { class: "locked", id: "recused" }, row.locked ? "您对这个学院应当回避，评分已锁定。" : "您已声明对这个学院回避，不评分。"));
    if (Object.keys(row.scores).length) parts.push(make("button", { type: "button", onclick: () => recuse(row.college, true) }, "清空这一行的分数"));
    if (!row.locked && !sealed) parts.push(make("button", { type: "button", onclick: () => recuse(row.college, false) }, "取消回避"));
  } else {
    parts.push(make("table", {}, make("tbody", {}, ...now.choices.indicators.map((point) => scoreLine(row, point, sealed)))));
    parts.push(make("div", { class: "sumline" }, make("span", { id: "left" }), make("span", { id: "sum" })), make("div", { id: "trouble" }));
    parts.push(longText("note", row.college, now.indicator, `笔记（${now.indicator}，只有您自己能看到，不进评分表）`, false));
    parts.push(longText("comment", row.college, "", "评语（会反馈给学院，不注明评委）", sealed));
    if (!sealed) parts.push(make("button", { type: "button", id: "recuse", onclick: () => recuse(row.college, true) }, "对这个学院回避"));
  }
  parts.push(...(row.recused ? [make("div", { id: "trouble" })] : []), make("div", { id: "closing" }));
  place.replaceChildren(...parts);
  drawNumbers();
}

function scoreLine(row, point, sealed) {
  const save = (event) => enter("score", row.college, point.id, event.target.value);
  return make("tr", { class: point.id === now.indicator ? "here" : "" },
    make("td", { class: "point" }, make("button", { type: "button", tabindex: -1, onclick: () => pick("indicator", point.id) }, `${point.id} ${point.name}`)),
    make("td", {}, make("input", {
      class: "score", type: "text", inputmode: "decimal", autocomplete: "off",
      id: `score-${point.id}`, "aria-label": `${point.id} ${point.name}，满分 ${point.points} 分`, disabled: sealed,
      value: shownValue("score", row.college, point.id), onchange: save,
      title: `0 至 ${point.points} 分，以 ${now.choices.step} 分为一档；按上下箭头增减一档`, onkeydown: (event) => stepBy(event, point),
      onfocus: () => { if (now.indicator !== point.id) { now.indicator = point.id; $("indicator").value = point.id; remember(); look(); markHere(); } },
    })),
    make("td", { class: "max" }, `/ ${point.points}`));
}
function stepBy(event, point) {
  if (event.key === "Enter") {
    const boxes = [...document.querySelectorAll("#sheet input.score")];
    const after = boxes[boxes.indexOf(event.target) + 1] || $("comment");
    event.preventDefault();
    if (after) after.focus();
    return;
  }
  const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (!way) return;
  event.preventDefault();
  const step = Number(now.choices.step);
  const value = Math.round(Number(event.target.value || 0) / step) * step + way * step;
  if (!Number.isFinite(value)) return;
  event.target.value = String(Math.min(Math.max(Number(value.toFixed(4)), 0), Number(point.points)));
  event.target.dispatchEvent(new Event("change"));
}
function markHere() {
  for (const line of document.querySelectorAll("#sheet tr")) line.classList.toggle("here", line.querySelector("input").id === `score-${now.indicator}`);
  const row = now.sheet.rows.find((each) => each.college === now.college);
  const old = $("note-area");
  if (old) old.replaceWith(longText("note", row.college, now.indicator, `笔记（${now.indicator}，只有您自己能看到，不进评分表）`, false));
}

function longText(what, college, indicator, title, disabled) {
  const area = make("textarea", { id: what, maxlength: 2000, disabled }, "");
  area.value = shownValue(what, college, indicator);
  let pause = null;
  const save = () => { clearTimeout(pause); enter(what, college, indicator, area.value); };
  area.addEventListener("change", save);
  area.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(save, 800); });
  return make("label", { class: "long", id: `${what}-area` }, title, area);
}

function drawNumbers() {
  const { sheet } = now;
  drawAll();
  if (!sheet || now.year !== now.choices.judged || !$("closing")) return;
  const row = sheet.rows.find((each) => each.college === now.college);
  if ($("sum")) {
    $("sum").textContent = `${row.total} / ${now.choices.total}`;
    $("left").textContent = row.blank.length ? `已评合计（还有 ${row.blank.length} 项没有评）` : "合计";
    for (const point of now.choices.indicators) {
      const input = $(`score-${point.id}`);
      const key = keyOf("score", row.college, point.id);
      input.classList.toggle("bad", problems.has(key));
      if (document.activeElement !== input) input.value = shownValue("score", row.college, point.id);
    }
    for (const [what, indicator] of [["note", now.indicator], ["comment", ""]]) {
      const area = $(what);
      area.classList.toggle("bad", problems.has(keyOf(what, row.college, indicator)));
      if (document.activeElement !== area) area.value = shownValue(what, row.college, indicator);
    }
  }
  const told = [...problems].filter(([key]) => key.split("|")[3] === row.college).map(([, text]) => text);
  $("trouble").replaceChildren(...[...told, ...row.findings].map((text) => make("p", { class: "problem" }, text)));
  drawClosing();
}

function drawClosing() {
  const { sheet } = now;
  const parts = [];
  if (sheet.submitted) {
    parts.push(make("p", { class: "seal", id: "seal" }, `评分表已于 ${sheet.submitted} 提交并封存。校验码 ${sheet.digest.slice(0, 16)}`));
    if (!sheet.holds) parts.push(make("p", { class: "problem" }, "提交之后，评分表文件被别的程序改动过，已记录在案。请告诉组长。"));
  } else {
    const faulty = sheet.rows.filter((each) => each.findings.length).length;
    const what = sheet.blank ? `全部学院还有 ${sheet.blank} 项没有评` : faulty ? `${faulty} 个学院的评分有问题` : "全部评完，可以提交";
    parts.push(make("p", { class: "note", id: "progress" }, what));
    parts.push(make("button", { type: "button", class: "strong", id: "submit", disabled: !sheet.complete, onclick: submit }, "签名并提交"));
  }
  $("closing").replaceChildren(...parts);
}

async function recuse(college, recused) {
  if (recused && !confirm("回避后，这个学院的分数和评语会清空。确定回避吗？")) return;
  await attempt(async () => { now.sheet = await ask("recuse", { college, recused }); drawSheet(); });
}
async function submit() {
  if (unsent().length) { alert("还有修改没有保存，请稍候再提交。"); return; }
  if (refused.size) { alert("有填写的内容没有保存成功（标红处），请改正后再提交。"); return; }
  if (!confirm("提交后评分表封存，不能再改。确定提交吗？")) return;
  await attempt(async () => { now.sheet = await ask("submit", {}); drawSheet(); drawNumbers(); });
}
async function attempt(work) {
  try { await work(); } catch (error) { alert(error instanceof Refused ? error.message : "没有连上，请稍候再试。"); }
}

function drawAll() {
  const { sheet } = now;
  if (!sheet) return;
  const head = make("tr", {}, ...["学院", ...now.choices.indicators.map((point) => point.id), "合计", "还缺"].map((text) => make("th", {}, text)));
  const lines = sheet.rows.map((row) => make("tr", {},
    make("td", {}, make("button", { type: "button", onclick: () => { show("look"); pick("college", row.college); } }, `${row.college} ${row.name}`)),
    ...now.choices.indicators.map((point) => make("td", { class: "num" }, row.recused ? "" : row.scores[point.id] || "—")),
    make("td", { class: "num" }, row.recused ? "回避" : row.blank.length ? `（${row.total}）` : row.total),
    make("td", { class: row.blank.length ? "num warn" : "num" }, row.recused ? "" : row.findings.length ? "有问题" : String(row.blank.length))));
  $("all").replaceChildren(make("h2", { class: "part" }, "我的评分表"), make("table", { class: "plain" }, make("thead", {}, head), make("tbody", {}, ...lines)),
    make("p", { class: "note" }, "括号里是还没有评完时的合计。同一份评分表也可以用 Excel 接着填：填好保存并关闭 Excel，再回到这里就能看到。"));
}

// ---- the chair --------------------------------------------------------------------------------

const LOOKS = 5000; // milliseconds between looks at who has submitted

async function watch() {
  const typing = document.activeElement && document.activeElement.matches("#meeting input, #meeting textarea, #meeting select");
  if ($("meeting").hidden || typing) return;
  try {
    const told = await ask("overview");
    if (JSON.stringify(told) !== now.told && !$("meeting").hidden) await drawMeeting();
  } catch { /* it is asked again soon */ }
}

async function drawMeeting() {
  const place = $("meeting");
  let overview;
  try { overview = await ask("overview"); } catch { setTimeout(drawMeeting, 2000); return; }
  now.told = JSON.stringify(overview);
  const head = make("tr", {}, ...["评委", "状态", "还缺", "提交时间", "退回次数", ""].map((text) => make("th", {}, text)));
  const lines = overview.judges.map((judge) => {
    const work = judge.state === "已填完"
      ? make("button", { type: "button", onclick: () => withReason(`代评委 ${judge.code} 提交（例如：评委交来 Excel 评分表）。请写明理由：`, (reason) => ask("take", { judge: judge.code, reason })) }, "代为提交")
      : judge.submitted ? make("button", { type: "button", onclick: () => withReason(`退回评委 ${judge.code} 的评分表，请写明理由：`, (reason) => ask("reopen", { judge: judge.code, reason })) }, "退回") : null;
    const faulty = judge.faults ? `，${judge.faults} 处有问题` : "";
    return make("tr", { "data-judge": judge.code },
      make("td", {}, `${judge.code} ${judge.name}`.trim()), make("td", { class: judge.state === "已提交" ? "" : "warn" }, judge.state + (judge.by === "chair" ? "（组长代为提交）" : "") + faulty + (judge.message ? `：${judge.message}` : "")),
      make("td", { class: "num" }, String(judge.blank)), make("td", {}, judge.submitted), make("td", { class: "num" }, String(judge.reopened)), make("td", {}, work));
  });
  const parts = [make("h2", { class: "part" }, "评分表收齐情况"), make("table", { class: "plain", id: "judges" }, make("thead", {}, head), make("tbody", {}, ...lines)),
    make("button", { type: "button", id: "refresh", onclick: drawMeeting }, "刷新")];
  try {
    parts.push(...totals(await ask("meeting")));
  } catch (error) {
    parts.push(make("p", { class: "locked", id: "notyet" }, error instanceof Refused ? error.message : "没有连上，请刷新。"));
  }
  const typed = [...place.querySelectorAll("input[id], textarea[id], select[id]")].filter((field) => field.dataset.typed).map(({ id, value }) => [id, value]);
  place.replaceChildren(...parts);
  for (const [id, value] of typed) if ($(id)) { $(id).value = value; $(id).dataset.typed = "yes"; }
}

async function withReason(question, work) {
  const reason = prompt(question);
  if (reason === null) return;
  await attempt(async () => { await work(reason); await drawMeeting(); });
}

function totals(facts) {
  const table = (id, title, html) => { const body = make("div", { id }); body.innerHTML = html; return [make("h2", { class: "part" }, title), body]; };
  const close = facts.closeness.map((each) => make("li", { class: each.tied ? "moved" : "" }, `${each.first} 与 ${each.second}：${each.note}`));
  return [
    ...table("totals", "评审汇总", facts.totals), ...table("ranking", "名次与等次", facts.ranking),
    make("h2", { class: "part" }, "并列与接近"), make("ul", { id: "close" }, ...(close.length ? close : [make("li", {}, "没有并列，相邻名次的差距都不小于规定的分差")])),
    ...table("stability", "去掉任一评委后的名次", facts.stability),
    make("h2", { class: "part" }, "提请决定的事项"), make("ul", {}, ...(facts.to_decide.length ? facts.to_decide : ["没有"]).map((text) => make("li", {}, text))),
    ...table("stations", "优秀站建议（待审定）", facts.stations), ...table("heads", "站长比较", facts.heads),
    make("h2", { class: "part" }, "录入审定结果"), decisionForm(facts),
    make("h2", { class: "part" }, "记录其他决定（例如并列的表决）"), minuteForm(),
    make("h2", { class: "part" }, "决定的记录"), make("table", { class: "plain", id: "record" }, make("tbody", {}, ...facts.record.map((each) => make("tr", {}, make("td", {}, each.time), make("td", {}, each.what), make("td", {}, each.reason))))),
  ];
}

function decisionForm(facts) {
  const chosen = (facts.decided && facts.decided.awards) || facts.proposed;
  const fields = [];
  for (const award of now.choices.awards) {
    for (let place = 0; place < award.number; place += 1) {
      const options = [["", "空缺"]];
      for (const { code, name } of now.choices.colleges) {
        if (award.kind === "head") for (const head of facts.people[code] || []) options.push([`${code}|${head}`, `${head}（${name}）`]);
        else options.push([`${code}|`, `${code} ${name}`]);
      }
      const select = make("select", { id: `award-${award.id}-${place}`, "data-award": award.id }, ...options.map(([value, text]) => make("option", { value }, text)));
      const own = (chosen[award.id] || [])[place];
      select.value = own ? `${own.college}|${own.name || ""}` : "";
      fields.push(make("label", { for: select.id }, `${award.title} ${place + 1}`), select);
    }
  }
  const by = make("input", { id: "decided-by", value: facts.decided ? facts.decided.by : "" });
  const reason = make("textarea", { id: "decided-why" });
  reason.value = facts.decided ? facts.decided.reason : "";
  const save = () => attempt(async () => {
    const awards = Object.fromEntries(now.choices.awards.map((award) => [award.id, []]));
    for (const select of document.querySelectorAll("select[data-award]")) {
      if (!select.value) continue;
      const [college, name] = select.value.split("|");
      awards[select.dataset.award].push({ college, name });
    }
    await ask("decide", { awards, by: by.value, reason: reason.value });
    done("#decided-by, #decided-why, select[data-award]");
    await drawMeeting();
  });
  return make("div", {}, make("div", { class: "entry" }, ...fields, make("label", { for: by.id }, "由谁审定"), by, make("label", { for: reason.id }, "依据和理由"), reason),
    make("button", { type: "button", class: "strong", id: "decide", onclick: save }, facts.decided ? "更改审定结果" : "录入审定结果"),
    make("p", { class: "note" }, facts.decided ? "已录入，各文书以此为准；更改会留下记录。" : "录入之前，各文书都注明“建议名单（待审定）”。"));
}

function done(fields) { for (const field of document.querySelectorAll(fields)) delete field.dataset.typed; }

function minuteForm() {
  const fields = [["topic", "事项"], ["decided", "决定"], ["reason", "理由"]].map(([id, title]) => [make("label", { for: `minute-${id}` }, title), make("input", { id: `minute-${id}` })]);
  const save = () => attempt(async () => {
    await ask("minute", Object.fromEntries(["topic", "decided", "reason"].map((id) => [id, $(`minute-${id}`).value])));
    done("[id^=minute-]");
    await drawMeeting();
  });
  return make("div", {}, make("div", { class: "entry" }, ...fields.flat()), make("button", { type: "button", id: "minute", onclick: save }, "记录"));
}

// ---- beginning --------------------------------------------------------------------------------

function show(which) {
  for (const id of ["look", "all", "meeting"]) $(id).hidden = id !== which;
  for (const tab of $("tabs").children) tab.setAttribute("aria-current", String(tab.dataset.shows === which));
  if (which === "meeting") drawMeeting();
  if (which === "all") drawAll();
}

async function begin() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  now.college = wanted.get("college") || "";
  now.indicator = wanted.get("indicator") || "";
  const tabs = GIVEN.chair ? [["look", "佐证"], ["meeting", "评审会"]] : [["look", "佐证与评分"], ["all", "我的评分表"]];
  $("tabs").replaceChildren(...tabs.map(([id, title]) => make("button", { type: "button", "data-shows": id, onclick: () => show(id) }, title)));
  show("look");
  if (!GIVEN.chair && !now.sheet) {
    $("sheet").hidden = false; // its room is kept, so that nothing moves when it comes
    $("sheet").replaceChildren(make("p", { class: "wait" }, "正在打开评分表……"));
  }
  const fetched = GIVEN.chair ? null : ask("sheet");
  if (fetched) fetched.catch(() => null);
  await loadYear(wanted.get("year") || "");
  document.querySelector(".columns").classList.toggle("single", GIVEN.chair);
  const first = look();
  try {
    if (fetched) now.sheet = await fetched;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    $("sheet").hidden = false;
    $("sheet").replaceChildren(make("p", { class: "problem" }, error.message));
  }
  if (now.sheet) { drawSheet(); if (next()) send(); }
  drawSaved();
  await first;
}

$("meeting").addEventListener("input", (event) => { event.target.dataset.typed = "yes"; });
if (GIVEN.chair) setInterval(watch, LOOKS);
$("year").addEventListener("change", async (event) => { await loadYear(event.target.value); remember(); drawSheet(); look(); });
for (const what of ["college", "indicator"]) $(what).addEventListener("change", (event) => pick(what, event.target.value));
$("side").addEventListener("click", () => {
  const open = $("side").getAttribute("aria-expanded") !== "true";
  $("side").setAttribute("aria-expanded", String(open));
  now.beside = open ? [now.college] : [];
  drawBeside();
  look();
});
window.addEventListener("focus", () => { if (now.sheet && !sending && !unsent().length) reread().catch(() => null); });
(async function start() {
  try { await begin(); } catch (error) {
    const text = error instanceof Refused ? error.message : "没有连上服务，正在重试……";
    $("evidence").replaceChildren(make("p", { class: "problem" }, text));
    if (!(error instanceof Refused)) setTimeout(start, 1500);
  }
})();
